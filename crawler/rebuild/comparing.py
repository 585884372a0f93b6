"""Lines made by today's rules held against stored ones, capture by capture, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.ledger.index import read_at
from crawler.rebuild.comparison import Comparison, Line
from crawler.rebuild.lines import lines_of


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a line lies."""

    path: Path
    offset: int
    length: int

    def read(self) -> Line:
        line: Line = orjson.loads(read_at(self.path, self.offset, self.length))
        return line


def compare(
    stored: Collection, made: Collection, committed: Mapping[str, int] | None = None, *, examples: int = 3
) -> Comparison:
    """Return what differs between the stored lines and those that were made anew.

    Lines are of one page when they are of one capture. `committed` are the lengths of the stored files that count,
    `examples` how many are kept of each sort. Raises CollectionError for a stored line that is none.
    """
    comparison = Comparison(examples=examples)
    places = dict(_places(stored, committed))
    for path in (made.briefs, made.rejects):
        for line in lines_of(path):
            now = orjson.loads(line)
            place = places.pop(now["capture"]["record_id"], None)
            comparison.add(place.read() if place else None, now)
    for place in places.values():
        comparison.add(place.read(), None)
    return comparison


def _places(stored: Collection, committed: Mapping[str, int] | None) -> Iterator[tuple[str, _Stretch]]:
    """Yield each stored line's record id, and where the line lies: the lines themselves stay on the disk."""
    for path in (stored.briefs, stored.rejects):
        offset = 0
        for number, line in enumerate(lines_of(path, None if committed is None else committed.get(path.name, 0)), 1):
            yield _record_id(path, number, line), _Stretch(path, offset, len(line))
            offset += len(line)


def _record_id(path: Path, number: int, line: bytes) -> str:
    try:
        return str(orjson.loads(line)["capture"]["record_id"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise CollectionError(path, f"line {number} cannot be compared: {error!r}") from error
