"""Addresses of which a site can make as many as it likes: told by their form alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

LONGEST = 2000
"""Characters of an address."""
DEEPEST = 16
"""Segments of a path."""
MOST_PARAMETERS = 8
MOST_OF_A_NAME = 3
"""Parameters of one name in a query."""
MOST_OF_A_SEGMENT = 2
"""How often a segment may stand in a path."""
MOST_VARIANTS = 20
"""Queries under which one path is asked, at the most."""

SESSION = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid[a-z]*|cfid|cftoken|oscsid|zenid|sess(?:ion)?_?(?:id)?|sid|sessid)"
    r"=[0-9a-z,._%-]{16,}",
    re.IGNORECASE,
)
"""A parameter, name and value, that says whose visit it is."""
SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*|/\([A-Z]\([0-9a-z]{10,}\)\)(?=/)", re.IGNORECASE)
"""The same in a path: Java's parameter of a segment, ASP.NET's segment of its own."""

_DAY = r"(?:19|20|21)\d\d(?:[-/]\d{1,2}){1,2}"
_NAMES = "calendars?|events?|agenda|calendario|eventos?"
_CALENDAR = re.compile(rf"(?:.*/)?(?:{_NAMES})(?:/.*)?/{_DAY}(?:/.*)?", re.IGNORECASE)
_CALENDAR_PARAMETER = re.compile(
    r"(?:tribe[-_][a-z_-]*|event[_-]?date|(?:outlook-)?ical|cal(?:endar)?[_-]?(?:date|month|year|day|view)?|mini"
    r"|month|year|week|yr|mo)=[\w%:.-]*",
    re.IGNORECASE,
)


def find_trap(path: str, query: str) -> tuple[str, str] | None:
    """Return the rule that sees a trap in an address and what it saw; None where none does."""
    found = ((rule, see(path, query)) for rule, see in _RULES)
    return next(((rule, seen) for rule, seen in found if seen), None)


def _too_long(path: str, query: str) -> str:
    size = len(path) + len(query)
    return f"{size} characters, expected no more than {LONGEST}" if size > LONGEST else ""


def _too_deep(path: str, query: str) -> str:
    depth = path.strip("/").count("/") + 1
    return f"{depth} segments, expected no more than {DEEPEST}" if depth > DEEPEST else ""


def _repeated(path: str, query: str) -> str:
    segments = [segment for segment in path.split("/") if segment]
    segment, count = next(iter(Counter(segments).most_common(1)), ("", 0))
    if count > MOST_OF_A_SEGMENT:
        return f"{segment[:80]!r} {count} times"
    pairs = list(pairwise(segments))
    again = next((pair for place, pair in enumerate(pairs) if pair in pairs[place + 2 :]), None)
    return f"{'/'.join(again)[:80]!r} again" if again else ""


def _calendar(path: str, query: str) -> str:
    if _CALENDAR.fullmatch(path):
        return "a day below a calendar"
    return next((pair[:80] for pair in _pairs(query) if _CALENDAR_PARAMETER.fullmatch(pair)), "")


def _parameters(path: str, query: str) -> str:
    names = Counter(pair.partition("=")[0] for pair in _pairs(query))
    if names.total() > MOST_PARAMETERS:
        return f"{names.total()} parameters, expected no more than {MOST_PARAMETERS}"
    name, count = next(iter(names.most_common(1)), ("", 0))
    return f"{name[:80]!r} {count} times" if count > MOST_OF_A_NAME else ""


def _pairs(query: str) -> Iterator[str]:
    return (pair for pair in query.split("&") if pair)


_RULES: tuple[tuple[str, Callable[[str, str], str]], ...] = (
    ("address too long", _too_long),
    ("path too deep", _too_deep),
    ("repeated segments", _repeated),
    ("calendar", _calendar),
    ("too many parameters", _parameters),
)
