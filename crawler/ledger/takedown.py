"""What the ledger knows of what is to be taken down, and the one step that takes it out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.collection import Collection
from archive.model import Member
from crawler.frontier.backend import TAKEN_DOWN, NewUrl, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.items import Hop
from crawler.ledger.captures import CaptureIndex
from crawler.ledger.evidence import KnownStretch
from crawler.ledger.index import SqliteIndex
from crawler.ledger.looking import look_into_ledger
from crawler.ledger.opening import change_ledger, recover_collection
from crawler.ledger.replacing import replace_files
from crawler.ledger.runs import Root, RunLog
from crawler.ledger.schema import ledger_file
from crawler.ledger.sums import Sums, committed_lengths

STATE = "taken down"
"""State of the run of a takedown."""

_CAPTURES = """SELECT record_id, url, warc, offset, length, timestamp, date, digest, status, original
    FROM capture ORDER BY seq"""
_MEMBERS = "SELECT offset, length, sha256, leaf FROM member WHERE warc = ? ORDER BY offset"
_DROP_MEMBERS = "DELETE FROM member WHERE warc = ? AND offset >= ? AND offset < ?"
_REFUSE = """UPDATE url SET state = ?, owner = NULL, deadline = NULL, attempts = 0, finished = ? WHERE address = ?"""
_MOVE_LINE = "UPDATE work SET offset = ? WHERE id = ? AND offset = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCapture:
    """A capture as the ledger knows it."""

    record_id: str
    url: str
    """The address asked."""
    warc: str
    offset: int
    length: int
    timestamp: str
    date: str
    digest: str
    status: int
    original: str
    """Record id of the response that its payload lies in."""


class TakedownLedger:
    """The ledger of a collection that something is taken out of; the caller has the lock."""

    def __init__(self, connection: sqlite3.Connection, collection: Collection, run_id: str) -> None:
        self.captures = CaptureIndex(connection)
        self._db = connection
        self._collection = collection
        self._run = run_id
        self._sums = Sums(connection)

    def committed(self) -> dict[str, int]:
        """Return the committed length of every file, by its name in the collection."""
        return committed_lengths(self._db)

    def held(self) -> Iterator[HeldCapture]:
        """Yield every capture in its order."""
        names = tuple(HeldCapture.__dataclass_fields__)
        for row in self._db.execute(_CAPTURES):
            yield HeldCapture(**dict(zip(names, row, strict=True)))

    def work_at(self, address: str) -> tuple[str, bool] | None:
        """Return the id of the work that an address names, and whether it was captured there."""
        row = self._db.execute("SELECT work, captured FROM address WHERE address = ?", (address,)).fetchone()
        return (row[0], bool(row[1])) if row else None

    def addresses_of(self, work_id: str, *, captured: bool) -> list[str]:
        """Return the addresses at which a work was captured, or those that its pages only declare."""
        query = "SELECT address FROM address WHERE work = ? AND captured = ? ORDER BY address"
        return [address for (address,) in self._db.execute(query, (work_id, int(captured)))]

    def sources(self, address: str) -> list[str]:
        """Return the addresses that redirect there, in one step."""
        rows = self._db.execute("SELECT source FROM redirect WHERE target = ? ORDER BY seq", (address,))
        return [source for (source,) in rows]

    def asked_as_sources(self) -> set[str]:
        """Return the addresses that are asked for the addresses that they name: feeds, sitemaps, lists."""
        return {address for (address,) in self._db.execute("SELECT address FROM url WHERE source IS NOT NULL")}

    def known_urls(self) -> Iterator[str]:
        """Yield every address that was seen."""
        return (address for (address,) in self._db.execute("SELECT address FROM url ORDER BY seq"))

    def is_taken_down(self, address: str) -> bool:
        """Return whether an address was taken down before."""
        query = "SELECT 1 FROM url WHERE address = ? AND state = ?"
        return self._db.execute(query, (address, TAKEN_DOWN)).fetchone() is not None

    def members(self, warc: str) -> list[KnownStretch]:
        """Return the gzip members of a WARC in their order."""
        return [
            KnownStretch(offset=offset, length=length, sha256=sha256, leaf=leaf)
            for offset, length, sha256, leaf in self._db.execute(_MEMBERS, (warc,))
        ]

    def is_replacing(self) -> bool:
        """Return whether files are yet to be renamed or removed."""
        return self._db.execute("SELECT 1 FROM replacing LIMIT 1").fetchone() is not None

    def index(self, briefs: Path) -> SqliteIndex:
        """Return the works, whose lines lie in that file."""
        return SqliteIndex(self._db, briefs)

    # --- within the step ------------------------------------------------------------------------------------------

    def replace(self, files: Mapping[str, Path | None], change: Callable[[], None]) -> None:
        """Let `change` write to the ledger and put the new files in place, as one step; None removes a file."""
        replace_files(self._db, self._collection, files, change)

    def begin(self, began: datetime) -> None:
        """Note that the run of this takedown began."""
        RunLog(self._db).begin(self._run, began)

    def end(self, ended: datetime) -> Root:
        """Note that it ended, and return the root over its own records."""
        return RunLog(self._db).end(self._run, STATE, ended)

    def note_report(self, run_id: str, sha256: bytes) -> None:
        """Note the digest of a run's report."""
        RunLog(self._db).note_report(run_id, sha256)

    def keep_new_warc(self, name: str, members: Sequence[Member]) -> None:
        """Keep length and digests of the file with the takedown's own records."""
        self._sums.keep_members(name, members)
        end = members[-1].offset + members[-1].length
        self._sums.keep_length(f"archive/{name}", end, is_sealed=True, run=self._run)

    def keep_removal(self, warc: str, removal: Member) -> None:
        """Keep what stands in a WARC now, in the place of the members that did."""
        self._db.execute(_DROP_MEMBERS, (warc, removal.offset, removal.offset + removal.length))
        self._sums.keep_members(warc, [removal])

    def forget_captures(self, record_ids: Iterable[str]) -> None:
        """Let nothing refer to these captures any more."""
        self._db.executemany("DELETE FROM capture WHERE record_id = ?", ((one,) for one in record_ids))

    def refuse(self, addresses: Iterable[str], at: datetime, looks_of: str | None = None) -> None:
        """Let these addresses never be asked again; `looks_of` is a page that alone needed them to look right."""
        frontier = SqliteFrontier(self._db, Politeness(), self._run)
        for address in addresses:
            hop = Hop(seed=looks_of, hops="E") if looks_of else Hop(seed=address)
            frontier.add([NewUrl(address=address, hop=hop, state=TAKEN_DOWN)])
            self._db.execute(_REFUSE, (TAKEN_DOWN, at.timestamp(), address))
        frontier.recount()

    def empty_work(self, work_id: str) -> None:
        """Forget text and lines of a work; its addresses stay its own."""
        self._db.execute("DELETE FROM content WHERE work = ?", (work_id,))
        self._db.execute("UPDATE work SET offset = 0, length = 0, aliases = '[]' WHERE id = ?", (work_id,))

    def forget_rejections(self, addresses: Iterable[str]) -> None:
        """Forget why pages of these addresses were no briefs."""
        self._db.executemany("DELETE FROM rejection WHERE address = ?", ((one,) for one in addresses))

    def move_lines(self, moves: Iterable[tuple[str, int, int]]) -> None:
        """Let works know where their newest line lies now: work, where it lay, where it lies."""
        # Lines only move towards the file's begin, and are told in their order: no place is taken for another.
        self._db.executemany(_MOVE_LINE, ((new, work_id, old) for work_id, old, new in moves))

    def keep_lines(self, name: str, path: Path) -> None:
        """Keep length and digests of a file of lines anew."""
        self._sums.keep_whole(name, path)

    def scrub(self) -> None:
        """Leave nothing in the ledger's file of what was deleted from it."""
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def open_to_look(collection: Collection) -> Iterator[TakedownLedger]:
    """Open the ledger for reading alone, also while a crawl writes to it; raise CollectionError."""
    collection.settings()
    connection = look_into_ledger(ledger_file(collection))
    try:
        yield TakedownLedger(connection, collection, "")
    finally:
        connection.close()


@contextmanager
def open_for_takedown(collection: Collection, run_id: str) -> Iterator[TakedownLedger]:
    """Lock a collection and put right what a crash left in it; raise CollectionError."""
    with change_ledger(collection) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        recover_collection(collection, connection, run_id)
        yield TakedownLedger(connection, collection, run_id)
