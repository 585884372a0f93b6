"""When a share has risen: by more than the threshold, by more than chance, for as long as the window remembers."""

from __future__ import annotations

import pytest

from crawler.ledger.sensitivity import Sensitivity
from crawler.report.shares import Share, rises

SENSITIVITY = Sensitivity()


def risen(*runs: dict[str, int], sensitivity: Sensitivity = SENSITIVITY) -> list[tuple[str, str, str]]:
    """Return choice, then and now of each rise."""
    return [(rise.choice, str(rise.then), str(rise.now)) for rise in rises(runs, sensitivity)]


@pytest.mark.parametrize(
    ("share", "low", "high"),
    # By hand: of none of n, the upper end is z² / (n + z²).
    [((0, 10), 0.0, 0.3989), ((10, 10), 0.6011, 1.0), ((5, 10), 0.1843, 0.8157), ((50, 100), 0.3753, 0.6247)],
)
def test_an_interval_is_wilsons(share: tuple[int, int], low: float, high: float) -> None:
    interval = Share(count=share[0], pages=share[1], runs=1).interval()
    assert interval == pytest.approx((low, high), abs=1e-4)


def test_all_against_none_of_seven_is_more_than_chance() -> None:
    assert risen({"a": 7}, {"b": 7}) == [("b", "0 of 7", "7 of 7")]
    eager = Sensitivity(least_pages=6)
    assert risen({"a": 6}, {"b": 6}, sensitivity=eager) == []


def test_a_few_pages_more_are_chance() -> None:
    assert risen({"a": 20, "b": 10}, {"a": 3, "b": 7}) == []


def test_a_small_but_certain_rise_is_below_the_threshold() -> None:
    assert risen({"a": 1000}, {"a": 850, "b": 150}) == []
    assert risen({"a": 1000}, {"a": 750, "b": 250}) == [("b", "0 of 1000", "250 of 1000")]


def test_few_pages_a_run_add_up_until_they_are_enough() -> None:
    first = {"a": 30}
    assert risen(first, {"b": 3}, {"b": 3}) == []
    assert risen(first, {"b": 3}, {"b": 3}, {"b": 3}) == [("b", "0 of 30", "9 of 9")]


def test_good_pages_of_the_same_run_water_a_change_down() -> None:
    assert risen({"a": 30}, {"a": 10, "b": 1}) == []


def test_a_run_that_counted_nothing_shows_nothing_new() -> None:
    assert risen({"a": 30}, {"b": 30}, {}) == []
    assert risen() == []


def test_a_change_is_told_of_again_while_the_window_holds_runs_without_it() -> None:
    runs = [{"a": 10}, *[{"b": 10}] * 3]
    assert risen(*runs) == [("b", "0 of 10", "10 of 10")]
    narrow = Sensitivity(window=2)
    assert risen(*runs, sensitivity=narrow) == []


def test_a_change_that_was_undone_is_told_of_no_more() -> None:
    assert risen({"a": 10}, {"b": 10}, {"a": 10}) == []


def test_a_rule_that_always_won_some_pages_may_win_them_again() -> None:
    assert risen({"a": 7, "b": 3}, {"a": 6, "b": 4}) == []
