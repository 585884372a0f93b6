"""Retry-After (RFC 9110 10.2.3): how long a server asks to be left alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from archive.message import Head

_SECONDS = re.compile(r"\d{1,15}(?:\.\d*)?")


def retry_after(head: Head, now: datetime) -> float | None:
    """Return the seconds that a response asks for, the most of several; None where none of them is understood."""
    values = [value.decode("latin-1").strip() for value in head.values("retry-after")]
    asked = [seconds for value in values if (seconds := _seconds(value, head, now)) is not None and seconds > 0]
    return max(asked, default=None)


def _seconds(value: str, head: Head, now: datetime) -> float | None:
    if _SECONDS.fullmatch(value):
        return float(value)
    at = _date(value)
    if at is None:
        return None
    # By the server's own clock, where it tells it: ours may differ.
    dates = [date for each in head.values("date") if (date := _date(each.decode("latin-1"))) is not None]
    return (at - (dates[-1] if dates else now)).total_seconds()


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
