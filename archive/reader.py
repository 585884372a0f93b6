"""Reads WARC and ARC files record by record, forward, in little memory, compressed or not, whole or not.

Three ways in: `read_records` raises at the first problem, `scan` yields problems as values and goes on behind them,
`read_record` reads at an offset. Whatever the bytes, nothing but an ArchiveError (or an OSError of the disk) comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO

from archive.errors import MessageError, RecordError, TimestampError, TornTail
from archive.message import Head, as_text, entity, parse_head
from archive.model import Fields
from archive.model import field as field_of
from archive.record import Block, Record, cut_short, take_line_ends
from archive.source import (
    MemberSource,
    PlainSource,
    Source,
    begins_record,
    next_member,
    next_plain,
    peek_start,
)
from archive.timestamps import parse_timestamp

_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_CUT_START = re.compile(rb"W(?:A(?:R(?:C(?:/[\d.]*\s*)?)?)?)?")
_ARC_LINE_LIMIT = 8 * 1024


def read_records(path: Path, *, offset: int = 0) -> Iterator[Record]:
    """Yield the records from an offset on, each good until the next; raise TornTail or RecordError at a problem.

    A record is yielded when its fields were read. That its block is cut is found by who reads it, or by the next step.
    """
    for found in scan(path, offset=offset):
        if isinstance(found, RecordError):
            raise found
        yield found


def scan(path: Path, *, offset: int = 0) -> Iterator[Record | RecordError]:
    """Yield records and, as values, the problems between them; go on at the next record that can be found."""
    with path.open("rb") as file:
        walk = _scan_members if _is_gzip(path, file, offset) else _scan_plain
        yield from walk(path, file, offset)


def read_record(path: Path, offset: int) -> Record:
    """Return the record that begins at the offset, a member's or a plain record's begin.

    Read it to its end, or close it: it is a context manager.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        is_gzip = _is_gzip(path, file, offset)
        source = MemberSource(path, file, offset) if is_gzip else PlainSource(file, offset)
        if is_gzip:
            take_line_ends(source)
        record = _open_record(path, source, offset)
        record.call_at_end(stack.pop_all().close)
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A stored HTTP message, read."""

    head: Head
    payload: bytes
    """Transfer coding removed, content coding kept: `archive.coding.decode` takes that off."""


def read_fields(record: Record) -> Fields:
    """Return the named fields in the block of a warcinfo or metadata record; what is no field is left out."""
    head = parse_head(b"-\r\n" + record.read_block())  # it takes the first line for a start line
    return tuple((as_text(name), as_text(value)) for name, value in head.fields)


def captured_message(record: Record) -> tuple[Head, Iterator[bytes]]:
    """Return the head and the payload's pieces of a request, response or revisit record."""
    if not (field_of(record.headers, "Content-Type") or "").lower().startswith("application/http"):
        raise MessageError(f"{record.path} at byte {record.offset}: a {record.type} record, expected an HTTP message")
    return entity(record.block)


def read_entity(record: Record, *, max_size: int) -> Entity:
    """Return the message with its payload in memory, the record read to its end.

    Raises MessageError when the payload is over `max_size` bytes, TornTail or RecordError when the record is not whole.
    """
    head, body = captured_message(record)
    payload = bytearray()
    for piece in body:
        payload += piece
        if len(payload) > max_size:
            raise MessageError(f"{record.path} at byte {record.offset}: payload is over {max_size} bytes")
    record.finish()
    return Entity(head=head, payload=bytes(payload))


