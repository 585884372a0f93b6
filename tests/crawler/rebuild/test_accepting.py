"""Today's lines in the place of the stored ones: all of it or nothing, and the next crawl goes on from them."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.collection import Collection, WriteLock
from crawler.demo.server import DemoServer
from crawler.ledger.accepting import accepting
from crawler.rebuild import Rebuild
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.rebuild.test_comparing import with_rules

OTHER_RULES = with_rules({"byline": ("css .none",), "title": ("css h1.entry-title",), "authors": ()})
"""Rules by which some fields are not read, and some pages are no briefs."""
LINES = ("briefs.jsonl", "rejects.jsonl", "pages/pages.jsonl")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


@pytest.fixture(scope="module")
def crawled(bundled: Path) -> Path:
    return bundled


@pytest.fixture
def collection(crawled: Path, tmp_path: Path) -> Path:
    """A copy of that collection with the lines of other rules: those of an earlier day."""
    root = Path(shutil.copytree(crawled, tmp_path / "c"))
    accept_other_rules(Collection(root), tmp_path)
    return root


def accept_other_rules(collection: Collection, tmp_path: Path) -> None:
    with accepting(collection) as acceptance:
        whole = Rebuild.of(collection, acceptance.committed())
        made, draft = Collection(tmp_path / "made"), tmp_path / "draft.sqlite"
        rebuilt = replace(whole, reading=replace(whole.reading, site=OTHER_RULES)).into(made.root, draft)
        assert not rebuilt.same
        acceptance.accept(made, draft)


def lines_in(collection: Path) -> list[bytes]:
    return [(collection / name).read_bytes() for name in LINES]


def test_lines_of_other_rules_stand_until_todays_are_accepted(collection: Path, crawled: Path) -> None:
    assert lines_in(collection) != lines_in(crawled)
    before = lines_in(collection)
    differs = briefs("rebuild", collection, "--compare")
    assert (differs.returncode, differs.stderr) == (1, "")
    assert "-> css .byline" in differs.stdout
    assert lines_in(collection) == before
    accepted = briefs("rebuild", collection, "--accept")
    assert (accepted.returncode, accepted.stderr) == (0, "")
    assert "accepted: " in accepted.stdout
    assert lines_in(collection) == lines_in(crawled)
    assert briefs("rebuild", collection).returncode == 0
    assert sorted(path.name for path in collection.parent.iterdir()) == ["c", "draft.sqlite", "made"]


def test_a_recrawl_of_the_unchanged_site_writes_no_line(collection: Path, server: DemoServer) -> None:
    briefs("rebuild", collection, "--accept")
    before = lines_in(collection)[:2]
    ended = briefs(*crawl_of(server, collection, "--recrawl"))
    assert "captures" in ended.stdout, ended.stderr
    assert lines_in(collection)[:2] == before
    assert briefs("rebuild", collection).returncode == 0


def test_killed_before_the_renames_the_next_opening_does_them(collection: Path, crawled: Path) -> None:
    before = lines_in(collection)
    killed = briefs("rebuild", collection, "--accept", BRIEFS_FAULT="before renames:1")
    assert killed.returncode == -signal.SIGKILL
    assert lines_in(collection) == before
    with accepting(Collection(collection)):
        assert lines_in(collection)[:2] == lines_in(crawled)[:2]
    assert briefs("index", collection).returncode == 0
    assert briefs("rebuild", collection).returncode == 0


def test_nothing_is_accepted_while_another_process_writes(collection: Path) -> None:
    before = lines_in(collection)
    lock = WriteLock(Collection(collection))
    refused = briefs("rebuild", collection, "--accept")
    lock.release()
    assert refused.returncode == 3
    assert "is writing here, expected no other writer" in refused.stderr
    assert lines_in(collection) == before


def test_nothing_is_accepted_of_damaged_files(collection: Path) -> None:
    before = lines_in(collection)
    (warc,) = Collection(collection).warcs()
    content = bytearray(warc.read_bytes())
    content[len(content) // 2] ^= 0xFF
    warc.write_bytes(content)
    refused = briefs("rebuild", collection, "--accept")
    assert refused.returncode == 2
    assert "cannot be read, expected none" in refused.stderr
    assert lines_in(collection) == before


def test_a_collection_without_ledger_is_told_how_to_get_one(collection: Path) -> None:
    (collection / "ledger.sqlite").unlink()
    refused = briefs("rebuild", collection, "--accept")
    assert refused.returncode == 2
    assert "`briefs recover` makes it again" in refused.stderr


def test_what_is_the_same_is_left_alone(crawled: Path) -> None:
    before = (crawled / "briefs.jsonl").stat()
    ended = briefs("rebuild", crawled, "--accept")
    assert ended.returncode == 0
    assert "accepted" not in ended.stdout
    assert (crawled / "briefs.jsonl").stat().st_ino == before.st_ino
