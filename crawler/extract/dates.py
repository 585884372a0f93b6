"""Dates as pages write them, for machines and for readers, English and Spanish; a zone is never converted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?(?:\[.*\])?",
    re.IGNORECASE,
)
_MONTH_NAMES = (
    "january enero",
    "february febrero",
    "march marzo",
    "april abril",
    "may mayo",
    "june junio",
    "july julio",
    "august agosto",
    "september septiembre setiembre sept",
    "october octubre",
    "november noviembre",
    "december diciembre",
)
MONTHS = {
    name: number for number, names in enumerate(_MONTH_NAMES, 1) for full in names.split() for name in (full, full[:3])
}
_MONTH = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
_YEAR = r"((?:19|20)\d\d)"
_TIME = r"(?:,?\s+(?:at\s+|a las\s+|-\s+)?(\d{1,2}):(\d\d)(?::\d\d)?\s*([ap]\.?\s?m\.?)?)?"
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|º)?\s+(?:de\s+|of\s+)?{_MONTH}\.?,?\s+(?:del?\s+)?{_YEAR}{_TIME}", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:de\s+)?{_YEAR}{_TIME}", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:published|posted|publicado|updated|actualizado|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|on|el|:|,|-|\s)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A date as ISO 8601 in the zone it was given in, with how finely it was given."""

    iso: str
    precision: str
    """`day`, `minute` or `second`."""


def parse_date(text: str) -> Moment | None:
    """Return the date that the text is, or None."""
    text = text.strip()[:80]
    return _parse_iso(text) or _parse_printed(text)


def _parse_iso(text: str) -> Moment | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if match[4] is None:
        return _checked(day, "day")
    zone = (match[7] or "").upper()
    if len(zone) in (3, 5):
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    seconds = f":{match[6]}" if match[6] else ""
    return _checked(f"{day}T{match[4]}:{match[5]}{seconds}{zone}", "second" if seconds else "minute")


def _parse_printed(text: str) -> Moment | None:
    text = _LEAD.sub("", text, count=1) if _LEAD.match(text) else text
    if match := _DAY_FIRST.fullmatch(text):
        day, month = match[1], match[2]
    elif match := _MONTH_FIRST.fullmatch(text):
        month, day = match[1], match[2]
    else:
        return None
    date = f"{match[3]}-{MONTHS[month.lower()]:02d}-{int(day):02d}"
    if match[4] is None:
        return _checked(date, "day")
    return _checked(f"{date}T{_hour(int(match[4]), match[6]):02d}:{match[5]}", "minute")


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _checked(iso: str, precision: str) -> Moment | None:
    """Return the moment when the calendar has it."""
    try:
        datetime.fromisoformat(iso)
    except ValueError:
        return None
    return Moment(iso=iso, precision=precision)
