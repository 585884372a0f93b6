"""The CDXJ of a package: the captures of the WARC files that are in it, to the millisecond."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from archive.cdxj import IndexedCapture
from archive.timestamps import parse_warc_date, timestamp17


@dataclass(slots=True)
class PackedIndex:
    """Yields the CDXJ lines of some WARC files, and knows afterwards between which times they lie."""

    captures: Iterable[IndexedCapture]
    """By address and second."""
    lengths: Mapping[str, int]
    """Bytes of each file that are packed."""
    count: int = 0
    first: str = ""
    """Earliest timestamp, 14 digits; empty when there is no line."""
    last: str = ""

    def lines(self) -> Iterator[bytes]:
        """Yield the lines in the order of their bytes, with their line ends."""
        for (_, timestamp), same in groupby(self.captures, lambda capture: (capture.key, capture.timestamp)):
            lines = sorted(_line(capture) for capture in same if self._is_packed(capture))
            if lines:
                self.count += len(lines)
                self.first = min(self.first or timestamp, timestamp)
                self.last = max(self.last, timestamp)
                yield from lines

    def _is_packed(self, capture: IndexedCapture) -> bool:
        return capture.offset + capture.length <= self.lengths.get(capture.warc, 0)


def _line(capture: IndexedCapture) -> bytes:
    """Return a capture's line with 17 digits: see `timestamp17`."""
    exact = replace(capture, timestamp=timestamp17(parse_warc_date(capture.date)))
    return f"{exact.line}\n".encode("ascii")
