"""The bytes of one HTTP/1 message, taken apart without changing any.

Nothing here raises for a message that is odd: servers send LF alone, no reason, folded lines, chunked bodies that are
not chunked, or half of it all, and an archive keeps what came. Content coding is in `archive.coding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

PIECE = 64 * 1024
"""How much of a stream is in memory at a time."""
HEAD_LIMIT = 1024 * 1024
"""Where a head without an end is taken to end, in bytes."""

_STATUS = re.compile(rb"[A-Za-z]+(?:/[\d.]+)?\s+(\d{3})(?!\d)")
_CHUNK_SIZE = re.compile(rb"\s*([0-9a-fA-F]+)\s*(?:;.*)?", re.DOTALL)


class Readable(Protocol):
    """A stream read forward."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none only at the end."""

    def readline(self, size: int, /) -> bytes:
        """Return up to `size` bytes, the next line feed the last of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The start line and fields of a message."""

    start_line: bytes
    """The first line without its line end."""
    fields: tuple[tuple[bytes, bytes], ...]
    """Names and values as received, less the blanks around them; folds become one space."""
    size: int
    """Bytes of the head, its blank line included: where the body begins."""
    is_whole: bool
    """Whether a blank line ends it; False when the message was cut inside."""

    @property
    def status(self) -> int | None:
        """The status code of a response; None for a request or for what is no HTTP."""
        match = _STATUS.match(self.start_line)
        return int(match[1]) if match else None

    def values(self, name: str) -> list[bytes]:
        """Return every value under that name in order, letter case ignored."""
        wanted = name.lower().encode("latin-1")
        return [value for key, value in self.fields if key.lower() == wanted]

    def joined(self, name: str) -> str | None:
        """Return the values under that name as one comma-separated list (RFC 9110 5.3), or None."""
        values = self.values(name)
        return b", ".join(values).decode("latin-1") if values else None


def parse_head(message: bytes | Readable) -> Head:
    """Return the head; a stream is left where the body begins."""
    stream = _as_stream(message)
    start_line = b""
    lines: list[bytes] = []
    size = 0
    bare = b"?"
    for line in _head_lines(stream):
        size += len(line)
        bare = line.rstrip(b"\r\n")
        if size == len(line):
            start_line = bare
        elif bare[:1] in (b" ", b"\t") and lines:
            lines[-1] += b" " + bare.strip()  # RFC 9112 5.2: a folded line goes on with the value before it
        else:
            lines.append(bare)
    parts = (line.partition(b":") for line in lines)
    fields = tuple((name.strip(), value.strip()) for name, colon, value in parts if colon)
    return Head(start_line=start_line.strip(), fields=fields, size=size, is_whole=not bare)


def as_text(value: bytes) -> str:
    """Return a header field's bytes as text: UTF-8, or Latin-1 when they are none."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def is_chunked(head: Head) -> bool:
    """Say whether the last transfer coding is chunked."""
    codings = (head.joined("transfer-encoding") or "").lower().split(",")
    return codings[-1].partition(";")[0].strip() == "chunked"


def has_body(head: Head) -> bool:
    """Say whether a response of that status may have a body (RFC 9112 6.3)."""
    status = head.status
    return status is None or not (status in (204, 304) or 100 <= status < 200)


def entity(message: bytes | Readable) -> tuple[Head, Iterator[bytes]]:
    """Return the head and the pieces of the entity: transfer coding removed, content coding kept."""
    stream = _as_stream(message)
    head = parse_head(stream)
    return head, entity_after(head, stream)


def entity_after(head: Head, stream: Readable) -> Iterator[bytes]:
    """Return the pieces of the entity from a stream that stands behind the head."""
    if not has_body(head):
        return iter(())
    return dechunk(stream) if is_chunked(head) else pieces(stream)


def dechunk(stream: Readable) -> Iterator[bytes]:
    """Yield the chunks' bytes without sizes, extensions and trailers.

    From where the framing is broken on, the rest comes as it is: some servers say chunked and send a plain body.
    """
    begun = False
    while line := stream.readline(PIECE):
        size = _chunk_size(line)
        if size == 0:
            return
        if begun and size is not None and not line.endswith(b"\n"):
            return  # the message was cut inside this line
        if size is None or not line.endswith(b"\n"):
            yield line
            yield from pieces(stream)
            return
        yield from pieces(stream, size)
        stray = _after_chunk(stream)
        if stray:
            yield stray
            yield from pieces(stream)
            return
        begun = True


def pieces(stream: Readable, size: int | None = None) -> Iterator[bytes]:
    """Yield the stream's next bytes, at most `size` of them, a piece at a time."""
    while size is None or size > 0:
        piece = stream.read(PIECE if size is None else min(PIECE, size))
        if not piece:
            return
        yield piece
        if size is not None:
            size -= len(piece)


def _as_stream(message: bytes | Readable) -> Readable:
    """Return the bytes as a stream, or the stream itself, wherever it stands."""
    return BytesIO(message) if isinstance(message, bytes) else message


def _head_lines(stream: Readable) -> Iterator[bytes]:
    """Yield the head's lines, the blank one included."""
    left = HEAD_LIMIT
    while left > 0 and (line := stream.readline(left)):
        yield line
        left -= len(line)
        if not line.rstrip(b"\r\n"):
            return


def _chunk_size(line: bytes) -> int | None:
    match = _CHUNK_SIZE.fullmatch(line)
    return int(match[1], 16) if match else None


def _after_chunk(stream: Readable) -> bytes:
    """Skip the line end after a chunk; return what stands there instead of it."""
    first = stream.read(1)
    if first != b"\r":
        return b"" if first == b"\n" else first
    second = stream.read(1)
    return b"" if second in (b"\n", b"") else first + second
