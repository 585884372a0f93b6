"""A crawl of the whole bundled site, made once for all tests of all processes."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from crawler.demo.server import DemoServer
from tests.crawler.cli.conftest import briefs, crawl_of


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished collection of the bundled site: to be read, or copied by whoever changes it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    root, begun = shared / "bundled", shared / "bundled.begun"
    with (shared / "bundled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            with DemoServer() as server:
                briefs(*crawl_of(server, begun))
            begun.rename(root)
    return root
