"""A parsed page as a flat sequence: each element has a position, a parent and an end, so nothing recurses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lxml import etree

_SIMPLE = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)|\.(?P<class_>[\w-]+)|#(?P<id>[\w-]+)|\[(?P<name>[\w:-]+)(?:(?P<how>[~^*]?=)\"?(?P<value>[^\]\"]*)\"?)?\]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One compound of a selector: tag, classes, id and attributes that one element must have."""

    tag: str | None
    classes: frozenset[str]
    attributes: tuple[tuple[str, str, str], ...]
    """Name, `=`, `~=`, `^=`, `*=` or empty for mere presence, and the value."""


@dataclass(frozen=True, slots=True)
class Span:
    """Positions from `start` up to `end`: an element with all that is in it, or a run of elements."""

    start: int
    end: int

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end


class Tree:
    """The elements of a page in document order, found by tag and class without walking again."""

    def __init__(self, root: etree._Element) -> None:
        self.elements: list[etree._Element] = list(root.iter("*"))
        self.positions = {element: position for position, element in enumerate(self.elements)}
        self.tags: list[str] = [cast(str, element.tag) for element in self.elements]
        self.parents = [self.positions.get(cast(etree._Element, element.getparent()), -1) for element in self.elements]
        self.ends = self._ends()
        self._classes: defaultdict[str, list[int]] = defaultdict(list)
        self._by_tag: defaultdict[str, list[int]] = defaultdict(list)
        self._index()

    def __len__(self) -> int:
        return len(self.elements)

    def _ends(self) -> list[int]:
        ends = list(range(1, len(self.elements) + 1))
        for position in range(len(ends) - 1, 0, -1):
            parent = self.parents[position]
            ends[parent] = max(ends[parent], ends[position])
        return ends

    def _index(self) -> None:
        for position, tag in enumerate(self.tags):
            self._by_tag[tag].append(position)
            names = self.elements[position].get("class")
            if names:
                for name in dict.fromkeys(names.split()):
                    self._classes[name].append(position)

    def span(self, position: int) -> Span:
        """Return the positions of that element and of all that is in it."""
        return Span(position, self.ends[position])

    def ancestors(self, position: int) -> Iterator[int]:
        """Yield the positions of parent, grandparent and so on."""
        while (position := self.parents[position]) >= 0:
            yield position

    def shared_ancestor(self, one: int, other: int) -> int:
        """Return the position of the innermost element that holds both."""
        low, high = sorted((one, other))
        while self.ends[low] <= high:
            low = self.parents[low]
        return low

    def tagged(self, *tags: str) -> list[int]:
        """Return the positions of the elements with one of these tags, in document order."""
        found = [position for tag in tags for position in self._by_tag.get(tag, ())]
        return sorted(found) if len(tags) > 1 else found

    def within(self, tag: str, span: Span) -> list[int]:
        """Return the positions of the elements with that tag in that stretch."""
        found = self._by_tag.get(tag, [])
        return found[bisect_left(found, span.start) : bisect_left(found, span.end)]

    def select(self, selector: str) -> list[int]:
        """Return the positions of the elements that the selector names, in document order."""
        spans = [Span(0, len(self.elements))]
        found: list[int] = []
        for step in parse_selector(selector):
            near = (position for span in outermost(spans) for position in self._candidates(step, span))
            found = [position for position in near if self._fits(position, step)]
            spans = [Span(position + 1, self.ends[position]) for position in found]
        return found

    def select_any(self, selectors: tuple[str, ...]) -> list[int]:
        """Return what any of the selectors names, in document order."""
        return sorted({position for selector in selectors for position in self.select(selector)})

    def text(self, position: int) -> str:
        """Return all text in that element, as it stands."""
        return "".join(self.elements[position].itertext())

    def _candidates(self, step: Step, span: Span) -> Sequence[int]:
        lists = [self._classes.get(name, []) for name in step.classes]
        if step.tag:
            lists.append(self._by_tag.get(step.tag, []))
        if not lists:
            return range(span.start, span.end)
        found = min(lists, key=len)
        return found[bisect_left(found, span.start) : bisect_left(found, span.end)]

    def _fits(self, position: int, step: Step) -> bool:
        element = self.elements[position]
        if step.tag and self.tags[position] != step.tag:
            return False
        if step.classes and not step.classes.issubset(element.get("class", "").split()):
            return False
        return all(_holds(element.get(name), how, value) for name, how, value in step.attributes)


def outermost(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans that no other one holds, in document order."""
    end = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.end > end:
            yield span
            end = span.end


def _holds(found: str | None, how: str, value: str) -> bool:
    if found is None:
        return False
    return {
        "": True,
        "=": found == value,
        "~=": value in found.split(),
        "^=": found.startswith(value),
        "*=": value in found,
    }[how]


@lru_cache(maxsize=1024)
def parse_selector(selector: str) -> tuple[Step, ...]:
    """Return the selector's compounds, outermost first; raise ValueError for one that this small language lacks."""
    return tuple(_parse_step(part, selector) for part in selector.split())


def _parse_step(part: str, selector: str) -> Step:
    found = list(_SIMPLE.finditer(part))
    if "".join(match[0] for match in found) != part:
        raise ValueError(f"selector {selector!r}: {part!r} is not made of a tag, .class, #id and [attribute]")
    attributes = [(m["name"], m["how"] or "", m["value"] or "") for m in found if m["name"]]
    return Step(
        tag=next((match["tag"] for match in found if match["tag"]), None),
        classes=frozenset(match["class_"] for match in found if match["class_"]),
        attributes=(*attributes, *(("id", "=", match["id"]) for match in found if match["id"])),
    )
