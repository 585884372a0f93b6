"""Files and rows that change as one step, whatever happens between."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive.collection import Collection
from crawler.ledger.opening import change_ledger
from crawler.ledger.replacing import beside, replace_files
from crawler.ledger.schema import ledger_file, open_ledger
from crawler.ledger.seal import seal_file
from crawler.ledger.sums import Sums, committed_lengths

REPLACE = """
import sys
from pathlib import Path
from archive.collection import Collection
from crawler.ledger.opening import change_ledger
from crawler.ledger.replacing import beside, replace_files
from crawler.ledger.sums import Sums

collection = Collection(Path(sys.argv[1]))
new = beside(collection.briefs)
new.write_bytes(b"new lines\\n")
with change_ledger(collection) as connection:
    keep = lambda: Sums(connection).keep_whole("briefs.jsonl", new)
    replace_files(connection, collection, {"briefs.jsonl": new}, keep)
"""


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection(tmp_path / "collection")
    made.create({"site": "demo"})
    made.briefs.write_bytes(b"old\n")
    with closing(open_ledger(ledger_file(made))) as connection:
        Sums(connection).keep_whole("briefs.jsonl", made.briefs)
    return made


def replace(collection: Collection, fault: str = "") -> int:
    environment = {**os.environ, "BRIEFS_FAULT": fault}
    return subprocess.run([sys.executable, "-c", REPLACE, str(collection.root)], env=environment).returncode


def test_the_new_file_and_what_is_known_of_it_stand_together(collection: Collection) -> None:
    assert replace(collection) == 0
    assert collection.briefs.read_bytes() == b"new lines\n"
    with change_ledger(collection) as connection:
        assert committed_lengths(connection) == {"briefs.jsonl": 10}
    assert seal_file(ledger_file(collection)).exists()


def test_killed_before_the_renames_the_next_opening_does_them(collection: Collection) -> None:
    assert replace(collection, "before renames:1") == -signal.SIGKILL
    assert collection.briefs.read_bytes() == b"old\n"
    assert not seal_file(ledger_file(collection)).exists()
    with change_ledger(collection) as connection:
        assert collection.briefs.read_bytes() == b"new lines\n"
        assert committed_lengths(connection) == {"briefs.jsonl": 10}
        assert connection.execute("SELECT count(*) FROM replacing").fetchone() == (0,)


def test_a_change_that_fails_leaves_the_old_file(collection: Collection) -> None:
    new = beside(collection.briefs)
    new.write_bytes(b"new lines\n")

    def fail() -> None:
        raise ZeroDivisionError

    with change_ledger(collection) as connection, pytest.raises(ZeroDivisionError):
        replace_files(connection, collection, {"briefs.jsonl": new}, fail)
    assert collection.briefs.read_bytes() == b"old\n"
    with closing(sqlite3.connect(ledger_file(collection))) as connection:
        assert connection.execute("SELECT count(*) FROM replacing").fetchone() == (0,)
