"""The text of a page with the places of a field marked in it: as an excerpt, and whole, line by line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.extract.places import Place, Stretch

_AROUND = 160
"""Letters shown on either side of a place, as far as its line goes."""
_MOST = 900
_LINES = 2
MOST_LINES = 20_000
MOST_LETTERS = 4_000_000

_NEAR = 240
"""Letters between two places that are shown in one excerpt."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is marked in one way."""

    text: str
    kind: str = ""
    """`value` for what was read, `holder` for what holds it, empty for all else."""
    place: int = 0
    """Number of the place that begins here, from 1; 0 for none."""


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered line."""

    number: int
    pieces: Pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlace:
    """A place as a person finds it."""

    words: str
    line: int
    """From 1."""
    column: int
    """From 1, of what was read, or of what holds it."""
    is_exact: bool
    """Whether the very characters that were read are marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Places that stand near each other, and what stands around them."""

    places: tuple[ShownPlace, ...]
    pieces: Pieces


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
        self._begun = {_begin(place): number for number, place in reversed(list(enumerate(places, 1)))}

    def shown(self, place: Place) -> ShownPlace:
        """Return where a place is."""
        at = _begin(place)
        line = self._line_of(at)
        column = at - self._starts[line - 1] + 1
        return ShownPlace(words=place.words, line=line, column=column, is_exact=place.value is not None)

    def excerpts(self) -> Iterator[Excerpt]:
        """Yield the places with their surroundings; those near each other together, in the order of the text."""
        group: list[Place] = []
        for place in sorted(self._places, key=_begin):
            if group and _begin(place) - _begin(group[-1]) > _NEAR:
                yield self._excerpt(group)
                group = []
            group.append(place)
        if group:
            yield self._excerpt(group)

    def lines(self) -> Iterator[Line]:
        """Yield the numbered lines of the whole text, as many as a browser can bear."""
        ends = [*self._starts[1:], len(self._text) + 1]
        lines = zip(range(1, MOST_LINES + 1), self._starts, ends, strict=False)
        for number, start, end in lines:
            if start <= MOST_LETTERS:
                yield Line(number, tuple(self._pieces(start, min(end - 1, MOST_LETTERS))))

    @property
    def is_cut(self) -> bool:
        """Whether not all of the text is shown."""
        return len(self._starts) > MOST_LINES or len(self._text) > MOST_LETTERS

    def _line_of(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _excerpt(self, group: Sequence[Place]) -> Excerpt:
        window = self._window(group)
        is_line_begin = window.start == self._starts[self._line_of(window.start) - 1]
        is_line_end = window.end >= len(self._text) or self._text[window.end] == "\n"
        pieces = [Piece("" if is_line_begin else "… "), *self._pieces(window.start, window.end)]
        pieces.append(Piece("" if is_line_end else " …"))
        return Excerpt(
            places=tuple(map(self.shown, group)), pieces=tuple(replace(one, place=0) for one in pieces if one.text)
        )

    def _window(self, group: Sequence[Place]) -> Stretch:
        """Return what is shown around places: their lines and two more on either side, long ones cut."""
        wanted = [place.holder if _length(place.holder) <= _MOST else place.value or place.holder for place in group]
        start = min(stretch.start for stretch in wanted)
        end = max(min(stretch.end, stretch.start + _MOST) for stretch in wanted)
        first = self._starts[max(0, self._line_of(start) - 1 - _LINES)]
        last_line = self._line_of(max(start, end - 1)) + _LINES
        last = self._starts[last_line] - 1 if last_line < len(self._starts) else len(self._text)
        return Stretch(max(first, start - _AROUND), min(last, end + _AROUND))

    def _pieces(self, start: int, end: int) -> Iterator[Piece]:
        counts, at, before = {1: 0, 2: 0}, start, bisect_right(self._edges, (start, [(3, 0)]))
        for _, changes in self._edges[:before]:
            for kind, step in changes:
                counts[kind] += step
        for edge, changes in self._edges[before:]:
            if edge >= end:
                break
            if edge > at:
                yield self._piece(at, edge, counts)
            at = edge
            for kind, step in changes:
                counts[kind] += step
        if at < end:
            yield self._piece(at, end, counts)

    def _piece(self, start: int, end: int, counts: Mapping[int, int]) -> Piece:
        kind = "value" if counts[2] else "holder" if counts[1] else ""
        return Piece(self._text[start:end], kind, self._begun.get(start, 0))


def _begin(place: Place) -> int:
    return (place.value or place.holder).start


def _length(stretch: Stretch) -> int:
    return stretch.end - stretch.start
