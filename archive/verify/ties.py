"""Records that name each other: WARC-Concurrent-To and WARC-Warcinfo-ID, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.model import field as field_of
from archive.problem import Problem
from archive.record import Record
from archive.verify.codes import CONCURRENT_DATE, CONCURRENT_NONE, CONCURRENT_UNKNOWN, ID_REPEATED, WARCINFO_UNKNOWN
from archive.verify.framing import record_problem
from archive.verify.known import Known, Row, id_name, short

_MOST_UNTIED = 50_000


@dataclass(frozen=True, slots=True)
class _Tie:
    """One WARC-Concurrent-To and the record that has it."""

    path: Path
    offset: int
    own: str
    other: str
    date: str


class Ties:
    """Follows the ids that records name; asks `Known` for those that came before."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._waiting: dict[bytes, list[_Tie]] = {}
        """Ties to records that did not come yet: few, where pairs stand side by side."""
        self._warcinfos: dict[bytes, Problem] = {}
        """Of each id that no warcinfo has had so far, the first record that names it."""
        self._untied: dict[str, Problem] = {}
        """Requests of this file that nothing is tied to so far."""
        self._told: set[frozenset[str]] = set()

    def met(self, record: Record, row: Row, *, is_new: bool) -> Iterator[Problem]:
        """Yield what is wrong between this record and those that came before."""
        if record.record_id and not is_new:
            yield record_problem(ID_REPEATED, record, f"the id {record.record_id} is that of a record before")
        name = id_name(record.record_id)
        if row.type == b"warcinfo":
            self._warcinfos.pop(name, None)
        for tie in self._waiting.pop(name, ()):
            self._untied.pop(record.record_id, None)
            yield from self._compare(tie, row)
        yield from self._follow(record)
        self._note_warcinfo(record)

    def end_file(self) -> Iterator[Problem]:
        """Yield the requests of the file that stayed alone."""
        yield from self._untied.values()
        self._untied.clear()

    def end(self) -> Iterator[Problem]:
        """Yield the names that no record answered to."""
        for tie in (tie for ties in self._waiting.values() for tie in ties):
            sentence = f"WARC-Concurrent-To names {tie.other}, which is in none of the files"
            yield Problem(code=CONCURRENT_UNKNOWN, path=tie.path, offset=tie.offset, sentence=sentence)
        yield from self._warcinfos.values()

    def _follow(self, record: Record) -> Iterator[Problem]:
        named = record.concurrent_to
        if record.type == "request" and not named:
            sentence = "no WARC-Concurrent-To ties the request to a response"
            self._untied[record.record_id] = record_problem(CONCURRENT_NONE, record, sentence)
            if len(self._untied) > _MOST_UNTIED:
                yield self._untied.pop(next(iter(self._untied)))
        for other in named:
            self._untied.pop(other, None)
            tie = _Tie(record.path, record.offset, record.record_id, other, record.date)
            row = self._known.get(id_name(other))
            if row is None:
                self._waiting.setdefault(id_name(other), []).append(tie)
            else:
                yield from self._compare(tie, row)

    def _compare(self, tie: _Tie, other: Row) -> Iterator[Problem]:
        pair = frozenset((tie.own, tie.other))
        if short(tie.date) == other.date or pair in self._told:
            return
        self._told.add(pair)
        sentence = f"WARC-Date is {tie.date!r}, expected that of {tie.other}, which is of the same capture event"
        yield Problem(code=CONCURRENT_DATE, path=tie.path, offset=tie.offset, sentence=sentence)

    def _note_warcinfo(self, record: Record) -> None:
        named = (field_of(record.headers, "WARC-Warcinfo-ID") or "").strip("<>")
        if not named:
            return
        name = id_name(named)
        row = self._known.get(name)
        if name not in self._warcinfos and (row is None or row.type != b"warcinfo"):
            sentence = f"WARC-Warcinfo-ID names {named}, which is no warcinfo record of the files"
            self._warcinfos[name] = record_problem(WARCINFO_UNKNOWN, record, sentence)
