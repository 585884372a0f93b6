"""Checks WARC and ARC files of any producer, one after the other, and what they say of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from archive.errors import RecordError
from archive.problem import Code, Problem
from archive.reader import scan
from archive.record import Record
from archive.verify.block import BlockFacts, read_block
from archive.verify.codes import FILE_EMPTY, LENGTH_WRONG, RECORD_END, RECORD_TORN, WARCINFO_FIRST
from archive.verify.digests import check_digests
from archive.verify.exchanges import Exchanges
from archive.verify.fields import check_fields
from archive.verify.framing import check_framing, problem_of, record_problem
from archive.verify.known import Known, names_of, row_of
from archive.verify.messages import check_message
from archive.verify.revisits import Revisits, check_revisit
from archive.verify.segments import Segments
from archive.verify.ties import Ties

Watch = Callable[[Record, BlockFacts | None], None]
"""Called with each record; without facts for one that cannot be read to its end."""


def verify_files(*paths: Path) -> Iterator[Problem]:
    """Yield what is wrong with the files, each by itself and all together; never raise for what is in them."""
    checker = Checker()
    for path in paths:
        yield from checker.check_file(path)
    yield from checker.end()


class Checker:
    """Checks files in the order given; ids, revisits and ties are followed over all of them.

    What is kept grows by some 300 bytes an exchange; nothing else does.
    """

    def __init__(self, watch: Watch | None = None) -> None:
        self.records = 0
        """Records met so far, whole or not."""
        self._reached = 0
        """Where the last whole record ends that has an offset of its own."""
        self._watch = watch
        self._known = Known()
        self._ties = Ties(self._known)
        self._revisits = Revisits(self._known)
        self._segments = Segments()
        self._exchanges = Exchanges()
        self._advice: dict[tuple[Path, Code], tuple[Problem, int]] = {}

    def check_file(self, path: Path, *, start: int = 0, end: int | None = None) -> Iterator[Problem]:
        """Yield what is wrong in one file, or in the part of it that begins at `start` and ends before `end`."""
        yield from self._gathered(_without_echoes(self._check_file(path, start, end)))
        yield from self._told()

    def end(self) -> Iterator[Problem]:
        """Yield what stayed open after the last file."""
        for follower in (self._ties, self._revisits, self._segments):
            yield from self._gathered(follower.end())
        yield from self._told()

    def _check_file(self, path: Path, start: int, end: int | None) -> Iterator[Problem]:
        first = True
        reached = start
        for found in scan(path, offset=start):
            if end is not None and max(found.offset, reached) >= end:
                break  # what follows is not of this part: in a package, another file
            if isinstance(found, RecordError):
                yield problem_of(found, path)
                self._exchanges.damaged()
            else:
                if first and found.type != "warcinfo":
                    yield record_problem(WARCINFO_FIRST, found, f"the file begins with a {found.type} record")
                yield from self._check_record(found)
                reached = self._reached
            first = False
        if first and end != start:
            yield Problem(code=FILE_EMPTY, path=path, sentence="there is no record in the file")
        yield from self._ties.end_file()
        yield from self._exchanges.end_file()

    def _check_record(self, record: Record) -> Iterator[Problem]:
        self.records += 1
        facts: BlockFacts | None = None
        try:
            facts = read_block(record)
        except RecordError:
            self._exchanges.damaged()  # scan meets the same error and yields it
            if record.version == "ARC":
                yield from check_framing(record)
        else:
            self._reached = record.offset + record.length
            yield from _check_alone(record, facts)
        if record.version != "ARC":
            yield from self._check_together(record, facts)
        if self._watch:
            self._watch(record, facts)

    def _check_together(self, record: Record, facts: BlockFacts | None) -> Iterator[Problem]:
        row = row_of(record, facts)
        names = names_of(record, row)
        is_new = self._known.add(names, row) if record.record_id else True
        yield from self._ties.met(record, row, is_new=is_new)
        yield from self._revisits.met(record, names, row)
        yield from self._segments.met(record)
        if facts:
            yield from self._exchanges.met(record, facts)

    def _gathered(self, problems: Iterator[Problem]) -> Iterator[Problem]:
        """Yield the problems, but those that are told once a file."""
        for problem in problems:
            if problem.code.is_once:
                key = (problem.path, problem.code)
                first, count = self._advice.get(key, (problem, 0))
                self._advice[key] = (first, count + 1)
            else:
                yield problem

    def _told(self) -> Iterator[Problem]:
        for first, count in self._advice.values():
            more = f" (and {count - 1} more like it in the file)" if count > 1 else ""
            yield replace(first, sentence=first.sentence + more)
        self._advice.clear()


def _without_echoes(problems: Iterator[Problem]) -> Iterator[Problem]:
    """Yield the problems less the missing line ends of a record that the reader says more of."""
    held: Problem | None = None
    for problem in problems:
        if held and problem.offset != held.offset:
            yield held
            held = None
        if problem.code == RECORD_END:
            held = problem
            continue
        if problem.code in (LENGTH_WRONG, RECORD_TORN):
            held = None
        yield problem
    if held:
        yield held


def _check_alone(record: Record, facts: BlockFacts) -> Iterator[Problem]:
    yield from check_framing(record)
    if record.version == "ARC":
        return
    yield from check_fields(record)
    yield from check_digests(record, facts)
    yield from check_message(record, facts)
    yield from check_revisit(record, facts)
