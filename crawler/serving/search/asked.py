"""What a reader asks of the list of briefs, out of the query of an address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from archive.errors import ArchiveError

FACETS = ("kind", "language", "country", "tag", "author", "change")
"""Parameters that name values; each may be given again, and one of its values must fit."""
SORTS = ("relevance", "newest", "oldest", "title")
PER_PAGE = 25
_MOST_PER_PAGE = 200
_MOST_PAGES = 100_000
_LONGEST = 1000
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_SINGLE = ("q", "since", "until", "sort", "page", "per_page")
_WORD = re.compile(r"(?P<not>-)?(?:\"(?P<phrase>[^\"]*)\"?|(?P<word>\S+))")


class BadParameterError(ArchiveError):
    """A parameter of an address that cannot be used."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"{name} {sentence}")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Words, bounds, facets, order and page."""

    q: str = ""
    since: str = ""
    """The first day, month or year of publication."""
    until: str = ""
    """The last one, whole."""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet -> the values of which one must fit."""
    sort: str = ""
    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def of(cls, parameters: Iterable[tuple[str, str]]) -> Asked:
        """Return what the parameters say, empty ones left out; raise BadParameterError."""
        given = [(name, value.strip()) for name, value in parameters if value.strip()]
        for name, value in given:
            if name not in (*_SINGLE, *FACETS):
                raise BadParameterError(name, f"is no parameter, expected one of: {', '.join((*_SINGLE, *FACETS))}")
            if len(value) > _LONGEST:
                raise BadParameterError(name, f"has {len(value)} letters, expected at most {_LONGEST}")
        for name in _SINGLE:
            if sum(name == other for other, _ in given) > 1:
                raise BadParameterError(name, "is given twice, expected once")
        single = dict(given)
        return cls(
            q=single.get("q", ""),
            since=_day("since", single.get("since", "")),
            until=_day("until", single.get("until", "")),
            chosen=_chosen(given),
            sort=_sort(single.get("sort", ""), single.get("q", "")),
            page=_number("page", single.get("page", "1"), _MOST_PAGES),
            per_page=_number("per_page", single.get("per_page", str(PER_PAGE)), _MOST_PER_PAGE),
        )

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return not (self.q or self.since or self.until or self.chosen)

    def query(self, **changes: object) -> str:
        """Return the query of an address that asks the same but for these; the first page unless one is named."""
        singles = {"q": self.q, "since": self.since, "until": self.until, "sort": self.sort, **changes}
        if self.sort == _default_sort(self.q) and "sort" not in changes:
            singles["sort"] = ""
        if self.per_page != PER_PAGE:
            singles["per_page"] = self.per_page
        pairs = [(name, str(value)) for name, value in singles.items() if value and name not in FACETS]
        chosen = {**self.chosen, **{name: value for name, value in changes.items() if name in FACETS}}
        pairs += [(name, value) for name, values in chosen.items() for value in _texts(values)]
        return urlencode(pairs)

    def with_value(self, name: str, value: str) -> str:
        """Return the query that asks for one more value of a facet."""
        return self.query(**{name: (*self.chosen.get(name, ()), value)})

    def without_value(self, name: str, value: str) -> str:
        """Return the query that asks for one value less."""
        return self.query(**{name: tuple(other for other in self.chosen.get(name, ()) if other != value)})

    def match(self) -> tuple[str, str]:
        """Return the FTS5 queries that must fit and that must not; each word is quoted, so no syntax can be wrong."""
        wanted: list[str] = []
        unwanted: list[str] = []
        for found in _WORD.finditer(self.q):
            words = found["phrase"] if found["phrase"] is not None else found["word"]
            if not any(letter.isalnum() for letter in words):
                continue
            is_begin = found["phrase"] is None and words.endswith("*")
            text = words.rstrip("*").replace('"', '""').replace("\x00", "")
            (unwanted if found["not"] else wanted).append(f'"{text}"' + (" *" if is_begin else ""))
        return " AND ".join(wanted), " OR ".join(unwanted)


def paging(parameters: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """Return page and number a page of a list that knows nothing else; raise BadParameterError."""
    given = dict(parameters)
    for name in given:
        if name not in ("page", "per_page"):
            raise BadParameterError(name, "is no parameter, expected one of: page, per_page")
    return (
        _number("page", given.get("page") or "1", _MOST_PAGES),
        _number("per_page", given.get("per_page") or str(PER_PAGE), _MOST_PER_PAGE),
    )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, tuple) else (str(values),)


def _chosen(given: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    values = {facet: tuple(dict.fromkeys(value for name, value in given if name == facet)) for facet in FACETS}
    return {name: found for name, found in values.items() if found}


def _day(name: str, text: str) -> str:
    try:
        if text:
            if not _DAY.fullmatch(text):
                raise ValueError
            date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        raise BadParameterError(
            name, f"is {text!r}, expected a day, month or year such as 2014-03-25 or 2014"
        ) from None
    return text


def _number(name: str, text: str, most: int) -> int:
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
        raise BadParameterError(name, f"is {text[:40]!r}, expected a whole number from 1 to {most}")
    return int(text)


def _default_sort(q: str) -> str:
    return "relevance" if q else "newest"


def _sort(text: str, q: str) -> str:
    if text and text not in SORTS:
        raise BadParameterError("sort", f"is {text[:40]!r}, expected one of: {', '.join(SORTS)}")
    return _default_sort(q) if not text or (text == "relevance" and not q) else text
