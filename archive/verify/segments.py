"""Records in segments (7): their numbers, their origin, their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.model import field as field_of
from archive.problem import Problem
from archive.record import Record
from archive.verify.codes import SEGMENT_NUMBER, SEGMENT_ORIGIN, SEGMENT_SERIES
from archive.verify.framing import record_problem


@dataclass(slots=True)
class _Series:
    """The segments of one record that were met; they may lie in several files, in any order."""

    place: Problem
    """Where to report it, and as what."""
    has_origin: bool = False
    lengths: dict[int, int] = field(default_factory=dict)
    total: int | None = None


class Segments:
    """Follows segmented records, which are few."""

    def __init__(self) -> None:
        self._series: dict[str, _Series] = {}

    def met(self, record: Record) -> Iterator[Problem]:
        """Yield what is wrong with one segment; records that are none pass."""
        text = field_of(record.headers, "WARC-Segment-Number")
        is_continuation = record.type == "continuation"
        if text is None and not is_continuation:
            return
        number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
        if (number < 2) if is_continuation else (number != 1):
            expected = "2 or more" if is_continuation else "1"
            yield record_problem(SEGMENT_NUMBER, record, f"WARC-Segment-Number is {text!r}, expected {expected}")
            return
        origin = (field_of(record.headers, "WARC-Segment-Origin-ID") or "").strip("<>")
        if is_continuation and not origin:
            yield record_problem(SEGMENT_ORIGIN, record, "the continuation has no WARC-Segment-Origin-ID")
            return
        self._note(record, number, origin or record.record_id)

    def end(self) -> Iterator[Problem]:
        """Yield the series that are not whole."""
        for origin, series in self._series.items():
            place = series.place
            if not series.has_origin:
                sentence = f"the first segment, {origin}, is in none of the files"
                yield Problem(code=SEGMENT_ORIGIN, path=place.path, offset=place.offset, sentence=sentence)
            elif not _is_whole(series):
                yield place

    def _note(self, record: Record, number: int, origin: str) -> None:
        sentence = f"the segments of {origin} are not all there, or not WARC-Segment-Total-Length bytes together"
        series = self._series.setdefault(origin, _Series(record_problem(SEGMENT_SERIES, record, sentence)))
        series.has_origin |= record.type != "continuation"
        series.lengths[number] = record.content_length
        total = field_of(record.headers, "WARC-Segment-Total-Length") or ""
        if total.isascii() and total.isdigit() and len(total) < 20:
            series.total = int(total)


def _is_whole(series: _Series) -> bool:
    is_gapless = sorted(series.lengths) == list(range(1, len(series.lengths) + 1))
    return is_gapless and series.total == sum(series.lengths.values())
