"""Dates for machines and for readers, English and Spanish."""

from __future__ import annotations

import pytest

from crawler.extract.dates import parse_date


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("2014-03-25", "2014-03-25", "day"),
        ("2014-03-25T10:11:12+00:00", "2014-03-25T10:11:12+00:00", "second"),
        ("2014-03-25T10:11:12Z", "2014-03-25T10:11:12Z", "second"),
        ("2014-03-25T10:11:12-0500", "2014-03-25T10:11:12-05:00", "second"),
        ("2014-03-25T10:11:12-05", "2014-03-25T10:11:12-05:00", "second"),
        ("2014-03-25T10:11:12.123456Z", "2014-03-25T10:11:12Z", "second"),
        ("2014-03-25 10:11", "2014-03-25T10:11", "minute"),
        ("2026-10-01T16:04:57", "2026-10-01T16:04:57", "second"),
        ("25 MAR 2014", "2014-03-25", "day"),
        ("5 AUG 2014", "2014-08-05", "day"),
        ("26 ABR 2013", "2013-04-26", "day"),
        ("12 ENE 2023", "2023-01-12", "day"),
        ("6 de septiembre de 2023", "2023-09-06", "day"),
        ("1 Setiembre 2012", "2012-09-01", "day"),
        ("20 dic. 2019", "2019-12-20", "day"),
        ("March 25, 2014", "2014-03-25", "day"),
        ("January 17th, 2020", "2020-01-17", "day"),
        ("Published: Mar 25, 2014 9:05 PM", "2014-03-25T21:05", "minute"),
        ("Tuesday, 25 March 2014 12:15 am", "2014-03-25T00:15", "minute"),
        ("Martes, 25 Marzo 2014 14:30", "2014-03-25T14:30", "minute"),
    ],
)
def test_a_date_is_read_as_given(text: str, iso: str, precision: str) -> None:
    moment = parse_date(text)
    assert moment is not None
    assert (moment.iso, moment.precision) == (iso, precision)


@pytest.mark.parametrize(
    "text",
    ["", "x", "2014-13-01", "31 FEB 2014", "25 MAR", "16-08-15-InSightCrimeGas", "25 MAR 1014", "0000-00-00T00:00:00",
     "2014-03-25T25:00:00Z", "mayo", "2014", "12/01/2014"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None
