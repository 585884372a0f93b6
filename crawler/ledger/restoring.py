"""A ledger that is made again from captures: filled beside, and put in place when it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import orjson

from archive.collection import Collection
from archive.linefile import LineFile
from archive.model import Member
from archive.timestamps import parse_timestamp
from crawler.frontier.backend import NewUrl, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.frontier.transaction import transaction
from crawler.items import Brief, Rejection
from crawler.ledger.captures import CaptureIndex, KnownCapture
from crawler.ledger.gaps import CUT_SHORT, Cause, GapLog, read_gaps
from crawler.ledger.index import SqliteIndex
from crawler.ledger.ledger import BRIEFS, KILLED, REJECTS
from crawler.ledger.runs import ReportedRun, RunLog
from crawler.ledger.schema import open_ledger
from crawler.ledger.sightings import Sightings
from crawler.ledger.sums import Sums


class RestoredLedger:
    """A new ledger, and the lines that belong to it."""

    def __init__(self, path: Path, briefs: Path, rejects: Path) -> None:
        self._db: sqlite3.Connection = open_ledger(path)
        self._files = {BRIEFS: LineFile(briefs), REJECTS: LineFile(rejects)}
        self.frontier = SqliteFrontier(self._db, Politeness(), "recover")
        self.captures = CaptureIndex(self._db)
        self.sightings = Sightings(self._db)
        self._sums = Sums(self._db)
        self.index = SqliteIndex(self._db, briefs)
        self.unit = transaction(self._db)
        """Everything that is restored is one unit of work."""

    def keep_capture(self, known: KnownCapture) -> None:
        """Keep one capture."""
        self.captures.note(known)
        self.captures.commit([known.capture.record_id])
        self.captures.forget([known.capture.record_id])

    def keep_children(self, children: Sequence[NewUrl], at: float) -> None:
        """Keep what a capture of that moment led to, and what named it."""
        self.frontier.add(children)
        self.sightings.keep(children, at)

    def keep_lines(self, lines: Iterable[Brief | Rejection]) -> None:
        """Append the lines that one page made, and keep what the fold learned of it."""
        places: dict[str, tuple[int, int]] = {}
        for line in lines:
            file = self._files[BRIEFS if isinstance(line, Brief) else REJECTS]
            written = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            if isinstance(line, Brief):
                places[line.id] = (file.length, len(written))
            file.append(written)
        self.index.write_changes(places)

    def keep_files(self, warcs: Mapping[str, Sequence[Member]], runs: Mapping[str, str]) -> None:
        """Keep lengths and digests of all files."""
        for name, file in self._files.items():
            self._sums.keep_whole(name, file.path)
        for warc, members in warcs.items():
            self._sums.keep_members(warc, members)
            end = members[-1].offset + members[-1].length
            self._sums.keep_length(f"archive/{warc}", end, is_sealed=True, run=runs.get(warc))

    def keep_runs(self, collection: Collection, known: Iterable[str]) -> None:
        """Keep the runs as their reports say, and the gaps; the runs of WARCs that have no report as killed."""
        log = RunLog(self._db)
        reported = [found for path in collection.runs.glob("*/report.json") if (found := ReportedRun.read(path))]
        for run in _chained(reported):
            log.restore(run)
        killed = sorted(set(known) - {run.id for run in reported} - {""})
        for run_id in killed:
            log.begin(run_id, _began(run_id))
            log.end(run_id, KILLED, None)
        self._keep_gaps(collection, reported, killed)

    def _keep_gaps(self, collection: Collection, reported: Sequence[ReportedRun], killed: Sequence[str]) -> None:
        """Keep the gaps that gaps.jsonl tells of; of runs that it does not know, those that they left and closed."""
        gaps = GapLog(self._db)
        for gap in read_gaps(collection.gaps):
            gaps.keep(gap)
        told = {gap.run for gap in gaps.all()}
        left = {run.id: (run.began, run.causes) for run in reported}
        left |= {run_id: (_began(run_id), (Cause(kind=CUT_SHORT, why=KILLED),)) for run_id in killed}
        for run_id, (began, causes) in left.items():
            gaps.open(run_id, began, () if run_id in told else causes)
        for run_id in killed:
            gaps.judge(run_id, None, _began(run_id), is_complete=False)
        for run in _chained(reported):
            if run.complete and run.ended is not None:
                gaps.judge(run.id, run.looked, run.ended, is_complete=True)

    def close(self) -> None:
        """Sync the lines and close everything."""
        for file in self._files.values():
            file.sync()
            file.close()
        self._db.close()


def _began(run_id: str) -> datetime:
    """Return when a run began that left no report; its name tells."""
    return parse_timestamp(run_id.partition("-")[0])


def _chained(reported: Iterable[ReportedRun]) -> Iterator[ReportedRun]:
    """Yield the runs in the order of their chain: two may have begun in one second, which is all that reports tell."""
    waiting = sorted(reported, key=lambda run: run.began)
    while waiting:
        chains = {run.root.chain for run in waiting}
        # The first whose predecessor is not yet to come; where reports name each other in a circle, the oldest.
        first = next((run for run in waiting if run.root.previous not in chains), waiting[0])
        waiting.remove(first)
        yield first
