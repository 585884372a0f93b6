"""Which work an address leads to, in a database on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from archive.export.links import addresses_of

_TABLE = "CREATE TABLE address (url TEXT PRIMARY KEY, work TEXT NOT NULL) WITHOUT ROWID"
_ADD = "INSERT INTO address VALUES (?, ?) ON CONFLICT DO NOTHING"  # the first work keeps an address
_FIND = "SELECT work FROM address WHERE url = ?"


class Addresses:
    """Every address that the lines taken know of their works."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, brief: Mapping[str, Any]) -> None:
        """Take in the addresses of a line."""
        self._db.executemany(_ADD, ((url, brief["id"]) for url in addresses_of(brief)))

    def work_at(self, url: str) -> str | None:
        """Return the id of the work that an address leads to; None where none of these is."""
        row = self._db.execute(_FIND, (url,)).fetchone()
        return None if row is None else str(row[0])


@contextmanager
def open_addresses() -> Iterator[Addresses]:
    """Open an empty one; SQLite removes its file at the end."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute(_TABLE)
        connection.execute("BEGIN")
        yield Addresses(connection)
