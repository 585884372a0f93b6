"""A crawl that is stopped where a test wants it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO

import pytest

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from tests.crawler.cli.conftest import command, crawl_of

PAGES = 24
HELD = 9
"""The page that a held crawl waits for."""


@pytest.fixture
def site() -> Iterator[SiteServer[GeneratedSite]]:
    """Serve a small generated site."""
    with SiteServer(GeneratedSite(PAGES, 5000), keep_bodies=False) as server:
        yield server


@contextmanager
def held_crawl(
    server: SiteServer[GeneratedSite], collection: Path, *options: object
) -> Iterator[tuple[subprocess.Popen[str], Callable[[], None]]]:
    """Crawl, and give the process, once one page is being waited for, and what lets that page come."""
    asked, may_come = Event(), Event()
    path = f"/news/brief/tide-table-{HELD}/"

    def answer(request: object) -> object:
        asked.set()
        may_come.wait(60)
        return server.site.answer(request)  # type: ignore[arg-type]

    server.answers[server.site.hosts[0], path] = answer  # type: ignore[assignment]
    process = subprocess.Popen(
        command(*crawl_of(server, collection, "--seed", server.site.seed, *options)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert asked.wait(60)
        yield process, may_come.set
    finally:
        may_come.set()
        process.kill()
        process.communicate(timeout=60)
        server.answers.clear()


def read_until(stream: IO[str] | None, words: str) -> str:
    """Read lines up to one that holds these words, and return it."""
    assert stream is not None
    return next(line for line in stream if words in line)
