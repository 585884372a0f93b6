"""The newest line of each work, in a database on disk: as many works as there are fit in the same memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

_TABLE = "CREATE TABLE newest (work TEXT PRIMARY KEY, line INTEGER NOT NULL, gone INTEGER NOT NULL) WITHOUT ROWID"
_NOTE = """INSERT INTO newest (work, line, gone) VALUES (?, ?, ?)
    ON CONFLICT (work) DO UPDATE SET line = excluded.line, gone = excluded.gone"""
_LIVING = "SELECT line FROM newest WHERE NOT gone ORDER BY line"
_COUNTS = "SELECT count(*), total(gone) FROM newest"
_IS_GONE = "SELECT gone FROM newest WHERE work = ?"


class Newest:
    """Which line is the newest of each work, and whether it says that the work is gone."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def note(self, lines: Iterable[tuple[str, int, bool]]) -> None:
        """Take in lines in their order: work, number, whether it is a tombstone."""
        self._db.executemany(_NOTE, lines)

    def living(self) -> Iterator[int]:
        """Yield the numbers of the newest lines, in order, of works that are not gone."""
        return (number for (number,) in self._db.execute(_LIVING))

    def counts(self) -> tuple[int, int]:
        """Return how many works there are, and how many of them are gone."""
        works, gone = self._db.execute(_COUNTS).fetchone()
        return works, int(gone)

    def is_gone(self, work: str) -> bool:
        """Return whether the newest line of a work is a tombstone."""
        row = self._db.execute(_IS_GONE, (work,)).fetchone()
        return row is not None and bool(row[0])


@contextmanager
def open_newest() -> Iterator[Newest]:
    """Open an empty one; SQLite removes its file at the end."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute(_TABLE)
        yield Newest(connection)
