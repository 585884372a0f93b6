"""The line below a title that readers see: `EXTORTION / 25 MAR 2014 BY MICHAEL LOHMULLER EN`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extract.dates import MONTHS

_LONGEST = 220
_MOST_PARTS = 8
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = rf"(?:\d{{1,2}}\s+(?:de\s+)?(?:{_MONTH})\.?,?\s+(?:de\s+)?\d{{4}}|(?:{_MONTH})\.?\s+\d{{1,2}},?\s+\d{{4}})"
_YEAR = re.compile(r"\d{4}")
_LINE = re.compile(
    rf"(?:(?P<tag>[^/\n]{{1,60}}?)\s*/\s*)?(?P<date>{_DATE})"
    r"(?:\s+(?:by|por)\s+(?P<byline>[^.!?]{2,120}?(?:\b[A-Z]\.[^.!?]{2,60}?)?))?"
    r"(?:\s+(?P<language>EN|ES|PT)(?:\s*[/|]?\s*(?:EN|ES|PT))*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLine:
    """Tag, date, byline and language switch as printed; what is not printed is None."""

    raw: str
    tag: str | None
    date: str
    byline: str | None
    language: str | None


def parse_header_line(text: str) -> HeaderLine | None:
    """Return the parts of a header line, or None when the text is no such line."""
    text = " ".join(text[: _LONGEST + 1].split())
    match = _LINE.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    language = match["language"] if match["language"] and match["language"].isupper() else None
    byline = match["byline"]
    if match["language"] and language is None and byline:
        byline = f"{byline} {match['language']}"
    return HeaderLine(raw=text, tag=match["tag"], date=match["date"], byline=byline, language=language)


def find_header_line(texts: Sequence[str]) -> tuple[HeaderLine, int, int] | None:
    """Return the fullest header line among short texts that follow each other, and where it begins and ends."""
    dated = [number for number, text in enumerate(texts) if _YEAR.search(text)]
    found = [
        (line, start, end)
        for start in range(len(texts))
        for end in range(start + 1, min(start + _MOST_PARTS, len(texts)) + 1)
        if any(start <= number < end for number in dated) and (line := parse_header_line(" ".join(texts[start:end])))
    ]
    return max(found, key=lambda item: _fullness(item[0]), default=None)


def _fullness(line: HeaderLine) -> tuple[int, int]:
    """Prefer more parts; of equal ones the shorter text."""
    return sum(part is not None for part in (line.tag, line.byline, line.language)), -len(line.raw)
