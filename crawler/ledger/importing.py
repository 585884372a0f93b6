"""The commit that takes in files from elsewhere: WARCs, lines, captures and run, all of it or nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import orjson

from archive.collection import Collection
from archive.errors import CollectionError
from archive.linefile import LineFile
from archive.model import Member
from archive.openfile import sync_folder
from crawler.frontier.backend import TAKEN_DOWN
from crawler.items import Brief, Rejection
from crawler.ledger.captures import CaptureIndex, KnownCapture
from crawler.ledger.faults import fault
from crawler.ledger.index import SqliteIndex
from crawler.ledger.opening import change_ledger, recover_collection
from crawler.ledger.replacing import replace_files
from crawler.ledger.runs import IMPORTED, Root, RunLog
from crawler.ledger.sums import Sums, committed_lengths

_SAME_LEAF = "SELECT member.warc FROM member JOIN temp.coming ON coming.leaf = member.leaf LIMIT 1"


class ImportLedger:
    """The ledger and the lines of a collection that files are taken into; the caller has the lock."""

    def __init__(self, connection: sqlite3.Connection, collection: Collection, run_id: str) -> None:
        self.captures = CaptureIndex(connection)
        self.index = SqliteIndex(connection, collection.briefs)
        self._db = connection
        self._collection = collection
        self._run = run_id
        self._sums = Sums(connection)
        self._lines = {path.name: LineFile(path) for path in (collection.briefs, collection.rejects)}

    def committed(self) -> dict[str, int]:
        """Return the committed length of every file, by its name in the collection."""
        return committed_lengths(self._db)

    def warc_with(self, members: Iterable[Member]) -> str | None:
        """Return the name of a WARC that holds a record of those already, to the byte; None where none does."""
        self._db.execute("CREATE TEMP TABLE coming (leaf BLOB PRIMARY KEY) WITHOUT ROWID")
        try:
            rows = ((bytes.fromhex(member.leaf),) for member in members)
            self._db.executemany("INSERT OR IGNORE INTO temp.coming (leaf) VALUES (?)", rows)
            found = self._db.execute(_SAME_LEAF).fetchone()
        finally:
            self._db.execute("DROP TABLE temp.coming")
        return found[0] if found else None

    def commit(self, files: Mapping[str, Path], fill: Callable[[], None]) -> None:
        """Put new files in their places and keep what `fill` hands over, as one step.

        `files` are as `replace_files` takes them. When `fill` raises, nothing of it stands.
        """
        before = {name: file.length for name, file in self._lines.items()}
        is_whole = False

        def change() -> None:
            fill()
            self._note_lines(before)
            fault("before commit")

        try:
            replace_files(self._db, self._collection, files, change)
            is_whole = True
        finally:
            if not is_whole:
                self._take_back(before)

    def begin(self, began: datetime) -> None:
        """Note that the run of this import began."""
        RunLog(self._db).begin(self._run, began)

    def end(self, ended: datetime) -> Root:
        """Note that it ended, and return the root over the records that came in."""
        return RunLog(self._db).end(self._run, IMPORTED, ended)

    def note_report(self, sha256: bytes) -> None:
        """Note the digest of the run's report."""
        RunLog(self._db).note_report(self._run, sha256)

    def keep_warc(self, name: str, members: list[Member]) -> None:
        """Keep length and digests of a WARC."""
        self._sums.keep_members(name, members)
        end = members[-1].offset + members[-1].length
        self._sums.keep_length(f"archive/{name}", end, is_sealed=True, run=self._run)

    def is_taken_down(self, address: str) -> bool:
        """Return whether an address was taken down."""
        query = "SELECT 1 FROM url WHERE address = ? AND state = ?"
        return self._db.execute(query, (address, TAKEN_DOWN)).fetchone() is not None

    def keep_capture(self, known: KnownCapture) -> None:
        """Keep one capture; raise CollectionError when its record is known."""
        earlier = self.captures.by_id(known.capture.record_id)
        if earlier is not None:
            where = (
                "the file itself" if earlier.capture.warc == known.capture.warc else f"archive/{earlier.capture.warc}"
            )
            sentence = f"has record {known.capture.record_id}, which {where} holds already"
            raise CollectionError(known.capture.warc, sentence)
        self.captures.note(known)
        self.captures.commit([known.capture.record_id])
        self.captures.forget([known.capture.record_id])

    def keep_lines(self, lines: Iterable[Brief | Rejection]) -> None:
        """Append the lines that one page made, and keep what the fold learned of it."""
        places: dict[str, tuple[int, int]] = {}
        for line in lines:
            kind = self._collection.briefs if isinstance(line, Brief) else self._collection.rejects
            file = self._lines[kind.name]
            written = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            if isinstance(line, Brief):
                places[line.id] = (file.length, len(written))
            file.append(written)
        self.index.write_changes(places)

    def is_replacing(self) -> bool:
        """Return whether files of a commit are yet to be renamed."""
        return self._db.execute("SELECT 1 FROM replacing LIMIT 1").fetchone() is not None

    def close(self) -> None:
        """Close the files of lines."""
        for file in self._lines.values():
            file.close()

    def _note_lines(self, before: Mapping[str, int]) -> None:
        for name, file in self._lines.items():
            file.sync()
            if file.length > before[name]:
                self._sums.cover(name, file.path, file.length)
            self._sums.keep_length(name, file.length, is_sealed=False)

    def _take_back(self, before: Mapping[str, int]) -> None:
        self.index.forget_changes()
        for name, file in self._lines.items():
            file.cut_back(before[name])


@contextmanager
def open_for_import(collection: Collection, run_id: str) -> Iterator[ImportLedger]:
    """Lock a collection and put right what a crash left in it; raise CollectionError."""
    with change_ledger(collection) as connection:
        recover_collection(collection, connection, run_id)
        ledger = ImportLedger(connection, collection, run_id)
        try:
            yield ledger
        finally:
            ledger.close()


def write_synced(path: Path, content: bytes) -> None:
    """Write a file so that it and its name survive a power cut."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(path.parent)
