"""What the parts of the frontier in SQLite share: a connection, and transactions on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.frontier.backend import Politeness
from crawler.frontier.transaction import transaction


class Rows:
    """Rows of the ledger that one owner writes; a transaction that is under way is joined."""

    def __init__(self, connection: sqlite3.Connection, politeness: Politeness, owner: str) -> None:
        self._db = connection
        self._owner = owner
        self._politeness = politeness

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Make the block one transaction, or a part of the one under way.

        A claim need not survive a power cut, only a killed process: what it leased is given back at the next start.
        """
        if self._db.in_transaction:
            yield
            return
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with transaction(self._db):
                yield
        finally:
            self._db.execute("PRAGMA synchronous = FULL")
