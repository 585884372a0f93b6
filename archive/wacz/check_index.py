"""Checks the indexes of a WACZ: their lines, and the .idx that finds blocks of them."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import orjson

from archive.problem import Problem
from archive.wacz import codes
from archive.wacz.reading import DAMAGED, Entry, Package, is_warc

_UNREADABLE = (*DAMAGED, OSError)  # gzip.BadGzipFile is an OSError
_LONGEST_LINE = 1024 * 1024
_LONGEST_BLOCK = 64 * 1024 * 1024
_GZIP = 31


def check_indexes(package: Package, readable: Mapping[str, Entry]) -> Iterator[Problem]:
    """Yield what is wrong with the files of indexes/."""
    lengths = {name.removeprefix("archive/"): entry.length for name, entry in readable.items() if is_warc(name)}
    names = [name for name in sorted(readable) if name.startswith("indexes/")]
    for name in names:
        if name.endswith((".cdx", ".cdxj", ".gz")):
            yield from _check_lines(package, readable[name], lengths)
        if name.endswith(".gz") and not any(other.endswith(".idx") for other in names):
            yield Problem(code=codes.IDX, path=package.path, sentence=f"{name} has no .idx beside it, expected one")
        if name.endswith(".idx"):
            yield from _check_idx(package, readable, readable[name])


def _check_lines(package: Package, entry: Entry, lengths: Mapping[str, int]) -> Iterator[Problem]:
    before = b""
    number = 0
    try:
        with _opened(package, entry) as stream:
            while line := stream.readline(_LONGEST_LINE):
                number += 1
                wrong = _wrong_line(line, lengths) or ("is out of order" if line < before else "")
                if wrong:
                    yield _problem(package, entry, number, f"{wrong}, expected sorted CDXJ of the files in archive/")
                before = line
    except _UNREADABLE as error:
        yield _problem(package, entry, number + 1, f"cannot be read: {error}")


@contextmanager
def _opened(package: Package, entry: Entry) -> Iterator[BinaryIO]:
    with package.open(entry) as stream:
        if entry.name.endswith(".gz"):
            with gzip.GzipFile(fileobj=stream) as inflated:
                yield inflated  # type: ignore[misc]  # it has all that is used of a BinaryIO
        else:
            yield stream


def _wrong_line(line: bytes, lengths: Mapping[str, int]) -> str:
    """Return what is wrong with a line, or nothing."""
    if line.startswith(b"!meta"):
        return ""
    head, brace, fields = line.partition(b"{")
    place = _parsed(brace + fields)
    timestamp = head.split(b" ")[1] if head.count(b" ") == 2 else b""
    if place is None or not timestamp.isdigit() or len(timestamp) not in (14, 17):
        return "is no CDXJ"
    name = str(place.get("filename"))
    offset, length = str(place.get("offset")), str(place.get("length"))
    if not (offset + length).isdecimal() or name not in lengths:
        return f"names the file {name!r} at {offset!r}, which is not there"
    return "points behind the end of its file" if int(offset) + int(length) > lengths[name] else ""


def _check_idx(package: Package, readable: Mapping[str, Entry], entry: Entry) -> Iterator[Problem]:
    """Yield the first thing in which an .idx does not fit the file whose blocks it lists."""
    try:
        wrong = _wrong_idx(package, readable, entry)
    except _UNREADABLE as error:
        wrong = f"cannot be read, or what it points to: {error}"
    if wrong:
        yield Problem(code=codes.IDX, path=package.path, sentence=f"{entry.name} {wrong}")


def _wrong_idx(package: Package, readable: Mapping[str, Entry], entry: Entry) -> str:
    with package.open(entry) as lines:
        meta = _parsed(lines.readline(_LONGEST_LINE).removeprefix(b"!meta 0 "))
        cdx = readable.get(f"indexes/{meta.get('filename')}") if meta else None
        if meta is None or meta.get("format") != "cdxj-gzip-1.0" or cdx is None:
            return "has no !meta line that names a file in indexes/, expected one"
        end = 0
        with package.open(cdx) as blocks:
            while line := lines.readline(_LONGEST_LINE):
                block = _Block.read(line)
                if block is None or block.offset != end:
                    return f"has the line {line[:80]!r}, expected the block at byte {end} of {cdx.name}"
                wrong = block.compare(blocks.read(block.length))
                if wrong:
                    return f"and the block at byte {block.offset} of {cdx.name} do not fit: {wrong}"
                end += block.length
    return "" if end == cdx.length else f"ends at byte {end} of {cdx.name}, expected {cdx.length}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A line of an .idx file."""

    key: bytes
    offset: int
    length: int
    digest: str | None

    @classmethod
    def read(cls, line: bytes) -> _Block | None:
        key, brace, fields = line.partition(b"{")
        place = _parsed(brace + fields)
        if place is None:
            return None
        offset, length, digest = place.get("offset"), place.get("length"), place.get("digest")
        if not isinstance(offset, int) or not isinstance(length, int) or not 0 < length <= _LONGEST_BLOCK:
            return None
        return cls(key=key.rstrip(), offset=offset, length=length, digest=digest if isinstance(digest, str) else None)

    def compare(self, compressed: bytes) -> str:
        """Return in what a block is not as the line says."""
        if len(compressed) != self.length:
            return f"it is cut after {len(compressed)} bytes"
        if self.digest and self.digest != f"sha256:{hashlib.sha256(compressed).hexdigest()}":
            return "it has another digest"
        start = zlib.decompressobj(_GZIP).decompress(compressed, len(self.key) + 1)
        return "" if start.startswith(self.key) else f"it begins with {start[:80]!r}"


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _problem(package: Package, entry: Entry, line: int, sentence: str) -> Problem:
    return Problem(code=codes.INDEX, path=package.path, sentence=f"{entry.name} line {line} {sentence}")
