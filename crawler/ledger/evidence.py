"""What the ledger has written down of every file, for those who check it: nothing here writes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.ledger.gaps import GapLog, gap_lines
from crawler.ledger.looking import look_into_ledger
from crawler.ledger.schema import ledger_file

_NULL = re.compile(r"NULL value in (\w+)\.(\w+)")
_MOST_DAMAGE = 10
_FILES = "SELECT name, length, sealed, run FROM file ORDER BY name"
_MEMBERS = "SELECT offset, length, sha256, leaf FROM member WHERE warc = ? ORDER BY offset"
_PIECES = "SELECT offset, length, sha256, NULL FROM piece WHERE file = ? ORDER BY offset"
_RUNS = "SELECT id, state, link, records, root, previous, chain, report FROM run ORDER BY link IS NULL, link, began, id"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file of the collection, as far as it was committed."""

    name: str
    """In the collection, never `.open`."""
    length: int
    sealed: bool
    """Whether it is a WARC that nothing will be appended to."""
    run: str | None
    """Of a WARC, the run that wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStretch:
    """Bytes of a file whose sum was written down: a gzip member, or lines appended at once."""

    offset: int
    length: int
    sha256: bytes
    leaf: bytes | None
    """Of a member, the sha256 of the record in it; None for lines, or where an older ledger kept none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRun:
    """A run, and the root over its records."""

    id: str
    state: str
    link: int | None
    """Its place in the chain, from 1; None while it has none."""
    records: int | None
    root: str | None
    previous: str | None
    chain: str | None
    report: bytes | None
    """Sha256 of its report.json."""


class Evidence:
    """An open ledger; what cannot be read of it raises CollectionError."""

    def __init__(self, connection: sqlite3.Connection, collection: Collection) -> None:
        self._db = connection
        self._path = ledger_file(collection)

    def damage(self) -> list[str]:
        """Return the first things that SQLite finds wrong with the ledger's own pages."""
        found = (str(row[0]) for row in self._rows("PRAGMA integrity_check(1000000)"))
        return list(islice((row for row in found if row != "ok" and not self._is_made_up(row)), _MOST_DAMAGE))

    def files(self) -> list[KnownFile]:
        """Return the files."""
        return [
            KnownFile(name=name, length=length, sealed=bool(sealed), run=run)
            for name, length, sealed, run in self._rows(_FILES)
        ]

    def waiting(self) -> list[str]:
        """Return the files that the last transaction replaced and a kill left to be renamed."""
        return [str(name) for (name,) in self._rows("SELECT name FROM replacing ORDER BY name")]

    def members(self, warc: str) -> Iterator[KnownStretch]:
        """Yield the gzip members of a WARC, by its name without folder, in their order."""
        yield from self._stretches(_MEMBERS, warc)

    def pieces(self, name: str) -> Iterator[KnownStretch]:
        """Yield the stretches of a file of lines in their order."""
        yield from self._stretches(_PIECES, name)

    def runs(self) -> list[KnownRun]:
        """Return the runs, those with a root in the order of their chain."""
        names = ("id", "state", "link", "records", "root", "previous", "chain", "report")
        return [KnownRun(**dict(zip(names, row, strict=True))) for row in self._rows(_RUNS)]

    def gaps(self) -> bytes:
        """Return what gaps.jsonl is to hold."""
        try:
            return gap_lines(GapLog(self._db).all())
        except (sqlite3.Error, OverflowError, ValueError, TypeError) as error:
            raise CollectionError(self._path, f"cannot be read: {error}") from error

    def _is_made_up(self, finding: str) -> bool:
        """Say whether a column that SQLite calls NULL is not.

        SQLite 3.40 looks at the wrong column of a WITHOUT ROWID table whose key is not its first columns.
        """
        match = _NULL.fullmatch(finding)
        if match is None or match[1] not in {row[0] for row in self._rows("SELECT name FROM sqlite_master")}:
            return False
        query = f'SELECT 1 FROM "{match[1]}" WHERE typeof("{match[2]}") = \'null\' LIMIT 1'  # noqa: S608 (its own names)
        return next(self._rows(query), None) is None

    def _stretches(self, query: str, name: str) -> Iterator[KnownStretch]:
        for offset, length, sha256, leaf in self._rows(query, name):
            yield KnownStretch(offset=offset, length=length, sha256=sha256, leaf=leaf)

    def _rows(self, query: str, *values: str) -> Iterator[Any]:
        try:
            yield from self._db.execute(query, values)
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
            raise CollectionError(self._path, f"cannot be read: {error}") from error


@contextmanager
def open_evidence(collection: Collection) -> Iterator[Evidence]:
    """Open the ledger for reading, also while a crawl writes to it; raise CollectionError."""
    connection = look_into_ledger(ledger_file(collection))
    try:
        yield Evidence(connection, collection)
    finally:
        connection.close()
