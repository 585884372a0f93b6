"""The captures in the catalogue: put in, and found by address, time and digest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from archive.catalog.schema import CatalogDamagedError
from archive.cdxj import IndexedCapture
from archive.errors import CollectionError

_NAMES = tuple(field.name for field in fields(IndexedCapture))
_values_of = attrgetter(*_NAMES)
_COLUMNS = ", ".join(_NAMES)
_ADD = f"INSERT INTO capture ({_COLUMNS}) VALUES ({', '.join('?' * len(_NAMES))})"  # noqa: S608 (constants, as below)
_READ = "INSERT INTO file (warc, length) VALUES (?, ?) ON CONFLICT (warc) DO UPDATE SET length = excluded.length"
_IN_ORDER = f"SELECT {_COLUMNS} FROM capture ORDER BY key, timestamp"  # noqa: S608
_IN_TIME = f"""SELECT {_COLUMNS} FROM capture WHERE timestamp >= :since AND timestamp <= :until
    ORDER BY timestamp, id"""  # noqa: S608
_OF_KEYS = f"""SELECT {_COLUMNS} FROM capture WHERE key >= :first AND key < :end
    AND timestamp >= :since AND timestamp <= :until ORDER BY timestamp, id"""  # noqa: S608
_BEFORE = f"""SELECT {_COLUMNS} FROM capture WHERE key = :key AND timestamp <= :at
    ORDER BY timestamp DESC, id DESC LIMIT 1"""  # noqa: S608
_AFTER = f"""SELECT {_COLUMNS} FROM capture WHERE key = :key AND timestamp >= :at
    ORDER BY timestamp, id LIMIT 1"""  # noqa: S608
_WITH_BODY = f"SELECT {_COLUMNS} FROM capture WHERE type <> 'revisit' AND "  # noqa: S608
_LAST = "99999999999999"


class Catalog:
    """An open catalogue; every error of SQLite comes out as a CollectionError."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def lengths(self) -> dict[str, int]:
        """Return how many bytes of each WARC were read, by its final name."""
        with self._told():
            return dict(self._db.execute("SELECT warc, length FROM file"))

    def add(self, warc: str, length: int, captures: Iterable[IndexedCapture]) -> None:
        """Take in what a WARC holds up to that length, all of it or nothing."""
        with self._told(), self._whole():
            self._db.executemany(_ADD, map(_values_of, captures))
            self._db.execute(_READ, (warc, length))

    def drop(self, warc: str) -> None:
        """Forget all that was read of a WARC."""
        with self._told(), self._whole():
            self._db.execute("DELETE FROM capture WHERE warc = ?", (warc,))
            self._db.execute("DELETE FROM file WHERE warc = ?", (warc,))

    def remove(self, places: Iterable[tuple[str, int]]) -> None:
        """Forget captures by file and offset, so that nothing of them stays in the database's file."""
        with self._told():
            self._db.execute("PRAGMA secure_delete = ON")
            with self._whole():
                self._db.executemany("DELETE FROM capture WHERE warc = ? AND offset = ?", places)
            self._db.execute("VACUUM")

    def copy_to(self, path: Path) -> None:
        """Write the whole catalogue, and nothing that was ever deleted from it, to a new file."""
        with self._told():
            self._db.execute("VACUUM INTO ?", (str(path),))

    def size(self) -> int:
        """Return how many bytes of its file the database itself takes."""
        with self._told():
            pages, of_bytes = (self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        return int(pages) * int(of_bytes)

    def count(self) -> int:
        """Return the number of captures."""
        with self._told():
            number: int = self._db.execute("SELECT count(*) FROM capture").fetchone()[0]
        return number

    def lines(self) -> Iterator[str]:
        """Yield the lines of the CDXJ in the order of their bytes."""
        # A key holds no byte below `!`, so (key, timestamp) sorts as the lines do that begin with them; what follows is
        # sorted here: few captures have one address and one second.
        for _, same in groupby(self._all(_IN_ORDER, {}), lambda capture: (capture.key, capture.timestamp)):
            yield from sorted(capture.line for capture in same if capture.is_replayed)

    def replayed(self) -> Iterator[IndexedCapture]:
        """Yield the captures of the CDXJ by address and time; those of one second are in no order."""
        return (capture for capture in self._all(_IN_ORDER, {}) if capture.is_replayed)

    def between(
        self, since: str = "", until: str = _LAST, *, keys: tuple[str, str] | None = None
    ) -> Iterator[IndexedCapture]:
        """Yield the captures of a time, both ends in it, in their order; of addresses from one key up to another."""
        bounds = {"since": since, "until": until}
        if keys is None:
            yield from self._all(_IN_TIME, bounds)
        else:
            yield from self._all(_OF_KEYS, {**bounds, "first": keys[0], "end": keys[1]})

    def before(self, key: str, at: str = _LAST) -> IndexedCapture | None:
        """Return the last capture of an address up to that time, its second included."""
        return next(self._all(_BEFORE, {"key": key, "at": at}), None)

    def after(self, key: str, at: str) -> IndexedCapture | None:
        """Return the first capture of an address from that time on."""
        return next(self._all(_AFTER, {"key": key, "at": at}), None)

    def with_body(self, *, key: str | None = None, digest: str | None = None) -> Iterator[IndexedCapture]:
        """Yield the captures of an address, or of a payload, that hold their body themselves, in their order."""
        column, value = ("key", key) if key is not None else ("digest", digest)
        yield from self._all(f"{_WITH_BODY} {column} = :value ORDER BY timestamp, id", {"value": value})

    def keys_near(self, key: str, count: int) -> list[str]:
        """Return addresses that stand next to that key, one each, at most so many on each side."""
        after = "SELECT DISTINCT key FROM capture WHERE key > ? ORDER BY key LIMIT ?"
        before = "SELECT DISTINCT key FROM capture WHERE key < ? ORDER BY key DESC LIMIT ?"
        with self._told():
            rows = [
                *reversed(self._db.execute(before, (key, count)).fetchall()),
                *self._db.execute(after, (key, count)),
            ]
        return [found for (found,) in rows]

    def _all(self, query: str, values: dict[str, Any]) -> Iterator[IndexedCapture]:
        with self._told():
            for row in self._db.execute(query, values):
                yield IndexedCapture(**dict(zip(_NAMES, row, strict=True)))

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            # An OperationalError is the disk's or another process's, not the file's.
            kind = CollectionError if isinstance(error, sqlite3.OperationalError) else CatalogDamagedError
            raise kind(self._path(), f"cannot be used: {error}; `briefs index` makes it again") from error

    def _path(self) -> str:
        try:
            path: str = self._db.execute("PRAGMA database_list").fetchone()[2]
        except sqlite3.Error:
            path = ""
        return path or "catalog.sqlite"
