"""Which days a collection is a witness of."""

from __future__ import annotations

from datetime import date, datetime

from crawler.ledger.runs import PastRun
from crawler.report.days import days_line, days_of, stretches


def run(began: str, *, looked: str | None = None, complete: bool | None = False, state: str = "finished") -> PastRun:
    return PastRun(
        id=began,
        began=datetime.fromisoformat(f"{began}:00+00:00"),
        ended=None,
        state=state,
        complete=complete,
        looked=datetime.fromisoformat(f"{looked}:00+00:00") if looked else None,
    )


def whole(began: str) -> PastRun:
    return run(began, looked=began, complete=True)


def states(*runs: PastRun) -> dict[int, str]:
    return {day.day.day: day.state for day in days_of(runs)}


def test_a_day_without_a_run_lies_between_others() -> None:
    assert states(whole("2026-11-01T06:00"), whole("2026-11-03T06:00")) == {1: "complete", 2: "no run", 3: "complete"}


def test_one_complete_run_makes_a_day_complete_whatever_the_others_were() -> None:
    assert states(run("2026-11-01T06:00", state="killed"), whole("2026-11-01T07:00")) == {1: "complete"}


def test_a_run_that_finishes_what_another_left_stands_for_the_day_that_news_was_looked_for() -> None:
    cut = run("2026-11-01T23:00", state="shutdown")
    rest = run("2026-11-02T06:00", looked="2026-11-01T23:01", complete=True)
    assert states(cut, rest) == {1: "complete", 2: "not complete"}


def test_runs_that_nobody_judged_are_not_known() -> None:
    assert states(run("2026-11-01T06:00", complete=None)) == {1: "not known"}
    assert states(run("2026-11-01T06:00", complete=None, state="killed")) == {1: "not complete"}


def test_a_line_counts_the_days_and_names_those_that_lack_something() -> None:
    days = days_of([whole("2026-11-01T06:00"), run("2026-11-02T06:00"), whole("2026-11-06T06:00")])
    assert days_line(days) == (
        "2026-11-01 to 2026-11-06: 2 of 6 with a complete run; not complete: 2026-11-02; "
        "no run: 2026-11-03 to 2026-11-05"
    )
    assert days_line([]) == "no run yet"


def test_a_line_names_the_newest_stretches_alone() -> None:
    days = days_of([whole(f"2026-{month:02}-0{day}T06:00") for month in range(1, 10) for day in (1, 3)])
    assert days_line(days).endswith("2026-09-02 and 12 more")


def test_days_stand_together_over_the_end_of_a_month() -> None:
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 3)]
    assert stretches(days) == ["2026-02-27 to 2026-03-01", "2026-03-03"]
