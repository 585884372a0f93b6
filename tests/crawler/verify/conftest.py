"""A small collection of two runs, made once, and a copy of it for whoever breaks one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive.collection import Collection
from crawler.demo.server import DemoServer
from tests.crawler.cli.conftest import briefs, crawl_of


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a collection that two crawls have finished: the second brought revisits."""
    root = tmp_path_factory.mktemp("verify") / "collection"
    with DemoServer() as server:
        for options in (("--max-pages", 8), ("--max-pages", 4, "--recrawl")):
            ended = briefs(*crawl_of(server, root, *options))
            assert ended.returncode == 0, ended.stderr
    for left in root.glob("ledger.sqlite-*"):
        left.unlink()  # SQLite's own, empty
    return root


@pytest.fixture
def collection(finished: Path, tmp_path: Path) -> Collection:
    """Return a copy of the finished collection, to be broken."""
    shutil.copytree(finished, tmp_path / "collection")
    return Collection(tmp_path / "collection")
