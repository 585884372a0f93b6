"""The collection's CDXJ, as far as it is about what is packed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import orjson


@dataclass(slots=True)
class PackedIndex:
    """Yields the CDXJ lines of some WARC files, and knows afterwards between which times they lie."""

    source: Iterable[str]
    """The lines of the catalogue, sorted."""
    lengths: Mapping[str, int]
    """Bytes of each file that are packed."""
    count: int = 0
    first: str = ""
    """Earliest timestamp, 14 digits; empty when there is no line."""
    last: str = ""

    def lines(self) -> Iterator[bytes]:
        """Yield the lines in their order, with their line ends."""
        for line in self.source:
            head, brace, fields = line.partition("{")
            place = orjson.loads(brace + fields)
            if int(place["offset"]) + int(place["length"]) <= self.lengths.get(place["filename"], 0):
                self._count(head.split(" ")[1])
                yield line.encode("ascii") + b"\n"

    def _count(self, timestamp: str) -> None:
        self.count += 1
        self.first = min(self.first or timestamp, timestamp)
        self.last = max(self.last, timestamp)
