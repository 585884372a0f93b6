"""Which tag in the text of a page each element of its parsed tree was made of."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import pairwise

from crawler.extract.markup import Stretch, Tag, tags_of
from crawler.extract.tree import Tree

_LAST_LINE = 65535
"""libxml2 counts no further."""
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_PIECE = re.compile(r"&#?\w+;?|<!--.*?-->|\s+|.", re.DOTALL)


class SourceMap:
    """A page's text beside its tree."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.text = text
        self._tree = tree
        self._tags = list(tags_of(text))
        self._breaks = [at for at, letter in enumerate(text) if letter == "\n"]
        self._numbers: dict[int, int] = {}
        """Position in the tree -> number of the start tag."""
        self._map()

    def tag(self, position: int) -> Tag | None:
        """Return the start tag of an element; None for one that stands nowhere (HTML implies some), or is not sure."""
        number = self._numbers.get(position)
        return None if number is None else self._tags[number]

    def element(self, position: int) -> Stretch | None:
        """Return the element from its start tag to its end, as written."""
        number = self._numbers.get(position)
        if number is None:
            return None
        tag = self._tags[number]
        if tag.name in _VOID:
            return tag.stretch
        return Stretch(tag.stretch.start, self._end_of(number, position))

    def value(self, position: int, attribute: str) -> Stretch | None:
        """Return where the value of an element's attribute stands."""
        tag = self.tag(position)
        return tag.values.get(attribute) if tag else None

    def words(self, within: Stretch, wanted: str) -> Stretch | None:
        """Return where that text stands in a stretch, whatever tags, entities and white space lie in between."""
        letters, places = self._letters(within)
        sought = "".join(wanted.split())
        at = letters.find(sought) if sought else -1
        return Stretch(places[at].start, places[at + len(sought) - 1].end) if at >= 0 else None

    def scripts(self) -> Iterator[Stretch]:
        """Yield the text of each JSON-LD script, in order."""
        for tag in self._tags:
            if (
                tag.name == "script"
                and not tag.is_end
                and "ld+json" in tag.attributes(self.text).get("type", "").lower()
            ):
                yield Stretch(tag.stretch.end, tag.raw_end)

    def _end_of(self, number: int, position: int) -> int:
        """Return where an element ends: behind its end tag, or before what ends it without one."""
        following = self._numbers.get(self._tree.ends[position])
        last = len(self._tags) if following is None else following
        opened = _Opened()
        for tag in self._tags[number + 1 : last]:
            if not tag.is_end:
                opened.add(tag.name)
            elif not opened.close(tag.name):
                # Its own end, or that of an element around it.
                return tag.stretch.end if tag.name == self._tags[number].name else tag.stretch.start
        return self._tags[last].stretch.start if last < len(self._tags) else len(self.text)

    def _letters(self, within: Stretch) -> tuple[str, list[Stretch]]:
        """Return the text of a stretch without any white space, and where each letter of it stands."""
        inside = (tag for tag in self._tags if within.start <= tag.stretch.start < within.end)
        edges = [within.start, *(edge for tag in inside for edge in (tag.stretch.start, tag.stretch.end)), within.end]
        letters: list[str] = []
        places: list[Stretch] = []
        for start, end in list(pairwise(edges))[::2]:
            for piece in _PIECE.finditer(self.text, start, max(start, end)):
                read = "" if piece[0].startswith("<!--") else "".join(unescape(piece[0]).split())
                letters.append(read)
                places += [Stretch(piece.start(), piece.end())] * len(read)
        return "".join(letters), places

    def _map(self) -> None:
        elements: defaultdict[str, list[int]] = defaultdict(list)
        for position, name in enumerate(self._tree.tags):
            elements[name].append(position)
        starts: defaultdict[str, list[int]] = defaultdict(list)
        for number, tag in enumerate(self._tags):
            if not tag.is_end:
                starts[tag.name].append(number)
        lines = self._lines_of_tags()
        for name, positions in elements.items():
            found = starts[name]
            if len(found) == len(positions) and all(
                self._line(position) == lines[number] for position, number in zip(positions, found, strict=True)
            ):
                self._numbers.update(zip(positions, found, strict=True))
            else:
                self._map_one_by_one(positions, found, lines)

    def _map_one_by_one(self, positions: Sequence[int], numbers: Sequence[int], lines: Sequence[int]) -> None:
        """Map elements to tags of the same line, attributes and text behind: some of either are not in the other."""
        left: defaultdict[tuple[int, frozenset[tuple[str, str]], str], deque[int]] = defaultdict(deque)
        for number in numbers:
            tag = self._tags[number]
            left[lines[number], _plain(tag.attributes(self.text)), self._start_of_text(number)].append(number)
        for position in positions:
            element = self._tree.elements[position]
            read = _plain({str(name): str(value) for name, value in element.attrib.items()})
            same = left.get((self._line(position), read, _start(element.text or "")))
            if same:
                self._numbers[position] = same.popleft()

    def _start_of_text(self, number: int) -> str:
        tag = self._tags[number]
        end = tag.raw_end or self.text.find("<", tag.stretch.end)
        return _start(unescape(self.text[tag.stretch.end : end if end >= 0 else len(self.text)]))

    def _line(self, position: int) -> int:
        return int(self._tree.elements[position].sourceline or 0)

    def _lines_of_tags(self) -> list[int]:
        """Return the line that each tag ends on, as libxml2 counts."""
        lines: list[int] = []
        line, at = 1, 0
        for tag in self._tags:
            line += self.text.count("\n", at, tag.stretch.end)
            at = tag.stretch.end
            lines.append(min(line, _LAST_LINE))
        return lines


class _Opened:
    """The elements that are open, counted by name: a hostile page opens a million and closes none of them."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        """Open an element."""
        if name not in _VOID:
            self._names.append(name)
            self._counts[name] += 1

    def close(self, name: str) -> bool:
        """Close the innermost element of that name and all in it; return whether there is one."""
        if not self._counts[name]:
            return False
        last = ""
        while last != name:
            last = self._names.pop()
            self._counts[last] -= 1
        return True


def _plain(attributes: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return attributes for comparing: libxml2 gives `defer` its own name as value."""
    return frozenset((name, "" if value == name else value) for name, value in attributes.items())


def _start(text: str) -> str:
    return " ".join(text.split())[:40]
