"""The runs in the ledger: when they were, how they ended, the root over their records, the chain of the roots."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from archive.merkle import chained, merkle_root
from archive.openfile import serial_of
from crawler.ledger.coverage import Coverage, CoverageLog, coverage_of
from crawler.ledger.gaps import Cause

IMPORTED = "imported"
"""State of the run of an import."""

LEAF = 32
"""Bytes of a leaf."""

_BEGIN = "INSERT INTO run (id, began, state) VALUES (?, ?, 'running')"
_END = """UPDATE run SET ended = ?, state = ?, records = ?, root = ?, previous = ?, chain = ?,
    link = (SELECT coalesce(max(link), 0) + 1 FROM run) WHERE id = ?"""
_PAST = "SELECT id, began, ended, state, complete, looked FROM run WHERE state != ? ORDER BY began, id"
_RESTORE = "UPDATE run SET complete = ?, looked = ? WHERE id = ?"
_ROOT = ("records", "root", "previous", "chain")
_UNTOLD = f"""SELECT id, began, {", ".join(_ROOT)} FROM run
    WHERE state = ? AND link IS NOT NULL AND report IS NULL ORDER BY link"""  # noqa: S608 (a constant)
_LAST = "SELECT chain FROM run WHERE link IS NOT NULL ORDER BY link DESC LIMIT 1"
_LEAVES = "SELECT leaf FROM member WHERE warc = ? AND leaf IS NOT NULL ORDER BY offset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """The Merkle root over the records of a run, and what ties it to the runs before."""

    records: int
    root: str
    """Hex; see `archive.merkle`."""
    previous: str | None
    """The chain of the run before; None for the first run that has one."""
    chain: str
    """Hex: over `previous`, the run's name and its root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run that crawled, or still does."""

    id: str
    began: datetime
    ended: datetime | None
    """None of one that was killed, or is under way."""
    state: str
    complete: bool | None
    """Whether all that was due was asked; None where nobody judged it."""
    looked: datetime | None
    """As of when a complete run knows the news."""


def past_runs(connection: sqlite3.Connection) -> Iterator[PastRun]:
    """Yield the runs that crawled, imports left out, in the order of their beginnings."""
    for run_id, began, ended, state, complete, looked in connection.execute(_PAST, (IMPORTED,)):
        yield PastRun(
            id=run_id,
            began=datetime.fromtimestamp(began, UTC),
            ended=datetime.fromtimestamp(ended, UTC) if ended is not None else None,
            state=state,
            complete=None if complete is None else bool(complete),
            looked=datetime.fromtimestamp(looked, UTC) if looked is not None else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRun:
    """A run that has ended, as its report tells of it."""

    id: str
    began: datetime
    ended: datetime | None
    state: str
    root: Root
    sha256: bytes
    """Of the report."""
    complete: bool | None
    looked: datetime | None
    """These two as in the ledger."""
    coverage: Coverage
    causes: tuple[Cause, ...]
    """Why it was not complete."""

    @classmethod
    def read(cls, path: Path) -> ReportedRun | None:
        """Return what a report tells; None when it is damaged, or none of a run that has ended."""
        try:
            content = path.read_bytes()
            report = orjson.loads(content)
            judged = report.get("completeness") or {}
            looked = judged.get("looked")
            return cls(
                id=report["run"],
                began=datetime.fromisoformat(report["began"]),
                ended=datetime.fromisoformat(report["ended"]) if report["ended"] else None,
                state=report["state"],
                root=Root(**report["merkle"]),
                sha256=hashlib.sha256(content).digest(),
                complete=judged.get("complete"),
                looked=datetime.fromisoformat(looked) if looked else None,
                coverage=coverage_of(report.get("coverage") or {}),
                causes=tuple(Cause.from_content(cause) for cause in judged.get("gaps", ())),
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None


class RunLog:
    """Writes the runs; every call belongs to the transaction under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def begin(self, run_id: str, began: datetime) -> None:
        """Note that a run began."""
        self._db.execute(_BEGIN, (run_id, began.timestamp()))

    def end(self, run_id: str, state: str, ended: datetime | None) -> Root:
        """Note how a run ended, seal its records under a root, and return that."""
        records, root = merkle_root(self._leaves(run_id))
        last = self._db.execute(_LAST).fetchone()
        previous = last[0] if last else None
        chain = chained(previous, run_id, root)
        row = (ended.timestamp() if ended else None, state, records, root, previous, chain, run_id)
        self._db.execute(_END, row)
        return Root(records=records, root=root, previous=previous, chain=chain)

    def began(self, run_id: str) -> datetime:
        """Return when a run began."""
        (seconds,) = self._db.execute("SELECT began FROM run WHERE id = ?", (run_id,)).fetchone()
        return datetime.fromtimestamp(seconds, UTC)

    def restore(self, run: ReportedRun) -> None:
        """Keep a run as its report tells of it, behind those kept before."""
        self.begin(run.id, run.began)
        root = run.root
        ended = run.ended.timestamp() if run.ended else None
        self._db.execute(_END, (ended, run.state, root.records, root.root, root.previous, root.chain, run.id))
        self._db.execute(_RESTORE, (run.complete, run.looked.timestamp() if run.looked else None, run.id))
        CoverageLog(self._db).restore(run.id, run.coverage)
        self.note_report(run.id, run.sha256)

    def told(self, run_id: str) -> float:
        """Return when the last other run ended that lived to tell of it, in seconds since 1970; 0 without one."""
        row = self._db.execute("SELECT max(ended) FROM run WHERE id != ? AND state != ?", (run_id, IMPORTED)).fetchone()
        return float(row[0] or 0)

    def unfinished(self) -> list[str]:
        """Return the runs that were begun and never ended: they were killed, or are under way."""
        rows = self._db.execute("SELECT id FROM run WHERE state = 'running' ORDER BY began, id")
        return [run_id for (run_id,) in rows]

    def untold(self, state: str) -> Iterator[tuple[str, datetime, Root]]:
        """Yield the runs that ended in a state of which no report tells: name, beginning and root."""
        for run_id, began, *root in self._db.execute(_UNTOLD, (state,)).fetchall():
            yield run_id, datetime.fromtimestamp(began, UTC), Root(**dict(zip(_ROOT, root, strict=True)))

    def note_report(self, run_id: str, sha256: bytes) -> None:
        """Note the digest of a run's last report."""
        self._db.execute("UPDATE run SET report = ? WHERE id = ?", (sha256, run_id))

    def _leaves(self, run_id: str) -> Iterator[bytes]:
        """Yield the leaves of a run's records in the order of the captures."""
        names = [name for (name,) in self._db.execute("SELECT name FROM file WHERE run = ?", (run_id,))]
        for name in sorted(names, key=serial_of):
            for (leaves,) in self._db.execute(_LEAVES, (name.removeprefix("archive/"),)):
                # Where something was taken down, those of the records that stood there.
                yield from (leaves[at : at + LEAF] for at in range(0, len(leaves), LEAF))
