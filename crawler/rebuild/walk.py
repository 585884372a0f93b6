"""One walk over WARC files, ours and others', that puts their records together to exchanges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from archive.errors import MessageError, RecordError, TimestampError
from archive.model import Fields
from archive.model import field as field_of
from archive.reader import read_fields, scan
from archive.record import Record
from archive.takedown import is_of_takedown
from crawler.rebuild.bodies import Bodies
from crawler.rebuild.exchanges import OnProblem, RecordTaker, StoredExchange, note_body, taken_down
from crawler.rebuild.files import WarcFile, standing
from crawler.rebuild.foreign import ForeignRecords
from crawler.rebuild.own import OwnRecords

_BEGINS = ("warcinfo", "response", "revisit")
"""Types of records with which the exchange before them is over."""


@dataclass(slots=True)
class Walk:
    """One walk over WARC files, in the order given."""

    files: Sequence[WarcFile]
    in_scope: Callable[[str], bool]
    """Which of the addresses that others captured count."""
    on_problem: OnProblem
    bodies: Bodies = field(default_factory=Bodies)

    def exchanges(self) -> Iterator[StoredExchange]:
        """Yield each whole exchange that asked for a page, or for what one needs; robots.txt is none."""
        # Our revisits name a record id; other names of a body are kept where somebody may ask for them.
        has_foreign = any(file.run is not None for file in self.files)
        for exchange in self._put_together():
            if has_foreign:
                note_body(self.bodies, exchange)
            yield exchange

    def _put_together(self) -> Iterator[StoredExchange]:
        for file in self.files:
            taker = self._taker((), file)
            for record in self._records(file):
                is_left = is_of_takedown(record.headers)
                if record.type in _BEGINS or is_left:
                    yield from _found(taker.end())
                if is_left:
                    yield from _found(self._guarded(record, partial(taken_down, record, file.run or "")))
                elif record.type == "warcinfo":
                    taker = self._read_warcinfo(record, file) or taker
                else:
                    yield from _found(self._guarded(record, partial(taker.take, record)))
            yield from _found(taker.end())

    def _records(self, file: WarcFile) -> Iterator[Record]:
        """Yield the records of a file that are readable to their end, up to its limit."""
        for found in scan(standing(file.path)):
            if file.limit is not None and found.offset >= file.limit:
                return
            if isinstance(found, RecordError):
                self.on_problem(found)
            else:
                yield found

    def _guarded(self, record: Record, take: Callable[[], StoredExchange | None]) -> StoredExchange | None:
        try:
            return take()
        except RecordError:
            return None  # the next step of the scan meets the error again, and tells it
        except (MessageError, TimestampError) as error:
            self.on_problem(RecordError(record.path, record.offset, str(error)))
            return None

    def _read_warcinfo(self, record: Record, file: WarcFile) -> RecordTaker | None:
        try:
            return self._taker(read_fields(record), file)
        except RecordError:
            return None

    def _taker(self, warcinfo: Fields, file: WarcFile) -> RecordTaker:
        """Return what takes the records after a warcinfo: one that names a run was written by a crawl of ours."""
        if file.run is None or field_of(warcinfo, "run") is not None:
            return OwnRecords(warcinfo, self.bodies, self.on_problem)
        return ForeignRecords(file.run, self.in_scope, self.bodies, self.on_problem)


def _found(exchange: StoredExchange | None) -> Iterator[StoredExchange]:
    if exchange is not None:
        yield exchange
