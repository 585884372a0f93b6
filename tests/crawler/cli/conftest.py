"""The command line, run as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.demo.server import DemoServer, SiteServer

CONTACT = "https://harbour.example/who-we-are"


def briefs(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `briefs` and return what it printed and how it ended."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )


def command(*arguments: object) -> list[str]:
    """Return the command line that runs `briefs`."""
    return [sys.executable, "-m", "crawler", *map(str, arguments)]


def crawl_of(server: SiteServer[Any], collection: Path, *options: object) -> list[object]:
    """Return the arguments of a crawl of a demo server's site, which does not rest after the page that fails."""
    mappings = [part for mapping in server.connect_to for part in ("--connect-to", mapping)]
    where = ["crawl", "demo", "--collection", collection, "--contact", CONTACT]
    return [*where, "--ca-file", server.ca_file, *mappings, "-s", "RETRY_WAIT=0.01", *options]


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running
