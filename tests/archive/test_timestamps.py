from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import TimestampError
from archive.timestamps import parse_span, parse_timestamp, parse_warc_date, timestamp14, timestamp17, warc_date

AT = datetime(2026, 11, 24, 1, 32, 0, 123456, UTC)


def test_a_warc_date_has_six_fraction_digits_even_when_they_are_zero() -> None:
    assert warc_date(AT) == "2026-11-24T01:32:00.123456Z"
    assert warc_date(AT.replace(microsecond=0)) == "2026-11-24T01:32:00.000000Z"


def test_times_of_other_zones_are_written_in_utc() -> None:
    bogota = AT.astimezone(timezone(timedelta(hours=-5)))
    assert warc_date(bogota) == warc_date(AT)
    assert timestamp14(bogota) == "20261124013200"


def test_seventeen_digits_are_cut_to_the_millisecond_as_javascript_cuts_them() -> None:
    at = datetime(2026, 11, 24, 1, 32, 0, 123999, UTC)
    assert timestamp17(at) == "20261124013200123"
    assert parse_timestamp(timestamp17(at)) == at.replace(microsecond=123000)
    assert timestamp17(at.replace(microsecond=0)) == "20261124013200000"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TimestampError, match="aware"):
        warc_date(AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2014", datetime(2014, 1, 1, tzinfo=UTC)),
        ("2014-03", datetime(2014, 3, 1, tzinfo=UTC)),
        ("2014-03-25", datetime(2014, 3, 25, tzinfo=UTC)),
        ("2014-03-25T08:09Z", datetime(2014, 3, 25, 8, 9, tzinfo=UTC)),
        ("2014-03-25T08:09:10Z", datetime(2014, 3, 25, 8, 9, 10, tzinfo=UTC)),
        ("2014-03-25T08:09:10.5Z", datetime(2014, 3, 25, 8, 9, 10, 500000, UTC)),
        ("2014-03-25T08:09:10.123456789Z", datetime(2014, 3, 25, 8, 9, 10, 123456, UTC)),
        ("2014-03-25T08:09:10+02:00", datetime(2014, 3, 25, 6, 9, 10, tzinfo=UTC)),
        ("2014-03-25T08:09:10-05:30", datetime(2014, 3, 25, 13, 39, 10, tzinfo=UTC)),
    ],
)
def test_a_warc_date_of_any_precision_is_its_earliest_moment(text: str, moment: datetime) -> None:
    assert parse_warc_date(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "nope", "2014-13", "2014-02-30", "2014-03-25T08Z", "2014-03-25T08:09:10", "201403", "0001-01-01T00:00+01:00"],
)
def test_a_text_that_is_no_warc_date_is_a_timestamp_error(text: str) -> None:
    with pytest.raises(TimestampError):
        parse_warc_date(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2014", datetime(2014, 1, 1, tzinfo=UTC)),
        ("20141", datetime(2014, 10, 1, tzinfo=UTC)),
        ("20140", datetime(2014, 1, 1, tzinfo=UTC)),
        ("201403", datetime(2014, 3, 1, tzinfo=UTC)),
        ("2014032", datetime(2014, 3, 20, tzinfo=UTC)),
        ("20140325080910", datetime(2014, 3, 25, 8, 9, 10, tzinfo=UTC)),
        ("20140325080910123", datetime(2014, 3, 25, 8, 9, 10, 123000, UTC)),
    ],
)
def test_digits_are_padded_to_the_earliest_moment(text: str, moment: datetime) -> None:
    assert parse_timestamp(text) == moment


@pytest.mark.parametrize("text", ["", "201", "20140199000000", "20140001", "2014032508091012345", "2014x", "２０１４"])
def test_digits_that_name_no_time_are_a_timestamp_error(text: str) -> None:
    with pytest.raises(TimestampError):
        parse_timestamp(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_back(at: datetime) -> None:
    assert parse_warc_date(warc_date(at)) == at
    assert parse_timestamp(timestamp14(at)) == at.replace(microsecond=0)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    for parse in (parse_warc_date, parse_timestamp):
        try:
            parse(text)
        except TimestampError:
            continue


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "20260000000000", "20269999999999"),
        ("202611", "20261100000000", "20261199999999"),
        ("2026-11", "20261100000000", "20261199999999"),
        ("2026-11-24", "20261124000000", "20261124999999"),
        ("2026-11-24T01:32", "20261124013200", "20261124013299"),
        ("2026-11-24T01:32:05", "20261124013205", "20261124013205"),
        ("2026-11-24T01:32:05.123456Z", "20261124013205", "20261124013205"),
        ("2026-11-24T01:32+02:00", "20261123233200", "20261123233299"),
        ("20261124013205", "20261124013205", "20261124013205"),
    ],
)
def test_a_time_that_a_person_gives_is_a_span(text: str, first: str, last: str) -> None:
    span = parse_span(text)
    assert (span.first, span.last) == (first, last)
    assert first <= timestamp14(span.begin) <= last


@pytest.mark.parametrize(
    "text", ["", "today", "26", "2026-13", "20261301", "2026-11-24 01:32", "202611240132050", "24.11.2026"]
)
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(TimestampError):
        parse_span(text)
