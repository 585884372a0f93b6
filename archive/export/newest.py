"""The newest line of each work, in a database on disk: as many works as there are fit in the same memory."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

_TABLE = "CREATE TABLE newest (work TEXT PRIMARY KEY, line INTEGER NOT NULL, change TEXT NOT NULL) WITHOUT ROWID"
_NOTE = """INSERT INTO newest (work, line, change) VALUES (?, ?, ?)
    ON CONFLICT (work) DO UPDATE SET line = excluded.line, change = excluded.change"""
_LIVING = "SELECT line FROM newest WHERE change NOT IN (?, ?) ORDER BY line"
_COUNTS = "SELECT change, count(*) FROM newest GROUP BY change"
_CHANGE = "SELECT change FROM newest WHERE work = ?"
GONE, TAKEN_DOWN = TOMBSTONES = ("gone", "taken down")
"""The changes whose lines hold no text: they tell only what became of a work."""


class Newest:
    """Which line is the newest of each work, and what it says became of the work."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def note(self, lines: Iterable[tuple[str, int, str]]) -> None:
        """Take in lines in their order: work, number, change."""
        self._db.executemany(_NOTE, lines)

    def living(self) -> Iterator[int]:
        """Yield the numbers of the newest lines, in order, of works that are there still."""
        return (number for (number,) in self._db.execute(_LIVING, TOMBSTONES))

    def counts(self) -> Counter[str]:
        """Return how many works there are, by the change that their newest line tells."""
        return Counter(dict(self._db.execute(_COUNTS)))

    def tombstone(self, work: str) -> str | None:
        """Return the change that the newest line of a work tells where it is a tombstone, else None."""
        row = self._db.execute(_CHANGE, (work,)).fetchone()
        return row[0] if row is not None and row[0] in TOMBSTONES else None


@contextmanager
def open_newest() -> Iterator[Newest]:
    """Open an empty one; SQLite removes its file at the end."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute(_TABLE)
        yield Newest(connection)
