"""How a record stands in its file: what the reader met, the lines of its head, the line ends after its block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from archive.errors import RecordError
from archive.message import HEAD_LIMIT
from archive.problem import Code, Problem
from archive.record import Record
from archive.verify.codes import (
    ARC_LINE,
    CODES,
    FIELD_BYTES,
    FIELD_FOLDED,
    FIELD_MALFORMED,
    GZIP_GARBAGE,
    HEAD_ENDLESS,
    HEAD_LINE_ENDS,
    RECORD_END,
    RECORD_EXPECTED,
    VERSION_UNKNOWN,
)

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_ARC_FIELDS = re.compile(rb"[^ ]+ (?:[0-9.]+|[0-9A-Fa-f:.]+) (?:\d{14}|\d{8}|\d{17}) \S+ \d+")
_MAGIC = b"\x1f\x8b"


def problem_of(met: RecordError, path: Path) -> Problem:
    """Return what the reader met as a problem."""
    code = CODES.get(met.code, RECORD_EXPECTED)
    if met.code.startswith("gzip-") and not _is_member(path, met.offset):
        return Problem(code=GZIP_GARBAGE, path=path, offset=met.offset, sentence="the bytes here are no gzip member")
    return Problem(code=code, path=path, offset=met.offset, sentence=met.sentence)


def record_problem(code: Code, record: Record, sentence: str) -> Problem:
    """Return a problem of one record."""
    return Problem(code=code, path=record.path, offset=record.offset, sentence=sentence)


def check_framing(record: Record) -> Iterator[Problem]:
    """Yield what is wrong with the lines of a record that was read to its end."""
    if record.version == "ARC":
        yield from _check_arc_line(record)
        return
    if record.version not in ("WARC/1.0", "WARC/1.1"):
        sentence = f"the version is {record.version!r}, expected WARC/1.0 or WARC/1.1"
        yield record_problem(VERSION_UNKNOWN, record, sentence)
    if len(record.head) >= HEAD_LIMIT:
        yield record_problem(HEAD_ENDLESS, record, "the head has no end, expected a blank line")
        return
    yield from _check_lines(record)
    if record.tail != b"\r\n\r\n":
        sentence = f"{record.tail!r} follows the block, expected CRLF CRLF and the end of the record"
        yield record_problem(RECORD_END, record, sentence)


def _check_lines(record: Record) -> Iterator[Problem]:
    lines = record.head.split(b"\n")[:-1]
    odd = next((line for line in lines if not line.endswith(b"\r") or line.endswith(b"\r\r")), None)
    if odd is not None:
        sentence = f"the line {odd[:40]!r} does not end in CRLF alone"
        yield record_problem(HEAD_LINE_ENDS, record, sentence)
    found = (_check_line(line.rstrip(b"\r")) for line in lines[1:-1])
    for code, sentence in filter(None, found):
        yield record_problem(code, record, sentence)


def _check_line(line: bytes) -> tuple[Code, str] | None:
    if line[:1] in (b" ", b"\t"):
        return FIELD_FOLDED, f"{line[:40]!r} goes on with the field before it, expected one line a field"
    name, colon, value = line.partition(b":")
    if not colon or not _TOKEN.fullmatch(name):
        return FIELD_MALFORMED, f"{line[:40]!r} is no field, expected a name of letters and a colon"
    if _CONTROLS.search(value) or not _is_utf8(value):
        return FIELD_BYTES, f"{name.decode()} is {value[:40]!r}, expected UTF-8 without control characters"
    return None


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _check_arc_line(record: Record) -> Iterator[Problem]:
    line = record.head.split(b"\n")[0].rstrip(b"\r")
    if not _ARC_FIELDS.fullmatch(line):
        sentence = f"the line is {line[:200]!r}, expected address, IP, 14 digits, type and length, one blank between"
        yield record_problem(ARC_LINE, record, sentence)


def _is_member(path: Path, offset: int) -> bool:
    with path.open("rb") as file:
        file.seek(offset)
        start = file.read(len(_MAGIC))
    return bool(start) and _MAGIC.startswith(start)
