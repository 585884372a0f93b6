"""One transaction a unit of work, whatever the disk says."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from crawler.frontier.transaction import TransactionError, transaction


def test_a_commit_that_fails_leaves_no_transaction_under_way(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "one.sqlite", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("CREATE TABLE page (id INTEGER PRIMARY KEY)")
    connection.execute("CREATE TABLE link (page INTEGER REFERENCES page DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(TransactionError, match=r"one\.sqlite: cannot be written: FOREIGN KEY"), transaction(connection):
        connection.execute("INSERT INTO link VALUES (1)")  # a constraint that only COMMIT checks
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM link").fetchone() == (0,)
    connection.close()
