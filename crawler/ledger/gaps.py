"""Gaps: stretches of time of which a collection cannot tell whether there was news, in the ledger and in gaps.jsonl."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from archive.collection import Collection, replace_file

logger = logging.getLogger(__name__)

MISSED, CUT_SHORT, BLOCKED = "missed", "cut short", "blocked"
"""The kinds: a run that never began, one that ended early, one that a host kept out."""

_COLUMNS = "run, kind, why, hosts, since, until, closed_by"
_ALL = f"SELECT {_COLUMNS} FROM gap ORDER BY since, seq"  # noqa: S608 (a constant)
_KEEP = f"INSERT INTO gap ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (a constant)
# What a run left to ask, a later complete one has asked. What a run that never began would have seen is only known
# once somebody looked for news again.
_CLOSE = """UPDATE gap SET until = ?, closed_by = ?
    WHERE until IS NULL AND since <= ? AND (kind != 'missed' OR since <= ?)
        AND (run IS NULL OR run NOT IN (SELECT id FROM run WHERE link > (SELECT link FROM run WHERE id = ?)))"""
_CLOSE_MISSED = """UPDATE gap SET (until, closed_by) = (
        SELECT CAST(ended AS INTEGER), id FROM run WHERE complete = 1 AND looked >= gap.since ORDER BY ended LIMIT 1)
    WHERE until IS NULL AND kind = 'missed'"""
_PENDING_HOSTS = """SELECT DISTINCT host FROM url
    WHERE state IN ('pending', 'leased') AND instr(hops, 'E') = 0 ORDER BY host"""
_LOOKOUT = "SELECT address, host, state, finished FROM url WHERE address = ? AND finished IS NOT NULL"
_JUDGE = "UPDATE run SET complete = ?, looked = ? WHERE id = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason why a run was not complete."""

    kind: str
    """`missed`, `cut short` or `blocked`."""
    why: str
    hosts: tuple[str, ...] = ()
    """Those that it was about; none where it was all of them."""

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Cause:
        """Return the cause of a JSON object; raise KeyError or TypeError where it is none."""
        return cls(kind=str(content["kind"]), why=str(content["why"]), hosts=tuple(map(str, content["hosts"])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """From `since` to `until` the collection is no witness: that it has no news of then does not say there was none."""

    run: str | None
    """The run that left it; None where none began."""
    kind: str
    why: str
    hosts: tuple[str, ...]
    since: datetime
    """When the run began, or was to begin."""
    until: datetime | None
    """When the run ended that closed it; None while it is open."""
    closed_by: str | None
    """That run."""

    def content(self) -> dict[str, Any]:
        """Return it as a JSON object; times are ISO 8601 in UTC."""
        times = {name: _iso(getattr(self, name)) for name in ("since", "until")}
        return {"schema": "gap/1", **asdict(self), **times}

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> Gap:
        """Return the gap of a JSON object; raise ValueError, KeyError or TypeError where it is none."""
        until = content["until"]
        return cls(
            run=content["run"],
            **asdict(Cause.from_content(content)),
            since=datetime.fromisoformat(content["since"]),
            until=datetime.fromisoformat(until) if until is not None else None,
            closed_by=content["closed_by"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookout:
    """An address where news shows first, and when it was last asked to the end."""

    address: str
    host: str
    state: str
    asked: datetime


class GapLog:
    """Reads and writes the gaps; every call that writes belongs to the transaction under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self) -> Iterator[Gap]:
        """Yield the gaps in the order of their beginnings."""
        for run, kind, why, hosts, since, until, closed_by in self._db.execute(_ALL):
            yield Gap(
                run=run,
                kind=kind,
                why=why,
                hosts=tuple(json.loads(hosts)),
                since=_moment(since),
                until=_moment(until) if until is not None else None,
                closed_by=closed_by,
            )

    def open(self, run: str | None, since: datetime, causes: Iterable[Cause]) -> None:
        """Keep a gap for each cause."""
        for cause in causes:
            opened = Gap(
                run=run,
                kind=cause.kind,
                why=cause.why,
                hosts=cause.hosts,
                since=since,
                until=None,
                closed_by=None,
            )
            self.keep(opened)

    def keep(self, gap: Gap) -> None:
        """Keep a gap as it is, to the second."""
        until = int(gap.until.timestamp()) if gap.until is not None else None
        hosts = json.dumps(gap.hosts, ensure_ascii=False)
        row = (gap.run, gap.kind, gap.why, hosts, int(gap.since.timestamp()), until, gap.closed_by)
        self._db.execute(_KEEP, row)

    def judge(self, run: str, looked: datetime | None, ended: datetime, *, is_complete: bool) -> None:
        """Note whether a run was complete; one that was closes the gaps that it covers."""
        moment = looked.timestamp() if looked is not None else None
        self._db.execute(_JUDGE, (int(is_complete), moment, run))
        if is_complete:
            # Times are kept to the second: which of two runs came later, their chain says, not the clock.
            self._db.execute(_CLOSE, (int(ended.timestamp()), run, ended.timestamp(), moment or 0.0, run))

    def knows_missed(self, due: datetime) -> bool:
        """Return whether a run that was due then is known to have been missed."""
        query = "SELECT 1 FROM gap WHERE kind = 'missed' AND since = ?"
        return self._db.execute(query, (int(due.timestamp()),)).fetchone() is not None

    def close_missed(self) -> None:
        """Close what was missed before a complete run looked for news."""
        self._db.execute(_CLOSE_MISSED)

    def lookouts(self, addresses: Iterable[str]) -> list[Lookout]:
        """Return what became of those addresses, in their order; one that was never seen is left out."""
        rows = (self._db.execute(_LOOKOUT, (address,)).fetchone() for address in addresses)
        return [Lookout(address=row[0], host=row[1], state=row[2], asked=_moment(row[3])) for row in rows if row]

    def pending_hosts(self) -> tuple[str, ...]:
        """Return the hosts with pages that wait to be asked."""
        return tuple(host for (host,) in self._db.execute(_PENDING_HOSTS))


def gap_lines(gaps: Iterable[Gap]) -> bytes:
    """Return what gaps.jsonl holds: a line for each gap, in the order of their beginnings."""
    return b"".join(orjson.dumps(gap.content(), option=orjson.OPT_APPEND_NEWLINE) for gap in gaps)


def write_gaps(collection: Collection, log: GapLog) -> None:
    """Put gaps.jsonl in its place, where it is not what the ledger says; a disk that takes none is only logged."""
    path, content = collection.gaps, gap_lines(log.all())
    try:
        if content != (path.read_bytes() if path.exists() else b""):
            replace_file(path, content)
    except OSError as error:
        logger.error("%s: the gaps could not be written, the next run does it: %s", path, error.strerror)


def read_gaps(path: Path) -> Iterator[Gap]:
    """Yield the gaps that a gaps.jsonl tells of; a line that tells of none is passed over, and logged."""
    lines = path.read_bytes().splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        try:
            yield Gap.from_content(orjson.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            logger.warning("%s line %d: is no gap: %s", path, number, error)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
