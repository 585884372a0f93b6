"""A record's block read once, forward, in little memory, and what was learned on the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from archive.digest import digest_value
from archive.message import Head, as_text, entity, is_chunked, parse_head, pieces
from archive.model import Fields
from archive.model import field as field_of
from archive.record import Record

_START = 4 * 1024
_FIELDS_LIMIT = 1024 * 1024
_DEFAULT = "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFacts:
    """What a whole block holds."""

    block_digest: bytes | None
    """By the algorithm that WARC-Block-Digest names; None without one that is known."""
    algorithm: str
    """Of the payload digest: the declared one, else the block digest's, else sha256."""
    payload_digest: bytes | None
    """Transfer coding removed, content coding kept; None where nobody needs it."""
    framed_digest: bytes | None
    """The same over the body as it stands, chunk framing included; None where that is the payload."""
    payload_size: int
    body_size: int
    """Bytes after the HTTP head."""
    payload_start: bytes
    body_start: bytes
    head: Head | None
    """Of an HTTP message."""
    fields: Fields
    """Of an application/warc-fields block; empty for others, or one of over a mebibyte."""
    leaf: str
    """Hex sha256 of the record as it stands uncompressed: what `archive.merkle` calls a leaf."""

    @property
    def labelled_payload_digest(self) -> tuple[str, bytes] | None:
        """The payload digest with its algorithm."""
        return None if self.payload_digest is None else (self.algorithm, self.payload_digest)


def is_http(record: Record) -> bool:
    """Say whether the block is an HTTP message."""
    return (field_of(record.headers, "Content-Type") or "").lower().startswith("application/http")


def read_block(record: Record) -> BlockFacts:
    """Read a record to its end; raise RecordError when it is not whole."""
    declared = _algorithm(record, "WARC-Payload-Digest")
    algorithm = declared or _algorithm(record, "WARC-Block-Digest") or _DEFAULT
    stream = _Watched(record)
    head, body = entity(stream) if is_http(record) else (None, pieces(stream))
    stream.begin_body(algorithm if declared and head and is_chunked(head) else None)
    payload = _hasher(algorithm if declared or record.type in ("response", "resource", "conversion") else None)
    size, start = 0, b""
    for piece in body:
        size += len(piece)
        if len(start) < _START:
            start += piece[: _START - len(start)]
        if payload:
            payload.update(piece)
    stream.read_to_end()
    return BlockFacts(
        block_digest=stream.block.digest() if stream.block else None,
        algorithm=algorithm,
        payload_digest=payload.digest() if payload else None,
        framed_digest=stream.body.digest() if stream.body else None,
        payload_size=size,
        body_size=stream.body_size,
        payload_start=start,
        body_start=stream.body_start,
        head=head,
        fields=_fields(stream),
        leaf=stream.leaf.hexdigest(),
    )


class _Watched:
    """A record's block as a stream that sums up what is read from it."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.leaf = hashlib.sha256(record.head)
        self.block = _hasher(_algorithm(record, "WARC-Block-Digest"))
        self.body: hashlib._Hash | None = None
        self.body_start = b""
        self.body_size = 0
        self.kept: list[bytes] | None = [] if _has_fields(record) else None
        """The whole block, where it is short and holds fields."""
        self._is_in_body = False

    def begin_body(self, algorithm: str | None) -> None:
        """Take what is read from now on for the body; sum it up as it stands if asked to."""
        self._is_in_body = True
        self.body = _hasher(algorithm)

    def read(self, size: int, /) -> bytes:
        return self._noted(self._record.block.read(size))

    def readline(self, size: int, /) -> bytes:
        return self._noted(self._record.block.readline(size))

    def read_to_end(self) -> None:
        """Read what is left, and the line ends behind the block."""
        for _ in pieces(self):
            pass
        self._record.finish()
        self.leaf.update(self._record.tail)

    def _noted(self, piece: bytes) -> bytes:
        self.leaf.update(piece)
        if self.block:
            self.block.update(piece)
        if self.kept is not None:
            self.kept.append(piece)
        if self._is_in_body:
            self.body_size += len(piece)
            if len(self.body_start) < _START:
                self.body_start += piece[: _START - len(self.body_start)]
            if self.body:
                self.body.update(piece)
        return piece


def _hasher(algorithm: str | None) -> hashlib._Hash | None:
    return hashlib.new(algorithm, usedforsecurity=False) if algorithm else None


def _algorithm(record: Record, name: str) -> str | None:
    value = digest_value(field_of(record.headers, name) or "")
    return value[0] if value else None


def _has_fields(record: Record) -> bool:
    content_type = (field_of(record.headers, "Content-Type") or "").lower()
    return content_type.startswith("application/warc-fields") and record.content_length <= _FIELDS_LIMIT


def _fields(stream: _Watched) -> Fields:
    if stream.kept is None:
        return ()
    head = parse_head(b"-\r\n" + b"".join(stream.kept))  # it takes the first line for a start line
    return tuple((as_text(name), as_text(value)) for name, value in head.fields)
