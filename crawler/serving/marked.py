"""The text of a page with the places of a field marked in it: as an excerpt, and whole, line by line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.extract.places import Place, Stretch

_AROUND = 160
"""Letters shown on either side of a place, as far as its line goes."""
_MOST = 900
_LINES = 2
MOST_LINES = 20_000
MOST_LETTERS = 4_000_000

Pieces = tuple[tuple[str, str], ...]
"""Text, and `value`, `holder` or an empty text for what it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered line."""

    number: int
    pieces: Pieces
    places: tuple[int, ...]
    """Numbers of the places that begin here, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlace:
    """A place as a person reads it."""

    words: str
    line: int
    """From 1."""
    column: int
    """From 1, of what was read, or of what holds it."""
    excerpt: Pieces
    is_exact: bool
    """Whether the very characters that were read are marked."""


class MarkedText:
    """A text and places in it."""

    def __init__(self, text: str, places: Sequence[Place] = ()) -> None:
        self._text = text
        self._places = places
        self._starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
        marks = [(place.holder, 1) for place in places] + [(place.value, 2) for place in places if place.value]
        edges: dict[int, list[tuple[int, int]]] = {}
        for stretch, kind in marks:
            if stretch.start < stretch.end:
                edges.setdefault(stretch.start, []).append((kind, 1))
                edges.setdefault(stretch.end, []).append((kind, -1))
        self._edges = sorted(edges.items())

    def shown(self, place: Place) -> ShownPlace:
        """Return a place with its surroundings."""
        at = (place.value or place.holder).start
        line = self._line_of(at)
        return ShownPlace(
            words=place.words,
            line=line,
            column=at - self._starts[line - 1] + 1,
            excerpt=MarkedText(self._text, [place])._excerpt(place),
            is_exact=place.value is not None,
        )

    def lines(self) -> Iterator[Line]:
        """Yield the numbered lines of the whole text, as many as a browser can bear."""
        begun: dict[int, tuple[int, ...]] = {}
        for number, place in enumerate(self._places, 1):
            line = self._line_of((place.value or place.holder).start)
            begun[line] = (*begun.get(line, ()), number)
        ends = [*self._starts[1:], len(self._text) + 1]
        pieces = self._pieces_of_lines(ends)
        for number, own in zip(range(1, min(len(self._starts), MOST_LINES) + 1), pieces, strict=False):
            yield Line(number, own, begun.get(number, ()))

    @property
    def is_cut(self) -> bool:
        """Whether not all of the text is shown."""
        return len(self._starts) > MOST_LINES or len(self._text) > MOST_LETTERS

    def _line_of(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _excerpt(self, place: Place) -> Pieces:
        window = self._window(place)
        head = "" if window.start in (0, *self._starts[max(0, self._line_of(window.start) - 1) :][:1]) else "… "
        tail = "" if window.end >= len(self._text) or self._text[window.end] == "\n" else " …"
        pieces = list(self._pieces(window.start, window.end))
        return tuple(piece for piece in ((head, ""), *pieces, (tail, "")) if piece[0])

    def _window(self, place: Place) -> Stretch:
        """Return what is shown around a place: its lines and two more on either side, long ones cut."""
        core = place.holder
        if core.end - core.start > _MOST:
            core = place.value or core
            core = Stretch(core.start, min(core.end, core.start + _MOST))
        first = self._starts[max(0, self._line_of(core.start) - 1 - _LINES)]
        last_line = min(len(self._starts), self._line_of(max(core.start, core.end - 1)) + _LINES)
        last = self._starts[last_line] - 1 if last_line < len(self._starts) else len(self._text)
        return Stretch(max(first, core.start - _AROUND), min(last, core.end + _AROUND))

    def _pieces_of_lines(self, ends: Sequence[int]) -> Iterator[Pieces]:
        for start, end in zip(self._starts, ends, strict=True):
            if start > MOST_LETTERS:
                return
            yield tuple(self._pieces(start, min(end - 1, MOST_LETTERS)))

    def _pieces(self, start: int, end: int) -> Iterator[tuple[str, str]]:
        counts, at, before = {1: 0, 2: 0}, start, bisect_right(self._edges, (start, [(3, 0)]))
        for _, changes in self._edges[:before]:
            for kind, step in changes:
                counts[kind] += step
        for edge, changes in self._edges[before:]:
            if edge >= end:
                break
            if edge > at:
                yield self._text[at:edge], _kind(counts)
            at = edge
            for kind, step in changes:
                counts[kind] += step
        if at < end:
            yield self._text[at:end], _kind(counts)


def _kind(counts: dict[int, int]) -> str:
    return "value" if counts[2] else "holder" if counts[1] else ""
