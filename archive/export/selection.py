"""Which lines of a collection an export takes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from archive.errors import ExportError
from archive.export.rights import Policy

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which lines an export takes: of each option that is given, one value must fit."""

    since: str = ""
    """The first day, month or year of publication that is taken, as the page dates itself."""
    until: str = ""
    """The last one, whole."""
    captured_since: str = ""
    """The first timestamp of a capture that counts, 14 digits."""
    captured_until: str = ""
    """The last one: with it the newest version is the newest of that time."""
    tags: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """BCP 47; `es` takes `es-ES` too (RFC 4647 3.3.1)."""
    all_versions: bool = False
    """Every version and tombstone, in place of the newest version of each work that is not gone."""
    rights: Policy = Policy.TEXT_MINING

    def was_captured_in_time(self, brief: Mapping[str, Any]) -> bool:
        """Return whether the capture of a line lies in the time asked for."""
        at = brief["capture"]["timestamp"] if brief["capture"] else ""
        return self.captured_since <= at and (not self.captured_until or at <= self.captured_until)

    def lacks(self, brief: Mapping[str, Any]) -> str:
        """Return the first option that a line does not fit, an empty text where it fits all."""
        if self.since or self.until:
            published = brief["published"] or ""
            if not published:
                return "no date of publication"
            if published[: len(self.since)] < self.since:
                return "--since"
            if self.until and published[: len(self.until)] > self.until:
                return "--until"
        return next((one.option for one in CHOICES if not one.fits(getattr(self, one.field), brief)), "")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that names values which a field of a line may have."""

    option: str
    field: str
    """Of Selection."""
    plural: str
    values: Callable[[Mapping[str, Any]], Iterable[str]]
    is_met: Callable[[str, str], bool] = lambda wanted, value: wanted.casefold() == value.casefold()

    def fits(self, wanted: tuple[str, ...], brief: Mapping[str, Any]) -> bool:
        """Return whether a line has one of the values, or none is wanted."""
        return not wanted or any(self.is_met(one, value) for value in self.values(brief) for one in wanted)


def _is_range_of(wanted: str, value: str) -> bool:
    return f"{value.casefold()}-".startswith(f"{wanted.casefold()}-")


CHOICES = (
    Choice("--tag", "tags", "tags", lambda brief: brief["tags"]),
    Choice("--country", "countries", "countries", lambda brief: brief["countries"]),
    Choice("--kind", "kinds", "kinds", lambda brief: (brief["kind"],)),
    Choice("--language", "languages", "languages", lambda brief: (brief["language"],), _is_range_of),
)


@dataclass(slots=True)
class Vocabulary:
    """The values that the lines have, of the options that name values."""

    selection: Selection
    seen: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, brief: Mapping[str, Any]) -> None:
        """Take in the values of a line."""
        for choice in CHOICES:
            if getattr(self.selection, choice.field):
                self.seen.setdefault(choice.field, Counter()).update(choice.values(brief))

    def check(self) -> None:
        """Raise ExportError for a value that no line has, with those that there are."""
        for choice in CHOICES:
            there = self.seen.get(choice.field, Counter())
            for wanted in getattr(self.selection, choice.field):
                if not any(choice.is_met(wanted, value) for value in there):
                    raise ExportError(f"{choice.option} is {wanted!r}, {_what_there_is(choice.plural, wanted, there)}")


def _what_there_is(plural: str, wanted: str, there: Counter[str], most: int = 20) -> str:
    if not there:
        return f"and no brief here has any {plural}"
    # Those that hold the text, then the commonest; among equals by name, so that the sentence is the same each time.
    is_like = {value: wanted.casefold() in value.casefold() for value in there}
    named = sorted(sorted(there, key=lambda value: (not is_like[value], -there[value], value))[:most])
    more = f" and {len(there) - most} more" if len(there) > most else ""
    return f"expected one of the {plural} here: {', '.join(named)}{more}"


def day(option: str, text: str) -> str:
    """Return a day, month or year as it was given; raise ExportError for what is none."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError as error:
        raise ExportError(f"{option} is {text!r}, expected a day, month or year such as 2014-03-25 or 2014") from error
    return text
