"""Dates as WARC and CDXJ spell them, to and from aware UTC datetimes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.errors import TimestampError

_W3CDTF = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d))?)?)?",
    re.ASCII,
)
_SHORT = re.compile(r"\d{4,14}", re.ASCII)
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$", re.ASCII)
_DIGITS = re.compile(r"\d{4,17}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time as a person gives it: a second, or a whole day, month or year."""

    first: str
    """The first timestamp in it, 14 digits, perhaps with a month or day 00."""
    last: str
    """No timestamp in it is greater."""
    begin: datetime
    """Its first moment."""


def parse_span(text: str) -> Span:
    """Return the time that 4 to 14 digits or an ISO date (in UTC, unless it says another zone) name."""
    if _SHORT.fullmatch(text):
        return _span(text, parse_timestamp(text))
    bare = _ZONE.sub("", text)
    try:
        begin = parse_warc_date(f"{text}Z" if "T" in text and bare == text else text)
    except TimestampError as error:
        raise TimestampError(f"time is {text!r}, expected a date such as 2026-11-24, or 4 to 14 digits") from error
    return _span(timestamp14(begin)[: sum(map(str.isdigit, bare))], begin)


def _span(digits: str, begin: datetime) -> Span:
    return Span(first=digits.ljust(14, "0"), last=digits.ljust(14, "9"), begin=begin)


def warc_date(at: datetime) -> str:
    """Return the time as a WARC-Date in UTC with six fraction digits."""
    return _utc(at).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def timestamp14(at: datetime) -> str:
    """Return the time as CDXJ's 14 digits, UTC, cut to the second."""
    return "".join(filter(str.isdigit, warc_date(at)[:19]))


def timestamp17(at: datetime) -> str:
    """Return the time as 17 digits, UTC, cut to the millisecond, which CDXJ 0.1.0 allows too.

    wabac needs them: it looks for a revisit's original from its exact date on, and so passes by one that an index has
    to the second, for a later capture of the same address.
    """
    return "".join(filter(str.isdigit, warc_date(at)[:23]))


def parse_warc_date(text: str) -> datetime:
    """Return the earliest moment that a WARC-Date of any precision names; digits past microseconds are cut."""
    match = _W3CDTF.fullmatch(text)
    if match is None:
        raise TimestampError(f"WARC-Date is {text!r}, expected W3CDTF such as 2026-11-24T01:32:00Z")
    part = match.groupdict()
    numbers = [int(part[name] or lowest) for name, lowest in (("year", 1), ("month", 1), ("day", 1))]
    numbers += [int(part[name] or 0) for name in ("hour", "minute", "second")]
    moment = _moment(text, numbers, int((part["fraction"] or "").ljust(6, "0")[:6]))
    return _shift(text, moment, part["zone"] or "Z")


def parse_timestamp(text: str) -> datetime:
    """Return the earliest moment that 4 to 17 digits name: `2014` is the first second of that year."""
    if not _DIGITS.fullmatch(text):
        raise TimestampError(f"timestamp is {text!r}, expected 4 to 17 digits")
    full = text.ljust(17, "0")
    month = "01" if len(text) < 6 and full[4:6] == "00" else full[4:6]
    day = "01" if len(text) < 8 and full[6:8] == "00" else full[6:8]
    numbers = [int(part) for part in (full[:4], month, day, full[8:10], full[10:12], full[12:14])]
    return _moment(text, numbers, int(full[14:]) * 1000)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise TimestampError(f"{at!r} has no zone, expected an aware time")
    return at.astimezone(UTC)


def _moment(text: str, numbers: list[int], microsecond: int) -> datetime:
    year, month, day, hour, minute, second = numbers
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, UTC)
    except ValueError as error:
        raise TimestampError(f"{text!r} is no date: {error}") from error


def _shift(text: str, moment: datetime, zone: str) -> datetime:
    """Take a zone's offset off; the standard wants `Z`, some writers put another."""
    if zone == "Z":
        return moment
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    try:
        return moment - offset if zone[0] == "+" else moment + offset
    except OverflowError as error:
        raise TimestampError(f"{text!r} is no date: {error}") from error
