"""Values as a person reads them."""

from __future__ import annotations

_LANGUAGES = {"en": "English", "es": "Spanish", "pt": "Portuguese", "fr": "French", "nl": "Dutch", "de": "German"}


def moment(iso: str | None) -> str:
    """Return an ISO 8601 time as a person reads it, in UTC as it is kept."""
    return iso[:19].replace("T", " ") + " UTC" if iso else "not yet"


def day(iso: str | None) -> str:
    """Return the day of an ISO 8601 text."""
    return (iso or "")[:10]


def second(timestamp: str) -> str:
    """Return 14 digits as a time that a person reads."""
    parts = [timestamp[at:end] for at, end in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))]
    return "{}-{}-{} {}:{}:{} UTC".format(*parts)


def counted(number: int, one: str, many: str) -> str:
    """Return a number with what it counts: `1 brief`, `2,000 briefs`."""
    return f"{number:,} {one if number == 1 else many}"


def language(code: str) -> str:
    """Return a language's name in English where it is a common one."""
    name = _LANGUAGES.get(code.partition("-")[0].lower())
    return f"{name} ({code})" if name else code
