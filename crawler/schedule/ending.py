"""What came of a turn: read from what its crawl left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.exit_codes import KILLED
from crawler.report import read_report
from crawler.schedule.crawling import Left
from crawler.schedule.schedule import ONCE, STOPPED, Event, Outcome, Schedule, Turn, outcome_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A turn that has ended, or was missed, and what is told of it."""

    turn: Turn
    schedule: Schedule
    report: Mapping[str, Any] | None
    """None when no run was begun, or it left none."""
    events: frozenset[Event]

    def columns(self) -> dict[str, object]:
        """Return what is kept of it."""
        names = ("outcome", "ended", "exit_code", "run", "not_before", "detail")
        return {name: getattr(self.turn, name) for name in names}

    @property
    def is_told(self) -> bool:
        """Whether somebody wants to know; not while it is to be tried again."""
        return self.turn.outcome != Outcome.RETRY and bool(self.events & self.schedule.on)


def ended_of(turn: Turn, schedule: Schedule, left: Left, now: float) -> Ended:
    """Return what came of a turn whose crawl is over."""
    report = left.report or _killed_report(schedule.places, turn.before)
    outcome = outcome_of(left.exit_code, turn.stopping)
    if left.exit_code == 0:  # it was done before it heard that it should end
        outcome = Outcome.FINISHED
    not_before = _tried_again(turn, schedule, left.exit_code, now)
    kept = replace(
        turn,
        outcome=outcome if not_before is None else Outcome.RETRY,
        ended=now,
        exit_code=left.exit_code,
        run=report["run"] if report else None,
        not_before=not_before,
        detail=None if outcome == Outcome.FINISHED and report else left.errors or None,
    )
    return Ended(turn=kept, schedule=schedule, report=report, events=events_of(outcome, report))


def events_of(outcome: Outcome, report: Mapping[str, Any] | None) -> frozenset[Event]:
    """Return what somebody may want to be told of."""
    drift = report.get("drift") if report else None
    claims = {
        Event.FINISH: outcome == Outcome.FINISHED,
        Event.FAILURE: outcome not in (Outcome.FINISHED, Outcome.OVERLAP, Outcome.MISSED),
        Event.BLOCKED: _is_blocked(report or {}),
        Event.DRIFT: bool(drift),
        Event.MISSED: outcome == Outcome.MISSED,
    }
    return frozenset(event for event, is_so in claims.items() if is_so)


def _is_blocked(report: Mapping[str, Any]) -> bool:
    """Return whether a site turned the crawl away: blocked pages, or a host that is asked no more."""
    states = report.get("problems") or {}
    return bool(report.get("parked")) or any(state.partition(":")[0] == "blocked" for state in states)


def newest_run(collection: Collection) -> str | None:
    """Return the name of the newest run; None when there is none."""
    return max((folder.name for folder in collection.runs.glob("*")), default=None)


def _killed_report(collection: Collection, before: str | None) -> Mapping[str, Any] | None:
    """Return the last report of a run that was killed: of the one that was not there before."""
    newest = newest_run(collection)
    if newest is None or newest == before:
        return None
    try:
        return read_report(collection.runs / newest / "report.json")
    except CollectionError:
        return None


def _tried_again(turn: Turn, schedule: Schedule, exit_code: int | None, now: float) -> float | None:
    """Return when the crawl is to be begun again; None for not at all."""
    if exit_code == 0:
        return None
    if turn.stopping == STOPPED:
        # It goes on where it was, as soon as somebody calls again.
        return now if schedule.missed == ONCE else None
    limits = schedule.limits
    code = KILLED if exit_code is None else exit_code
    if turn.attempt > limits.retries or code not in limits.retry_on:
        return None
    later = now + limits.retry_wait
    return later if later < schedule.begins(schedule.timing.after(now)) else None
