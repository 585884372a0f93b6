"""Bytes read forward from a file, plain or out of one gzip member, with a look ahead and little memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.errors import RecordError, TornTail

PIECE = 64 * 1024
_READ = 16 * 1024
_WINDOW = 1024 * 1024
_LONGEST_START = 8 * 1024
_GZIP = 31

_ARC_LINE = (
    rb"[A-Za-z][A-Za-z0-9+.-]{0,30}:[^\n]{0,4096} "  # the address, which may hold blanks
    rb"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+) \d{4,18} \S{1,200} \S{1,20}\r?\n"
)
_RECORD_START = re.compile(rb"WARC/\d\.\d+\s*\n|" + _ARC_LINE)
_PLAIN_START = re.compile(rb"WARC/\d\.\d+\r*\n[A-Za-z-]+:|(?<=\n)" + _ARC_LINE)
_MAGIC = re.compile(rb"\x1f\x8b\x08")


class Source:
    """A stream over pieces; an error met once is met again by whoever reads on."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = b""
        self._at = 0
        self.error: RecordError | None = None
        """What ends the source before its time, once it was met."""
        self.position = 0
        """Bytes read so far."""

    def peek(self, size: int) -> bytes:
        """Return the next bytes and leave them there; fewer than `size` at the end, or before an error."""
        while self._ready < size and self._more():
            pass
        return self._buffer[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, at least one unless it is the end."""
        if not self._ready and not self._more() and self.error:
            raise self.error
        taken = self._buffer[self._at : self._at + size]
        self._at += len(taken)
        self.position += len(taken)
        return taken

    def readline(self, size: int) -> bytes:
        """Return the bytes up to and with the next line feed, at most `size`."""
        while (found := self._buffer.find(b"\n", self._at, self._at + size)) < 0 and self._ready < size:
            if not self._more():
                break
        return self.read(found + 1 - self._at if found >= 0 else size)

    @property
    def _ready(self) -> int:
        return len(self._buffer) - self._at

    def _more(self) -> bool:
        """Get another piece; say whether there was one."""
        if self.error:
            return False
        try:
            piece = next(self._pieces, b"")
        except RecordError as error:
            self.error = error
            return False
        self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return bool(piece)


class PlainSource(Source):
    """A file from an offset on."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        file.seek(offset)
        super().__init__(iter(lambda: file.read(PIECE), b""))


class MemberSource(Source):
    """What one gzip member holds."""

    def __init__(self, path: Path, file: BinaryIO, offset: int) -> None:
        super().__init__(self._inflate(path, file, offset))
        self.end: int | None = None
        """Offset after the member, once all of it was read."""

    def drain(self) -> int:
        """Read to the member's end and return the offset there."""
        while self.read(PIECE):
            pass
        assert self.end is not None, "an end without an error is known"
        return self.end

    def _inflate(self, path: Path, file: BinaryIO, offset: int) -> Iterator[bytes]:
        decompressor = zlib.decompressobj(_GZIP)
        at = offset
        while not decompressor.eof:
            compressed = decompressor.unconsumed_tail
            if not compressed:
                file.seek(at)
                compressed = file.read(_READ)
                at += len(compressed)
            piece = _decompress(decompressor, compressed, path, offset)
            if piece:
                yield piece
            elif not compressed:
                raise TornTail(path, offset, "the file ends inside this gzip member", code="gzip-torn")
        self.end = at - len(decompressor.unused_data)


def begins_record(start: bytes) -> bool:
    """Say whether a WARC or ARC record begins with these bytes."""
    return bool(_RECORD_START.match(start))


def peek_start(source: Source) -> bytes:
    """Return enough of what comes to say whether a record begins."""
    seen = source.peek(256)
    return seen if b"\n" in seen else source.peek(_LONGEST_START)


def next_member(file: BinaryIO, offset: int) -> int | None:
    """Return where, from the offset on, the next gzip member begins that holds a record; None for nowhere."""
    return next((at for at in _search(file, offset, _MAGIC) if _holds_record(file, at)), None)


def next_plain(file: BinaryIO, offset: int) -> int | None:
    """Return where, from the offset on, the next record begins in a file that is not compressed; None for nowhere."""
    return next(_search(file, offset, _PLAIN_START), None)


def _search(file: BinaryIO, offset: int, wanted: re.Pattern[bytes]) -> Iterator[int]:
    """Yield where the pattern matches, in windows that overlap by more than its longest match."""
    after = -1
    while True:
        file.seek(offset)
        window = file.read(_WINDOW + _LONGEST_START)
        for match in wanted.finditer(window):
            if offset + match.start() > after:
                after = offset + match.start()
                yield after
        if len(window) < _WINDOW + _LONGEST_START:
            return
        offset += _WINDOW


def _holds_record(file: BinaryIO, offset: int) -> bool:
    return begins_record(peek_start(MemberSource(Path(), file, offset)).lstrip())


def _decompress(decompressor: zlib._Decompress, compressed: bytes, path: Path, offset: int) -> bytes:
    try:
        return decompressor.decompress(compressed, PIECE)
    except zlib.error as error:
        raise RecordError(path, offset, f"gzip data is corrupt: {error}", code="gzip-corrupt") from error
