"""One transaction a unit of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make the block one transaction, or a part of the one that is under way."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    is_whole = False
    try:
        yield
        is_whole = True
    finally:
        if is_whole:
            connection.execute("COMMIT")
        elif connection.in_transaction:  # a full disk has rolled it back already
            connection.execute("ROLLBACK")
