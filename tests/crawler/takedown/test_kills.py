"""A takedown that is killed leaves everything as it was, or everything as it is to be."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from archive.collection import Collection
from crawler.ledger.opening import change_ledger
from tests.crawler.cli.conftest import briefs
from tests.crawler.cli.crawls import Crawls
from tests.crawler.takedown.traces import traces_of

BEFORE = ("takedown prepared:1", "before commit:1")
AFTER = ("before renames:1", "between renames:3", "between renames:9")


def take_down(collection: Path, work: str, fault: str) -> int:
    return briefs("takedown", collection, work, "--reason", "asked", "--yes", BRIEFS_FAULT=fault).returncode


def content_of(root: Path) -> dict[str, bytes]:
    """Return what a takedown could change, SQLite's files left out."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".sqlite" not in path.name and ".takedown" not in str(path) and path.name != ".lock"
    }


@pytest.mark.parametrize("fault", BEFORE)
def test_killed_before_its_one_step_nothing_has_changed(
    fault: str, collection: Path, work: str, passages: list[bytes]
) -> None:
    before = content_of(collection)
    assert take_down(collection, work, fault) == -signal.SIGKILL
    assert content_of(collection) == before
    assert take_down(collection, work, "") == 0
    assert traces_of(passages, collection) == []


@pytest.mark.parametrize("fault", AFTER)
def test_killed_after_it_the_next_opening_does_the_rest(
    fault: str, collection: Path, work: str, passages: list[bytes]
) -> None:
    assert take_down(collection, work, fault) == -signal.SIGKILL
    with change_ledger(Collection(collection)):
        pass
    assert traces_of(passages, collection) == []
    assert not (collection / ".takedown").exists()
    told = Crawls(None, collection)  # type: ignore[arg-type]
    assert told.told("verify").exit_code == 0
