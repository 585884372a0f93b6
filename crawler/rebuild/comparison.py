"""What differs between lines: per site, layout and field, with the rules that won then and now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from crawler.items import Brief

Line = Mapping[str, Any]
"""A line of briefs.jsonl or rejects.jsonl, as JSON has it; its `schema` says which."""
NO_LINE = "no line"

_COMPARED = tuple(part.name for part in fields(Brief) if part.name != "evidence")
"""The evidence of a field is compared with the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One place where something differs."""

    url: str
    """The address that was captured."""
    capture: str
    """File and offset, `NAME@OFFSET`."""
    then: Any
    now: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """Which rule won then and which now; None where none did, or the field needs none."""

    change: str
    then: str | None
    now: str | None


@dataclass(slots=True, kw_only=True)
class FieldChanges:
    """What became of one field on the pages of one layout."""

    site: str
    layout: str
    """The one that the stored line was read by."""
    name: str
    same: int = 0
    gained: int = 0
    lost: int = 0
    changed: int = 0
    other_evidence: int = 0
    """Those among the same that another rule read, or from another text."""
    rules: Counter[RuleChange] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    """`gained`, `lost`, `changed` or `other evidence` -> the first ones."""

    @property
    def differs(self) -> bool:
        """Whether anything became of it."""
        return bool(self.gained or self.lost or self.changed or self.other_evidence)


@dataclass(slots=True, kw_only=True)
class LineChanges:
    """Pages whose line appeared, vanished, or went from one file to the other."""

    then: str
    """`brief`, `reject: REASON` or `no line`."""
    now: str
    count: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Comparison:
    """The differences between stored lines and lines made anew."""

    examples: int
    same: int = 0
    """Lines of which no byte differs."""
    differ: int = 0
    """Lines of which something does, those that appeared and vanished included."""
    lines: dict[tuple[str, str], LineChanges] = field(default_factory=dict)
    _fields: dict[tuple[str, str, str], FieldChanges] = field(default_factory=dict)
    _untouched: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Site and layout -> briefs that are the same in every field."""

    def add(self, then: Line | None, now: Line | None) -> None:
        """Take in what a capture's line was and what it is; None for no line."""
        if then == now:
            self.same += 1
            if then is not None and is_brief(then):
                self._untouched[_layout_of(then)] += 1
            return
        self.differ += 1
        if then is not None and now is not None and is_brief(then) and is_brief(now):
            self._add_fields(then, now)
        else:
            self._add_lines(then, now)

    def rows(self) -> Iterator[FieldChanges]:
        """Yield what became of each field, by site and layout, in the order of a line's fields."""
        for site, layout in sorted({*self._untouched, *(key[:2] for key in self._fields)}):
            for name in _COMPARED:
                found = self._fields.get((site, layout, name)) or FieldChanges(site=site, layout=layout, name=name)
                yield replace(found, same=found.same + self._untouched[site, layout])

    def _add_fields(self, then: Line, now: Line) -> None:
        site, layout = _layout_of(then)
        for name in _COMPARED:
            key = (site, layout, name)
            counts = self._fields.setdefault(key, FieldChanges(site=site, layout=layout, name=name))
            self._add_field(counts, then, now)

    def _add_field(self, counts: FieldChanges, then: Line, now: Line) -> None:
        name = counts.name
        evidence = (then["evidence"].get(name), now["evidence"].get(name))
        change = _change(then[name], now[name])
        setattr(counts, change, getattr(counts, change) + 1)
        if change == "same" and evidence[0] == evidence[1]:
            return
        if change == "same":
            change = "other evidence"
            counts.other_evidence += 1
        counts.rules[RuleChange(change=change, then=_rule(evidence[0]), now=_rule(evidence[1]))] += 1
        self._keep(counts.examples.setdefault(change, []), now, then[name], now[name])

    def _add_lines(self, then: Line | None, now: Line | None) -> None:
        key = (_kind_of(then), _kind_of(now))
        changes = self.lines.setdefault(key, LineChanges(then=key[0], now=key[1]))
        changes.count += 1
        line = now or then
        assert line is not None, "no line and no line are the same"
        self._keep(changes.examples, line, _gist(then), _gist(now))

    def _keep(self, examples: list[Example], line: Line, then: Any, now: Any) -> None:
        if len(examples) < self.examples:
            capture = line["capture"]
            place = f"{capture['warc']}@{capture['offset']}"
            examples.append(Example(url=line["captured_url"], capture=place, then=then, now=now))


def is_brief(line: Line) -> bool:
    """Return whether a line is one of briefs.jsonl."""
    return str(line["schema"]).startswith("brief/")


def _layout_of(line: Line) -> tuple[str, str]:
    """Return site and layout; a new version of a layout's rules is still that layout."""
    site, _, layout = str(line["extractor"]).partition("/")
    return site, layout.partition("@")[0]


def _kind_of(line: Line | None) -> str:
    if line is None:
        return NO_LINE
    return "brief" if is_brief(line) else f"reject: {line['reason']}"


def _gist(line: Line | None) -> str | None:
    """Return what a line says in few words: a brief its title, a rejection its detail."""
    return None if line is None else line["title"] if is_brief(line) else line["detail"]


def _rule(evidence: Mapping[str, Any] | None) -> str | None:
    return evidence["rule"] if evidence else None


def _change(then: Any, now: Any) -> str:
    if then == now:
        return "same"
    if _is_empty(then) or _is_empty(now):
        return "gained" if _is_empty(then) else "lost"
    return "changed"


def _is_empty(value: Any) -> bool:
    # 0 and False say something; null, an empty text and an empty list do not.
    return value is None or value in ("", [], {})
