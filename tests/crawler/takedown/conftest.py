"""A site that was crawled while it changed, and what one of its articles said in each version."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.server import DemoServer
from tests.crawler.cli.changed import EDITED, crawl_four_times, work_of
from tests.crawler.cli.crawls import Crawls
from tests.crawler.takedown.traces import passages_of


@pytest.fixture(scope="session")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Crawl the bundled site four times while it changes; its server stays."""
    with DemoServer() as server:
        yield crawl_four_times(server, tmp_path_factory.mktemp("crawled") / "c")


@pytest.fixture(scope="session")
def work(crawls: Crawls) -> str:
    """Return the id of the article that was edited twice and got an alias by a redirect."""
    return work_of(crawls.server, EDITED)


@pytest.fixture(scope="session")
def passages(crawls: Crawls, work: str) -> list[bytes]:
    """Return what its three versions said."""
    return passages_of(line for line in crawls.lines("briefs") if line["id"] == work)


@pytest.fixture
def collection(crawls: Crawls, tmp_path: Path) -> Path:
    """Return a copy of the collection."""
    return Path(shutil.copytree(crawls.root, tmp_path / "c"))


@pytest.fixture(scope="session")
def taken(crawls: Crawls, work: str, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """Return a copy from which the article was taken down, after crashes had left parts of it here and there."""
    root = Path(shutil.copytree(crawls.root, tmp_path_factory.mktemp("taken") / "c"))
    plant_leftovers(root, work)
    taken = Crawls(crawls.server, root)
    ended = taken.told("takedown", work, "--reason", "The author asked for it.", "--yes")
    assert ended.exit_code == 0, ended.output
    return taken


def plant_leftovers(root: Path, work: str) -> None:
    """Put into a collection what crashes leave, and a log of a crawl that told too much."""
    run = sorted((root / "runs").iterdir())[0]
    torn = run / "torn"
    torn.mkdir()
    (warc, *_) = sorted((root / "archive").iterdir())
    (torn / f"{warc.name}@400").write_bytes(warc.read_bytes()[:-100])
    lines = (root / "briefs.jsonl").read_bytes()
    (torn / "briefs.jsonl@0").write_bytes(lines[: len(lines) // 2])
    (torn / "rejects.jsonl@0").write_bytes(b'{"url": "https://harbour.example/another/"}\n')
    (root / "briefs.jsonl.new").write_bytes(lines)
    (line,) = [line for line in lines.splitlines() if work.encode() in line and b'"version":1,' in line]
    with (run / "crawl.log").open("ab") as log:
        log.write(b"one line\n" + line + b"\nanother line\n")
