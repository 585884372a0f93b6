"""The schedules' figures for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from archive.errors import CollectionError
from crawler.report import read_report
from crawler.report.metrics import Family, run_families, write_families
from crawler.schedule.book import Book
from crawler.schedule.schedule import Outcome, Schedule, Turn

_LOOKED_AT = 200
"""Newest turns of a schedule that its figures are taken from."""
_NAMES = ("schedule", "collection", "site")


def write_metrics(book: Book, path: Path) -> None:
    """Write the figures of every schedule, and of the newest run of each."""
    write_families(path, [*_turns(book), *run_families(_reports(book))])


def _turns(book: Book) -> Iterator[Family]:
    schedules = book.schedules()
    for name, meaning, value_of in _FIGURES:
        family = GaugeMetricFamily(name, meaning, labels=_NAMES)
        for schedule, first in schedules:
            value = value_of(schedule, first, book.turns(schedule.name, _LOOKED_AT))
            if value is not None:
                family.add_metric(_labels(schedule), value)
        yield family
    yield _moments(book)
    waiting = sum(state == "pending" for _, _, state, _, _ in book.messages())
    yield GaugeMetricFamily("briefs_notifications_pending", "Messages that are still to be sent.", value=waiting)


def _moments(book: Book) -> Family:
    family = CounterMetricFamily(
        "briefs_schedule_moments", "Moments by what came of them.", labels=("schedule", "outcome")
    )
    for name, outcome, count in book.counts():
        family.add_metric((name, outcome), count)
    return family


def _reports(book: Book) -> Iterator[tuple[Mapping[str, str], Mapping[str, Any]]]:
    for schedule, _ in book.schedules():
        run = next((turn.run for turn in book.turns(schedule.name, _LOOKED_AT) if turn.run), None)
        if run is not None:
            try:
                report = read_report(schedule.places.runs / run / "report.json")
            except CollectionError:
                continue
            yield {"schedule": schedule.name, "collection": str(schedule.collection)}, report


def _next(schedule: Schedule, first: float, turns: list[Turn]) -> float | None:
    return schedule.begins(first)


def _last_end(schedule: Schedule, first: float, turns: list[Turn]) -> float | None:
    return next((turn.ended for turn in turns if turn.exit_code is not None), None)


def _last_success(schedule: Schedule, first: float, turns: list[Turn]) -> float | None:
    return next((turn.ended for turn in turns if turn.outcome == Outcome.FINISHED), None)


def _last_code(schedule: Schedule, first: float, turns: list[Turn]) -> float | None:
    return next((turn.exit_code for turn in turns if turn.exit_code is not None), None)


def _is_running(schedule: Schedule, first: float, turns: list[Turn]) -> float | None:
    return float(any(turn.outcome == Outcome.RUNNING for turn in turns))


_FIGURES = (
    ("briefs_schedule_next_timestamp_seconds", "When it is due next.", _next),
    ("briefs_schedule_last_end_timestamp_seconds", "When its last crawl ended.", _last_end),
    ("briefs_schedule_last_success_timestamp_seconds", "When its last crawl with exit code 0 ended.", _last_success),
    ("briefs_schedule_last_exit_code", "How its last crawl ended.", _last_code),
    ("briefs_schedule_running", "Whether a crawl of it is under way.", _is_running),
)


def _labels(schedule: Schedule) -> tuple[str, str, str]:
    return schedule.name, str(schedule.collection), schedule.site
