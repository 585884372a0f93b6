"""The one commit: WARC synced, lines appended and synced, then one transaction that notes all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from archive.collection import Collection
from archive.errors import ArchiveError
from archive.linefile import LineFile
from archive.model import Stored
from archive.writer import WarcWriter
from crawler.frontier.backend import Frontier
from crawler.frontier.transaction import TransactionError, transaction
from crawler.items import Brief, Rejection
from crawler.ledger.captures import CaptureIndex
from crawler.ledger.closing import LedgerSums
from crawler.ledger.coverage import CoverageLog, CoverageReading, known_layouts
from crawler.ledger.entry import Entry, is_blocked_page, state_of
from crawler.ledger.faults import armed, die, fault
from crawler.ledger.gaps import CUT_SHORT, Cause, GapLog, write_gaps
from crawler.ledger.index import SqliteIndex
from crawler.ledger.runs import Root, RunLog
from crawler.ledger.schema import ledger_file
from crawler.ledger.seal import seal
from crawler.ledger.sightings import Sightings
from crawler.ledger.sums import Sums, committed_lengths
from crawler.works.fold import CapturedPage, Fold

BRIEFS, REJECTS = "briefs.jsonl", "rejects.jsonl"
KILLED = "killed"
"""The state of a run whose process went away before it could say how it ended."""


class CommitError(ArchiveError):
    """A commit that could not be made: nothing of it stands, everything before it does."""


class Lines(NamedTuple):
    """What the fold made of a group."""

    briefs: list[tuple[Brief, bytes]]
    rejects: list[tuple[Rejection, bytes]]
    cosmetic: list[CapturedPage]
    """Pages whose bytes changed and whose substance did not: they made no line."""


class Ledger:
    """ledger.sqlite and the files whose committed lengths it notes; the only one to write to them."""

    def __init__(self, connection: sqlite3.Connection, collection: Collection, frontier: Frontier) -> None:
        self.frontier = frontier
        self.captures = CaptureIndex(connection)
        self.index = SqliteIndex(connection, collection.briefs)
        self.sightings = Sightings(connection)
        self.sums = LedgerSums(connection)
        self.coverage = CoverageReading(connection)
        self.gaps = GapLog(connection)
        self._db = connection
        self._collection = collection
        self._coverage = CoverageLog(connection)
        self._path = ledger_file(collection)
        self._sums = Sums(connection)
        self.runs = RunLog(connection)
        self._run: str | None = None
        self._briefs = LineFile(collection.briefs)
        self._rejects = LineFile(collection.rejects)
        self.committed = committed_lengths(connection)
        """Committed bytes of each file, by its name in the collection: `archive/NAME`, `briefs.jsonl`."""

    def commit(self, group: Sequence[Entry], writer: WarcWriter, fold: Fold) -> Lines:
        """Commit a group of settled entries and return its lines; raise CommitError, with nothing of it done."""
        if armed("torn warc"):
            _tear_warc(writer)
        is_whole = False
        try:
            writer.sync()
            fault("warc synced")
            with transaction(self._db):
                known = known_layouts(group, self.index)
                lines = _fold(group, fold)
                places = self._append(lines)
                self._coverage.keep(self._run or "", group, (line for line, _ in lines.rejects), known)
                lengths = self._note(group, places, writer)
                fault("before commit")
            is_whole = True
        except (OSError, TransactionError) as error:
            raise CommitError(f"the commit failed, and everything before it stands: {error}") from error
        finally:
            if not is_whole:
                self._take_back()
        fault("after commit")
        self.committed.update(lengths)
        self.captures.forget(_record_ids(group))
        return lines

    def begin_run(self, run_id: str, began: datetime) -> None:
        """Note that a run began: the WARCs to come are its own."""
        with transaction(self._db):
            self.runs.begin(run_id, began)
        self._run = run_id

    def end_run(self, run_id: str, state: str, causes: Sequence[Cause], looked: datetime | None) -> Root:
        """Note how a run ended and return the root over its records; `causes` say why it was not complete.

        One without a cause was, and knows the news up to when it `looked`: it closes the gaps that it covers.
        """
        ended = datetime.now(UTC)
        with transaction(self._db):
            root = self.runs.end(run_id, state, ended)
            self.gaps.open(run_id, self.runs.began(run_id), causes)
            self.gaps.judge(run_id, None if causes else looked, ended, is_complete=not causes)
        write_gaps(self._collection, self.gaps)
        return root

    def end_killed_runs(self) -> None:
        """Note that the runs that never ended were killed, each a gap, and the root over the records of each."""
        with transaction(self._db):
            killed = self.runs.unfinished()
            causes = [Cause(kind=CUT_SHORT, why=KILLED, hosts=self.gaps.pending_hosts())]
            for run_id in killed:
                self.gaps.open(run_id, self.runs.began(run_id), causes)
                self.gaps.judge(run_id, None, datetime.now(UTC), is_complete=False)
                self.runs.end(run_id, KILLED, None)
        write_gaps(self._collection, self.gaps)

    def note_report(self, run_id: str, sha256: bytes) -> None:
        """Note the digest of a run's last report."""
        with transaction(self._db):
            self.runs.note_report(run_id, sha256)

    def note_length(self, name: str, length: int, *, is_sealed: bool) -> None:
        """Note the committed length of a file by itself."""
        with transaction(self._db):
            self._sums.keep_length(name, length, is_sealed=is_sealed, run=self._run)
        self.committed[name] = length

    def note_file(self, warc: str) -> None:
        """Note a WARC file that is new, so that the next start knows it for ours, whatever name it has by then."""
        if f"archive/{warc}" not in self.committed:
            self.note_length(f"archive/{warc}", 0, is_sealed=False)

    def close(self) -> None:
        """Close the files and the database, and seal it."""
        self._briefs.close()
        self._rejects.close()
        self._db.close()
        seal(self._path)

    def _append(self, lines: Lines) -> dict[str, tuple[int, int]]:
        """Append and sync the lines; return where in briefs.jsonl each work's newest one lies."""
        places: dict[str, tuple[int, int]] = {}
        offset = self._briefs.length
        for brief, line in lines.briefs:
            places[brief.id] = (offset, len(line))
            offset += len(line)
        for file, pieces in ((self._rejects, lines.rejects), (self._briefs, lines.briefs)):
            whole = b"".join(line for _, line in pieces)
            if whole and armed("torn line"):
                file.append(whole[: len(whole) * 2 // 3])
                die()
            if whole:
                self._sums.keep_piece(file.path.name, file.length, whole)
                file.append(whole)
                file.sync()
        fault("lines synced")
        return places

    def _note(self, group: Sequence[Entry], places: dict[str, tuple[int, int]], writer: WarcWriter) -> dict[str, int]:
        now = datetime.now(UTC).timestamp()
        self.index.write_changes(places)
        self.captures.drop_validators(_record_ids(entry for entry in group if is_blocked_page(entry.page)))
        self.captures.commit(_record_ids(group))
        lengths = {BRIEFS: self._briefs.length, REJECTS: self._rejects.length}
        for entry in group:
            if entry.address is not None and entry.state is not None:
                pages = [child for child in entry.children if not child.hop.is_source]
                entry.new = self.frontier.ack(entry.address, entry.state, pages, now)
                self.frontier.add(child for child in entry.children if child.hop.is_source)
                self.sightings.keep(pages, now)
            if entry.end is not None:
                entry.end()
            if entry.stored is not None:
                lengths[f"archive/{entry.stored.warc}"] = self._note_members(entry.stored)
        current = f"archive/{writer.warc}"
        for name, length in lengths.items():
            is_warc = name.startswith("archive/")
            run = self._run if is_warc else None
            self._sums.keep_length(name, length, is_sealed=is_warc and name != current, run=run)
        return lengths

    def _note_members(self, stored: Stored) -> int:
        """Write the digests of each member and return where the last one ends."""
        members = stored.members if stored.opening is None else (stored.opening, *stored.members)
        self._sums.keep_members(stored.warc, members)
        return members[-1].offset + members[-1].length

    def _take_back(self) -> None:
        """Undo what the failed commit left outside of the transaction."""
        self.index.forget_changes()
        self._briefs.cut_back(self.committed.get(BRIEFS, 0))
        self._rejects.cut_back(self.committed.get(REJECTS, 0))


def _fold(group: Sequence[Entry], fold: Fold) -> Lines:
    lines = Lines([], [], [])
    for entry in group:
        if entry.page is None:
            continue
        page, repeats = _judged(entry, entry.page, fold), entry.repeats
        made = list(fold.add(page))
        if not made and not repeats and isinstance(page.reading, Brief):
            lines.cosmetic.append(page)
        for line in made:
            written = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            if isinstance(line, Brief):
                lines.briefs.append((line, written))
            else:
                lines.rejects.append((line, written))
    return lines


def _judged(entry: Entry, page: CapturedPage, fold: Fold) -> CapturedPage:
    """Return the page of an entry as the fold judges it; the entry says what it says."""
    judged = fold.judged(page)
    if judged.reading is not page.reading and judged.reading is not None:
        entry.page, entry.state = judged, state_of(judged.reading)
    return judged


def _record_ids(group: Iterable[Entry]) -> list[str]:
    stored = (entry.stored for entry in group if entry.stored is not None)
    return [one.capture.record_id for one in stored if one.capture is not None]


def _tear_warc(writer: WarcWriter) -> None:
    """Leave half a member at the end of the WARC, as a power cut amid a write does."""
    if writer.warc is not None:
        with (writer.folder / f"{writer.warc}.open").open("r+b") as stream:
            stream.truncate(writer.length - 100)
    die()
