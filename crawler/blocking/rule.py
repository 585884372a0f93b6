"""The table of rules, rules.toml: read once, each rule checked when it is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from re import Pattern
from typing import Any

from archive.errors import ArchiveError
from crawler.extract.tree import parse_selector

_PAGE = tuple(range(200, 300))
_REFUSALS = (401, 402, 403, 405, 407, 418, 429, 451, 503)
_STATUSES = {"page": _PAGE, "refusal": _REFUSALS, "any": (*_PAGE, *_REFUSALS)}
_PATTERNS = ("title", "text", "source")


class RuleError(ArchiveError):
    """A rule that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one kind of blocked page looks like: every condition that is given must hold."""

    name: str
    reason: str
    """What the state and the rejection say behind `blocked: `."""
    statuses: frozenset[int]
    header: Mapping[str, Pattern[str]] = field(default_factory=dict)
    """Header field -> what its whole value must be, for one of its values."""
    title: Pattern[str] | None = None
    """Found in the text of the title element."""
    text: Pattern[str] | None = None
    """Found in what a reader sees."""
    source: Pattern[str] | None = None
    """Found in the first 256 kB of the page's markup, or of what there is in its place."""
    select: tuple[str, ...] = ()
    """Selectors of which one must be in the page."""
    most_text: int | None = None
    """Characters that a reader sees, at the most: a longer page is an article with something in it."""
    without_article: bool = False
    """Whether it is tried only where no article was read."""


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules, in the order in which they are tried."""
    return parse_rules((resources.files("crawler.blocking") / "rules.toml").read_text(encoding="utf-8"))


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Return the rules of a table; raise RuleError with the rule and what is wrong in it."""
    try:
        tables = tomllib.loads(text).get("rule", [])
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"table of blocked pages is not TOML: {error}") from error
    return tuple(_parse(table, number) for number, table in enumerate(tables, 1))


def _parse(table: Mapping[str, Any], number: int) -> Rule:
    known = set(Rule.__slots__)
    unknown = [key for key in table if key not in known]
    name = str(table.get("name", f"number {number}"))
    if unknown or not {"name", "reason", "statuses"} <= table.keys():
        raise RuleError(f"rule {name}: has {sorted(table)}, expected name, reason, statuses and any of {sorted(known)}")
    patterns = {key: _pattern(name, table[key]) for key in _PATTERNS if key in table}
    header = {key.lower(): _pattern(name, value) for key, value in table.get("header", {}).items()}
    select = tuple(table.get("select", ()))
    _check_selectors(name, select)
    return Rule(
        name=name,
        reason=table["reason"],
        statuses=_statuses(name, table["statuses"]),
        header=header,
        select=select,
        most_text=table.get("most_text"),
        without_article=bool(table.get("without_article", False)),
        title=patterns.get("title"),
        text=patterns.get("text"),
        source=patterns.get("source"),
    )


def _pattern(name: str, text: str) -> Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise RuleError(f"rule {name}: {text!r} is no pattern: {error}") from error


def _check_selectors(name: str, selectors: Iterable[str]) -> None:
    try:
        for selector in selectors:
            parse_selector(selector)
    except ValueError as error:
        raise RuleError(f"rule {name}: {error}") from error


def _statuses(name: str, given: str | list[int]) -> frozenset[int]:
    if isinstance(given, str) and given not in _STATUSES:
        raise RuleError(f"rule {name}: statuses are {given!r}, expected a list or one of {', '.join(_STATUSES)}")
    return frozenset(_STATUSES[given] if isinstance(given, str) else given)
