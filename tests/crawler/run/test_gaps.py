"""The gaps between requests: exact where it matters, in little memory."""

from __future__ import annotations

from itertools import accumulate, pairwise
from random import Random
from statistics import median

import pytest

from crawler.run.gaps import Gaps


def measured(moments: list[float], before: float = 0.0) -> tuple[float | None, float | None]:
    gaps = Gaps(before)
    for moment in moments:
        gaps.add(moment)
    whole = gaps.measured()
    return whole.smallest, whole.median()


def test_requests_that_ended_out_of_order_are_put_in_order() -> None:
    smallest, middle = measured([100.0, 103.0, 101.0, 110.0, 104.0])
    assert smallest == 1.0
    assert middle == pytest.approx(1.0, rel=0.02)


def test_the_gap_to_an_earlier_runs_last_request_counts_as_a_smallest_one_alone() -> None:
    smallest, middle = measured([100.5, 102.5, 104.5], before=100.0)
    assert smallest == 0.5
    assert middle == pytest.approx(2.0, rel=0.02)


def test_one_request_has_no_gap() -> None:
    assert measured([5.0]) == (None, None)
    assert measured([]) == (None, None)


def test_a_hundred_thousand_requests_take_few_classes_and_the_median_is_right_to_two_per_cent() -> None:
    dice = Random(7)
    moments = list(accumulate((dice.lognormvariate(0, 1) for _ in range(100_000)), initial=1.0))
    gaps = Gaps()
    for moment in moments:
        gaps.add(moment)
    whole = gaps.measured()
    exact = [later - earlier for earlier, later in pairwise(moments)]
    assert whole.smallest == pytest.approx(min(exact))
    assert whole.median() == pytest.approx(median(exact), rel=0.02)
    assert len(whole._classes) < 700
    assert len(gaps._waiting) <= 64


def test_requests_at_one_moment_have_no_gap_between_them() -> None:
    smallest, middle = measured([5.0, 5.0, 5.0])
    assert smallest == 0.0
    assert middle is not None
    assert middle < 0.001
