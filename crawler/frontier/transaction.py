"""One transaction a unit of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import ArchiveError


class TransactionError(ArchiveError):
    """The database did not take a unit of work: nothing of it stands."""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make the block one transaction, or a part of the one that is under way; raise TransactionError."""
    if connection.in_transaction:
        yield
        return
    try:
        with _whole(connection):
            yield
    except sqlite3.Error as error:
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        raise TransactionError(f"{path}: cannot be written: {error}") from error


@contextmanager
def _whole(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:  # a full disk may have rolled it back already
            connection.execute("ROLLBACK")
