"""What the ledger knows of the files' bytes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.model import Member
from crawler.ledger.schema import open_ledger
from crawler.ledger.sums import Sums, committed_lengths


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as connection:
        yield connection


def pieces(ledger: sqlite3.Connection) -> list[tuple[int, int, bytes]]:
    return ledger.execute("SELECT offset, length, sha256 FROM piece ORDER BY offset").fetchall()


def test_every_stretch_that_is_appended_has_its_digest(ledger: sqlite3.Connection) -> None:
    sums = Sums(ledger)
    sums.keep_piece("briefs.jsonl", 0, b"one\n")
    sums.keep_piece("briefs.jsonl", 4, b"two\n")
    assert pieces(ledger) == [(0, 4, hashlib.sha256(b"one\n").digest()), (4, 4, hashlib.sha256(b"two\n").digest())]


def test_committed_bytes_without_a_digest_get_one_and_no_more(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "briefs.jsonl"
    path.write_bytes(b"old lines\nnot committed\n")
    sums = Sums(ledger)
    sums.cover("briefs.jsonl", path, 10)
    sums.cover("briefs.jsonl", path, 10)
    assert pieces(ledger) == [(0, 10, hashlib.sha256(b"old lines\n").digest())]


def test_a_file_that_was_replaced_is_noted_anew(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "briefs.jsonl"
    path.write_bytes(b"new\n")
    sums = Sums(ledger)
    sums.keep_piece("briefs.jsonl", 0, b"old\n")
    sums.keep_piece("briefs.jsonl", 4, b"old\n")
    sums.keep_whole("briefs.jsonl", path)
    assert pieces(ledger) == [(0, 4, hashlib.sha256(b"new\n").digest())]
    assert committed_lengths(ledger) == {"briefs.jsonl": 4}


def test_a_warc_stays_its_runs(ledger: sqlite3.Connection) -> None:
    sums = Sums(ledger)
    sums.keep_length("archive/a.warc.gz", 0, is_sealed=False, run="first")
    sums.keep_length("archive/a.warc.gz", 9, is_sealed=True, run="second")
    assert ledger.execute("SELECT length, sealed, run FROM file").fetchall() == [(9, 1, "first")]


def test_a_member_has_the_digests_of_its_bytes_and_of_its_record(ledger: sqlite3.Connection) -> None:
    Sums(ledger).keep_members("a.warc.gz", [Member(offset=0, length=9, sha256="ab" * 32, leaf="cd" * 32)])
    rows = ledger.execute("SELECT offset, length, sha256, leaf FROM member").fetchall()
    assert rows == [(0, 9, b"\xab" * 32, b"\xcd" * 32)]