def _is_gzip(path: Path, file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    start = file.read(256)
    return start[:2] == b"\x1f\x8b" or (".gz" in path.suffixes and not begins_record(start))


def _scan_members(path: Path, file: BinaryIO, offset: int) -> Iterator[Record | RecordError]:
    at: int | None = offset
    while at is not None and at < file.seek(0, SEEK_END):
        source = MemberSource(path, file, at)
        try:
            yield from _member_records(path, source, at)
            at = source.drain()
        except RecordError as problem:
            at = _after_problem(source, file, at)
            yield _settled(problem, at)


def _member_records(path: Path, source: MemberSource, at: int) -> Iterator[Record | RecordError]:
    """Yield a member's one record, or all that a file made of one member holds."""
    count = 0
    take_line_ends(source)
    while source.peek(1):
        if count and not begins_record(peek_start(source)):
            sentence = "the block is followed by other bytes, expected the end of the gzip member"
            raise RecordError(path, at, sentence, code="gzip-after-record")
        if count == 1:
            sentence = "the gzip member holds several records, expected one: `warcio recompress` mends the file"
            yield RecordError(path, at, sentence, code="gzip-several-records")
        record = _open_record(path, source, at, is_alone=count == 0)
        yield record
        record.finish()
        count += 1


def _after_problem(source: MemberSource, file: BinaryIO, at: int) -> int | None:
    """Return where to go on: behind this member, or where its end can't be told at the next that holds a record."""
    try:
        return source.drain()
    except RecordError:
        return next_member(file, at + 1)


def _scan_plain(path: Path, file: BinaryIO, offset: int) -> Iterator[Record | RecordError]:
    at: int | None = offset
    while at is not None:
        source = PlainSource(file, at)
        take_line_ends(source)
        if not source.peek(1):
            return
        begin = resume = at + source.position
        try:
            record = _open_record(path, source, begin)
            resume = at + source.position
            yield record
            record.finish()
            _check_what_follows(record, source)
            at += source.position
        except RecordError as problem:
            at = next_plain(file, max(resume, begin + 1))
            yield _settled(problem, at)


def _check_what_follows(record: Record, source: Source) -> None:
    """Raise unless a record follows, or the end of the file after a line end (one too few is for a linter)."""
    start = peek_start(source)
    if not start and record.version != "ARC" and b"\n" not in record.tail:
        raise cut_short(source, record.path, record.offset, "before the line ends after the block")
    if start and not begins_record(start) and not _CUT_START.fullmatch(start):
        length = record.content_length
        sentence = f"Content-Length is {length}, and {start[:20]!r} follows the block, expected a record"
        raise RecordError(record.path, record.offset, sentence, code="length-wrong")


def _settled(problem: RecordError, resume: int | None) -> RecordError:
    """Return the problem; a tail is torn only when no record follows."""
    if resume is None or not isinstance(problem, TornTail):
        return problem
    sentence = f"the record is cut, another begins at byte {resume}"
    return RecordError(problem.path, problem.offset, sentence, code="record-cut")


def _open_record(path: Path, source: Source, offset: int, *, is_alone: bool = True) -> Record:
    """Read a record's fields; the source stands at its block then."""
    begin = source.position
    start = peek_start(source)
    if not begins_record(start):
        raise _no_record(path, source, offset)
    read_fields = _read_warc_fields if start.startswith(b"WARC/") else _read_arc_fields
    lines = _Lines(source)
    version, fields, length = read_fields(path, lines, offset)
    cut = cut_short(source, path, offset, f"inside the block, expected {length} bytes of it")
    block = Block(source, length, cut=cut)
    return Record(
        path=path,
        offset=offset,
        version=version,
        headers=fields,
        head=b"".join(lines.kept),
        content_length=length,
        block=block,
        _source=source,
        _begin=begin,
        _is_alone=is_alone,
    )


class _Lines:
    """A source's next lines, kept as they are read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.kept: list[bytes] = []

    def read(self, size: int) -> bytes:
        return self.source.read(size)

    def readline(self, size: int) -> bytes:
        self.kept.append(self.source.readline(size))
        return self.kept[-1]


def _no_record(path: Path, source: Source, offset: int) -> RecordError:
    start = peek_start(source)
    if source.error:
        return source.error
    if _CUT_START.fullmatch(start):
        return cut_short(source, path, offset, "inside the first line of a record")
    sentence = f"found {start[:20]!r}, expected a WARC or ARC record"
    return RecordError(path, offset, sentence, code="record-expected")


def _read_warc_fields(path: Path, lines: _Lines, offset: int) -> tuple[str, Fields, int]:
    head = parse_head(lines)
    if not head.is_whole and not lines.source.peek(1):
        raise cut_short(lines.source, path, offset, "inside the named fields")
    fields = tuple((as_text(name), as_text(value)) for name, value in head.fields)
    length = field_of(fields, "Content-Length")
    if length is None or not _LENGTH.fullmatch(length):
        sentence = f"Content-Length is {length!r}, expected a whole number"
        raise RecordError(path, offset, sentence, code="length-bad")
    return as_text(head.start_line), fields, int(length)


def _read_arc_fields(path: Path, lines: _Lines, offset: int) -> tuple[str, Fields, int]:
    """Read an ARC's one line (or three, for the first record) as the fields of a WARC record."""
    line = as_text(lines.readline(_ARC_LINE_LIMIT).rstrip(b"\r\n"))
    uri, address, date, content_type, size = line.rsplit(" ", 4)
    length = int(size) if _LENGTH.fullmatch(size) else 0
    common = (("WARC-IP-Address", address), ("WARC-Date", _arc_date(date)))
    if uri.startswith("filedesc:"):
        rest = len(lines.readline(_ARC_LINE_LIMIT)) + len(lines.readline(_ARC_LINE_LIMIT))
        filename = uri.removeprefix("filedesc://")
        fields = (("WARC-Type", "warcinfo"), ("WARC-Filename", filename), *common, ("Content-Type", content_type))
        return "ARC", fields, max(0, length - rest)
    is_http = uri.lower().startswith("http")
    kind, media = ("response", "application/http;msgtype=response") if is_http else ("resource", content_type)
    return "ARC", (("WARC-Type", kind), ("WARC-Target-URI", uri), *common, ("Content-Type", media)), length


def _arc_date(digits: str) -> str:
    try:
        return parse_timestamp(digits[:14]).isoformat(timespec="seconds").replace("+00:00", "Z")
    except TimestampError:
        return digits
