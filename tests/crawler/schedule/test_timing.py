"""When a schedule is due, also where the clocks change."""

from __future__ import annotations

from datetime import datetime
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from crawler.plan import PlanError
from crawler.schedule.timing import Cron, Every, Timing, readable, shortest_wait

BERLIN = ZoneInfo("Europe/Berlin")
"""On 2026-03-29 two o'clock becomes three; on 2026-10-25 three o'clock becomes two."""
DAY = 86400.0


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


def shown(timing: Timing, since: float, count: int) -> list[str]:
    moments = islice(timing.all_after(since), count)
    return [datetime.fromtimestamp(moment, BERLIN).strftime("%d. %H:%M %z") for moment in moments]


def test_an_hour_that_does_not_come_moves_a_daily_crawl_to_the_next_and_loses_none() -> None:
    daily = Cron(expression="30 2 * * *", zone="Europe/Berlin")
    assert shown(daily, at("2026-03-28 00:00"), 3) == ["28. 02:30 +0100", "29. 03:00 +0200", "30. 02:30 +0200"]


def test_an_hour_that_comes_twice_has_one_daily_crawl() -> None:
    daily = Cron(expression="30 2 * * *", zone="Europe/Berlin")
    assert shown(daily, at("2026-10-24 00:00"), 3) == ["24. 02:30 +0200", "25. 02:30 +0200", "26. 02:30 +0100"]


def test_between_the_two_half_past_twos_the_next_daily_crawl_is_that_of_the_next_day() -> None:
    daily = Cron(expression="30 2 * * *", zone="Europe/Berlin")
    assert shown(daily, at("2026-10-25 02:10", fold=1), 1) == ["26. 02:30 +0100"]
    assert shown(daily, at("2026-10-25 02:30"), 1) == ["26. 02:30 +0100"]


def test_an_hourly_crawl_comes_every_hour_over_both_changes() -> None:
    hourly = Cron(expression="0 * * * *", zone="Europe/Berlin")
    for night in ("2026-03-29 00:00", "2026-10-25 00:00"):
        moments = list(islice(hourly.all_after(at(night)), 6))
        assert {later - earlier for earlier, later in pairwise(moments)} == {3600.0}


def test_two_moments_that_a_change_puts_on_one_are_one() -> None:
    both = Cron(expression="0 2,3 * * *", zone="Europe/Berlin")
    assert shown(both, at("2026-03-29 00:00"), 2) == ["29. 03:00 +0200", "30. 02:00 +0200"]


@pytest.mark.parametrize("month", [1, 3, 10])
def test_asked_anew_from_each_moment_the_moments_are_the_same_as_in_one_go(month: int) -> None:
    for expression in ("30 2 * * *", "*/20 1-3 * * *", "0 */6 * * *", "15,45 2 * * *"):
        cron = Cron(expression=expression, zone="Europe/Berlin")
        moment = start = at(f"2026-{month:02}-24 00:00")
        in_one_go = list(islice(cron.all_after(start), 60))
        for expected in in_one_go:
            moment = cron.after(moment)
            assert moment == expected


def test_the_newest_moment_of_a_stretch_is_found_however_long_that_is() -> None:
    minutely, yearly = Cron(expression="* * * * *"), Cron(expression="0 0 1 1 *")
    now = at("2026-11-26 04:00", ZoneInfo("UTC"))
    assert minutely.newest(now - 3650 * DAY, now + 30) == now
    assert yearly.newest(now - 3650 * DAY, now) == at("2026-01-01 00:00", ZoneInfo("UTC"))
    assert yearly.newest(now - 3 * DAY, now) is None
    assert minutely.newest(now, now) == now


def test_every_counts_from_its_anchor() -> None:
    every = Every(seconds=600, anchor=1000.0)
    assert list(islice(every.all_after(999.0), 3)) == [1000.0, 1600.0, 2200.0]
    assert every.after(1000.0) == 1600.0
    assert every.newest(1000.0, 5000.0) == 4600.0
    assert every.newest(1000.0, 999.0) is None


@pytest.mark.parametrize(
    ("expression", "zone", "sentence"),
    [
        ("* * * *", "UTC", "expected five fields"),
        ("* * * * * *", "UTC", "expected five fields"),
        ("61 * * * *", "UTC", "Bad minute"),
        ("@daily", "UTC", "expected five fields"),
        ("0 0 30 2 *", "UTC", "Bad day-of-month"),
        ("0 0 * * *", "Europe/Bärlin", "zone is 'Europe/Bärlin'"),
        ("0 0 * * *", "../../etc/passwd", "zone is '../../etc/passwd'"),
        ("0 0 * * *", "", "zone is ''"),
    ],
)
def test_what_is_no_cron_expression_or_zone_is_refused(expression: str, zone: str, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence.replace("(", r"\(")):
        Cron(expression=expression, zone=zone)


def test_less_than_a_minute_is_refused() -> None:
    with pytest.raises(PlanError, match="every is 30s, expected a minute or more"):
        Every(seconds=30, anchor=0)


def test_the_shortest_wait_is_that_of_the_closest_two() -> None:
    assert shortest_wait(Cron(expression="0,10 * * * *"), 0.0) == 600


@pytest.mark.parametrize(("seconds", "text"), [(60, "1m"), (5400, "90m"), (21600, "6h"), (604800, "1w"), (0, "0s")])
def test_a_length_of_time_is_readable(seconds: float, text: str) -> None:
    assert readable(seconds) == text
