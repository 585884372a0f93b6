"""Which days, from the first run to the last, the collection is a witness of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.ledger.runs import PastRun

COMPLETE = "complete"
"""A complete run looked for news that day: that the collection has none of then says that there was none."""
NOT_COMPLETE = "not complete"
NO_RUN = "no run"
NOT_KNOWN = "not known"
"""An older brief-archive ran, which did not judge its runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day, in UTC."""

    day: date
    state: str
    runs: tuple[str, ...]
    """Those that began on it, or that looked for news on it."""


def days_of(runs: Iterable[PastRun]) -> list[Day]:
    """Return the days from the first run to the last.

    A complete run stands for the day as of which it knows the news. One that only finished what an earlier one had
    left stands for that one's day, not for its own.
    """
    on: dict[date, list[PastRun]] = defaultdict(list)
    for run in runs:
        for day in sorted({moment.date() for moment in (run.looked, run.began) if moment is not None}):
            on[day].append(run)
    if not on:
        return []
    first, last = min(on), max(on)
    span = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [_day(day, on.get(day, [])) for day in span]


def days_line(days: Sequence[Day]) -> str:
    """Return in one line how many days there are, and which were without a complete run."""
    if not days:
        return "no run yet"
    count = sum(day.state == COMPLETE for day in days)
    parts = [f"{days[0].day} to {days[-1].day}: {count} of {len(days)} with a complete run"]
    for state in (NOT_COMPLETE, NO_RUN, NOT_KNOWN):
        found = stretches([day.day for day in days if day.state == state])
        if found:
            more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
            parts.append(f"{state}: {', '.join(found[-_MOST:])}{more}")
    return "; ".join(parts)


_MOST = 5
"""Stretches of days that a line names: the newest."""


def stretches(days: Sequence[date]) -> list[str]:
    """Return days as stretches: `2026-11-24`, `2026-11-26 to 2026-11-28`."""
    found: list[list[date]] = []
    for day in days:
        if found and found[-1][-1] + timedelta(days=1) == day:
            found[-1].append(day)
        else:
            found.append([day])
    return [str(some[0]) if len(some) == 1 else f"{some[0]} to {some[-1]}" for some in found]


def _day(day: date, runs: Sequence[PastRun]) -> Day:
    return Day(day=day, state=_state(day, runs), runs=tuple(run.id for run in runs))


def _state(day: date, runs: Sequence[PastRun]) -> str:
    if any(run.complete and _is_on(run.looked, day) for run in runs):
        return COMPLETE
    began = [run for run in runs if _is_on(run.began, day)]
    if any(run.complete is None and run.state == "finished" for run in began):
        return NOT_KNOWN
    return NOT_COMPLETE if began else NO_RUN


def _is_on(moment: datetime | None, day: date) -> bool:
    return moment is not None and moment.date() == day
