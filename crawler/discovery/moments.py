"""When something changed last, as sources write it: often a day, or a time without a zone."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_PART_OF_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_WESTERNMOST = timezone(timedelta(hours=-12))
"""Where a day ends last: a moment without a zone is at the latest that of the clocks there."""


def latest_moment(text: str | None) -> float | None:
    """Return the latest moment that a date can mean, in seconds since 1970; None when it is none.

    W3C's profile of ISO 8601, down to a year alone, and RFC 822. A day is at the latest its end, and where no zone
    is given, that of the westernmost clocks: who asks for what changed since then asks too often rather than never.
    """
    text = (text or "").strip()
    if not text.isascii():
        return None
    try:
        part = _PART_OF_DATE.fullmatch(text)
        moment = _end_of(part) if part else _moment_of(text)
        return moment.timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _end_of(part: re.Match[str]) -> datetime:
    year, month = int(part[1]), int(part[2] or 12)
    day = int(part[3] or monthrange(year, month)[1])
    return datetime(year, month, day, 23, 59, 59, tzinfo=_WESTERNMOST)


def _moment_of(text: str) -> datetime:
    if text[:4].isdigit():
        moment = datetime.fromisoformat(text.upper().replace(" +", "+").replace(" -", "-"))
        return moment if moment.tzinfo else moment.replace(tzinfo=_WESTERNMOST)
    moment = parsedate_to_datetime(text)
    # RFC 2822 3.3: `-0000` tells the time in UTC and no zone; feeds write it, and nothing at all, for UTC.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
