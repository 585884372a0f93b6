"""A schedule, and a turn: one of the moments it was due, and what came of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from archive.collection import Collection
from crawler import exit_codes
from crawler.plan import PlanError
from crawler.schedule.pids import Pid
from crawler.schedule.targets import Target
from crawler.schedule.timing import Cron, Timing, shortest_wait

ONCE, GAP = "once", "gap"
"""What becomes of a moment at which nobody called: the newest is caught up, or all are only recorded."""
LATENESS = 300.0
"""Seconds after which a moment counts as missed where missed ones are not caught up."""
RETRY_ON = (exit_codes.BROKEN, exit_codes.WAITING, exit_codes.KILLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What bounds a crawl that began by itself, and what is done when it went wrong."""

    time_limit: float = 0.0
    """Seconds until the crawl is asked to end; 0 for no limit."""
    grace: float = 30.0
    """Seconds it has to follow SIGINT, and again SIGTERM, before it is killed."""
    retries: int = 0
    retry_wait: float = 600.0
    """Seconds until the whole crawl is begun again."""
    retry_on: tuple[int, ...] = RETRY_ON
    """The exit codes after which it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What is crawled, when, and who is told."""

    name: str
    site: str
    collection: Path
    """Absolute."""
    arguments: tuple[str, ...]
    """What follows `briefs crawl SITE --collection DIR`."""
    folder: Path
    """Where relative paths in the arguments begin."""
    timing: Timing
    created: float
    missed: str = ONCE
    jitter: float = 0.0
    """Seconds by which a moment is put off at the most."""
    limits: Limits = Limits()
    notify: tuple[Target, ...] = ()
    on: frozenset[Event]
    """Of what those are told."""

    def __post_init__(self) -> None:
        """Raise PlanError for what cannot be."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", self.name):
            raise PlanError(f"name is {self.name!r}, expected up to 64 letters, digits, dots, dashes and underscores")
        if self.jitter and self.jitter >= shortest_wait(self.timing, self.created):
            raise PlanError(f"jitter is {self.jitter:.0f}s, expected less than lies between two crawls")

    @property
    def zone(self) -> str:
        """The zone that its moments are printed in."""
        return self.timing.zone if isinstance(self.timing, Cron) else "UTC"

    def begins(self, due: float) -> float:
        """Return when the crawl of that moment begins: put off by a share of the jitter that only these two decide."""
        digest = hashlib.sha256(f"{self.name} {due:.3f}".encode()).digest()
        return due + self.jitter * int.from_bytes(digest[:8], "big") / 2**64

    @property
    def places(self) -> Collection:
        """The collection it writes to."""
        return Collection(self.collection)


class Event(StrEnum):
    """What somebody may want to be told."""

    FINISH = "finish"
    FAILURE = "failure"
    BLOCKED = "blocked"
    DRIFT = "drift"
    MISSED = "missed"


class Outcome(StrEnum):
    """How far a turn is, or what came of it."""

    RUNNING = "running"
    RETRY = "waits to be tried again"
    FINISHED = "finished"
    PROBLEMS = "finished with problems"
    REFUSED = "refused"
    OVERLAP = "skipped: the collection was being written to"
    BROKEN = "broke off"
    WAITING = "a host's pages wait"
    INTERRUPTED = "interrupted"
    TIMED_OUT = "over its time limit"
    KILLED = "killed"
    UNKNOWN = "ended with an unknown exit code"
    MISSED = "missed"


_OUTCOMES = {
    exit_codes.DONE: Outcome.FINISHED,
    exit_codes.PROBLEMS: Outcome.PROBLEMS,
    exit_codes.USAGE: Outcome.REFUSED,
    exit_codes.LOCKED: Outcome.OVERLAP,
    exit_codes.BROKEN: Outcome.BROKEN,
    exit_codes.WAITING: Outcome.WAITING,
    exit_codes.INTERRUPTED: Outcome.INTERRUPTED,
    exit_codes.TERMINATED: Outcome.INTERRUPTED,
    exit_codes.KILLED: Outcome.KILLED,
}
OVER_TIME, STOPPED = "over its time limit", "run-due was stopped"
"""Why a crawl is asked to end."""


def outcome_of(exit_code: int | None, stopping: str | None) -> Outcome:
    """Return what came of a crawl that ended with that code, or with none, after it was asked to end or not."""
    if stopping == OVER_TIME:
        return Outcome.TIMED_OUT
    return Outcome.KILLED if exit_code is None else _OUTCOMES.get(exit_code, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One moment of a schedule, or a stretch of them that were missed."""

    id: int
    schedule: str
    due: float
    outcome: Outcome
    last_due: float
    """Of a stretch of missed ones; else `due`."""
    count: int = 1
    attempt: int = 1
    leader: Pid | None = None
    """Leads the process group of the crawl."""
    began: float | None = None
    ended: float | None = None
    exit_code: int | None = None
    run: str | None = None
    before: str | None = None
    """The newest run of the collection when it began."""
    not_before: float | None = None
    stopping: str | None = None
    """Why it was asked to end."""
    detail: str | None = None
    """The last that it wrote to standard error, or what else there is to say."""
