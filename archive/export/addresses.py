"""Which work an address leads to, in a database on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from archive.export.links import addresses_of

_TABLE = "CREATE TABLE address (url TEXT PRIMARY KEY, work TEXT NOT NULL) WITHOUT ROWID"
_TAKEN = "CREATE TABLE taken (work TEXT PRIMARY KEY) WITHOUT ROWID"
_TAKE = "INSERT INTO taken VALUES (?) ON CONFLICT DO NOTHING"
_ADD = "INSERT INTO address VALUES (?, ?) ON CONFLICT DO NOTHING"  # the first work keeps an address
_ADD_KNOWN = "INSERT INTO address SELECT ?, ? WHERE EXISTS (SELECT 1 FROM taken WHERE work = ?) ON CONFLICT DO NOTHING"
_FIND = "SELECT work FROM address WHERE url = ?"


class Addresses:
    """Every address of the works that are taken."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, brief: Mapping[str, Any]) -> None:
        """Take in the addresses of a line."""
        self._db.executemany(_ADD, ((url, brief["id"]) for url in addresses_of(brief)))
        self._db.execute(_TAKE, (brief["id"],))

    def add_known(self, known: Iterable[tuple[str, str]]) -> None:
        """Take in addresses that were found later than the lines, each with its work, of the works that are taken."""
        self._db.executemany(_ADD_KNOWN, ((url, work, work) for url, work in known))

    def work_at(self, url: str) -> str | None:
        """Return the id of the work that an address leads to; None where none of these is."""
        row = self._db.execute(_FIND, (url,)).fetchone()
        return None if row is None else str(row[0])


@contextmanager
def open_addresses() -> Iterator[Addresses]:
    """Open an empty one; SQLite removes its file at the end."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute(_TABLE)
        connection.execute(_TAKEN)
        connection.execute("BEGIN")
        yield Addresses(connection)
