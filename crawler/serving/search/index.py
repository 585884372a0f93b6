"""The search index of one collection, kept equal to the committed lines of its briefs.jsonl."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import orjson

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.serving.search.asked import Asked
from crawler.serving.search.found import LinkedWork, Results
from crawler.serving.search.graph import links_from, links_to
from crawler.serving.search.query import search
from crawler.serving.search.schema import discard, is_writable, memory_search, open_search
from crawler.serving.search.taking import PlacedLine, take_line

_BATCH = 2000
"""Lines of a transaction."""
_VERSIONS = """SELECT version.version, version.offset, version.length FROM version JOIN work ON work.key = version.work
    WHERE work.id = ? ORDER BY version.version"""
_OF_RUN = """SELECT work.id, version.version FROM version JOIN work ON work.key = version.work
    WHERE version.run = ? ORDER BY version.offset LIMIT ?"""
_IDS = "SELECT id FROM work WHERE id >= ? AND id < ? ORDER BY id LIMIT 3"
_BY_ADDRESS = "SELECT work.id FROM address JOIN work ON work.key = address.work WHERE address.address = ?"
_MOST_OF_RUN = 200


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a work, and where its line lies."""

    version: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """How far briefs.jsonl was read."""

    length: int = 0
    inode: int = 0
    last: int = 0
    """Length of the last line."""
    digest: str = ""
    """Its sha256."""


class SearchIndex:
    """One connection, used by one thread at a time."""

    def __init__(self, collection: Collection, committed: Callable[[], int | None]) -> None:
        """`committed` returns the bytes of briefs.jsonl that count, None for all; it raises while they are replaced."""
        self._collection = collection
        self._committed = committed
        self._path = collection.search
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None
        """Of the index's own file; None for one in memory."""

    def search(self, asked: Asked) -> Results:
        """Return what fits."""
        with self._current() as db:
            return search(db, asked)

    def count(self) -> int:
        """Return the number of works, those that were taken down left out."""
        with self._current() as db:
            number: int = db.execute("SELECT count(*) FROM work WHERE change <> 'taken down'").fetchone()[0]
        return number

    def named(self, wanted: str) -> str | None:
        """Return the id of the one work that an id, its beginning or an address names."""
        with self._current() as db:
            found = db.execute(_IDS, (wanted, f"{wanted}\U0010ffff")).fetchall() if wanted else []
            exact = [row for row in found if row[0] == wanted] or found
            if len(exact) != 1:
                exact = db.execute(_BY_ADDRESS, (wanted,)).fetchall()
        return exact[0][0] if len(exact) == 1 else None

    def lines(self, work: str) -> list[dict[str, Any]]:
        """Return the lines of a work, its versions in order."""
        with self._current() as db, self._collection.briefs.open("rb") as stream:
            return [self._line_at(stream, Version(*row)).brief for row in db.execute(_VERSIONS, (work,))]

    def of_run(self, run: str) -> list[tuple[str, int]]:
        """Return id and version of the lines that a run appended, the first two hundred."""
        with self._current() as db:
            return db.execute(_OF_RUN, (run, _MOST_OF_RUN)).fetchall()

    def links_from(self, work: str) -> list[LinkedWork]:
        """Return where a work leads."""
        with self._current() as db:
            return list(links_from(db, work))

    def links_to(self, work: str) -> list[LinkedWork]:
        """Return what leads to a work."""
        with self._current() as db:
            return list(links_to(db, work))

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._close()

    @contextmanager
    def _current(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection once the index holds what is committed; raise CollectionError."""
        with self._lock:
            try:
                yield self._caught_up()
            except sqlite3.Error as error:
                self._close()
                raise CollectionError(self._path, f"cannot be used: {error}; it may be deleted") from error

    def _caught_up(self) -> sqlite3.Connection:
        db = self._opened()
        # Asked only now: where a takedown removes the index's file, it is the file that is open, or it has ended.
        committed = self._committed()
        if not self._collection.briefs.exists():
            return db if self._source(db) == _Source() else self._made_again()
        with self._collection.briefs.open("rb") as stream:
            size = stream.seek(0, 2)
            end = size if committed is None else min(size, committed)
            source = self._source(db)
            if source.length and not self._is_same(stream, source, end):
                db = self._made_again()
            if end > self._source(db).length:
                self._read_on(db, stream, end)
        return db

    def _opened(self) -> sqlite3.Connection:
        if self._connection is not None and self._inode is not None and self._inode != self._inode_of_path():
            self._close()  # it was deleted, or another process made it again
        if self._connection is None:
            try:
                self._connection = open_search(self._path) if is_writable(self._path) else memory_search()
            except sqlite3.OperationalError:
                self._connection = memory_search()
            is_file = self._connection.execute("PRAGMA database_list").fetchone()[2]
            self._inode = self._inode_of_path() if is_file else None
        return self._connection

    def _made_again(self) -> sqlite3.Connection:
        is_file = self._inode is not None
        self._close()
        if is_file:
            discard(self._path)
        return self._opened()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _inode_of_path(self) -> int | None:
        try:
            return self._path.stat().st_ino
        except OSError:
            return None

    def _source(self, db: sqlite3.Connection) -> _Source:
        length, inode, last, digest = db.execute("SELECT length, inode, last, digest FROM source").fetchone()
        return _Source(length=length, inode=inode, last=last, digest=digest)

    def _is_same(self, stream: IO[bytes], source: _Source, end: int) -> bool:
        """Return whether what was read is still the beginning of the file."""
        if source.length > end or source.inode != self._collection.briefs.stat().st_ino:
            return False
        stream.seek(source.length - source.last)
        return hashlib.sha256(stream.read(source.last)).hexdigest() == source.digest

    def _read_on(self, db: sqlite3.Connection, stream: IO[bytes], end: int) -> None:
        inode = self._collection.briefs.stat().st_ino
        is_more = True
        while is_more:
            db.execute("BEGIN IMMEDIATE")
            try:
                is_more = self._read_batch(db, stream, end, inode)
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def _read_batch(self, db: sqlite3.Connection, stream: IO[bytes], end: int, inode: int) -> bool:
        """Take in the next lines, and return whether there are more; another process may have read on meanwhile."""
        at = self._source(db).length
        stream.seek(at)
        for _ in range(_BATCH):
            raw = stream.readline() if at < end else b""
            if not raw.endswith(b"\n") or at + len(raw) > end:
                return False
            take_line(db, self._parsed(raw, at))
            at += len(raw)
            digest = hashlib.sha256(raw).hexdigest()
            db.execute("UPDATE source SET length = ?, inode = ?, last = ?, digest = ?", (at, inode, len(raw), digest))
        return True

    def _line_at(self, stream: IO[bytes], version: Version) -> PlacedLine:
        stream.seek(version.offset)
        return self._parsed(stream.read(version.length), version.offset)

    def _parsed(self, raw: bytes, at: int) -> PlacedLine:
        path = self._collection.briefs
        try:
            brief = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise CollectionError(path, f"the line at byte {at} is no JSON: {error}") from error
        if not isinstance(brief, dict) or not {"id", "version", "change"} <= brief.keys():
            raise CollectionError(path, f"the line at byte {at} is no brief, expected id, version and change")
        return PlacedLine(brief, at, len(raw))
