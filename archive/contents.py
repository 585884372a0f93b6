"""What an indexed capture holds: its message as stored, its head, and its body with every coding removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from archive.catalog import Catalog
from archive.catalog.finding import original_of
from archive.cdxj import IndexedCapture, response_head
from archive.coding import decode
from archive.collection import Collection
from archive.errors import CaptureNotFound
from archive.message import Head, entity_after, pieces
from archive.reader import read_record
from archive.record import Record

MAX_BODY = 1 << 30
"""Bytes of a body with a content coding, which is decoded in memory; one without is not held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body, to be read once."""

    pieces: Iterator[bytes]
    complete: bool
    """False when the coded bytes were cut or corrupt: the pieces are what came before."""


def message_of(collection: Collection, capture: IndexedCapture) -> Iterator[bytes]:
    """Yield the block as it is stored: the response as it came over the wire, of a revisit its head alone."""
    with _record(collection, capture) as record:
        yield from pieces(record.block)


def head_of(collection: Collection, capture: IndexedCapture) -> bytes:
    """Return the status line and the fields as they came; raise CaptureNotFound for what is no HTTP response."""
    with _record(collection, capture) as record:
        head = response_head(record)
    if head is None:
        raise CaptureNotFound(f"{_place(capture)}: a {capture.type} record without an HTTP response has no headers")
    with _record(collection, capture) as record:
        return b"".join(pieces(record.block, head.size))


def body_of(collection: Collection, catalog: Catalog, capture: IndexedCapture, *, max_size: int = MAX_BODY) -> Body:
    """Return the body as a browser would see it, a revisit's out of its original.

    Raises CaptureNotFound where the original is missing, MessageError for a coding that can't be removed.
    """
    holder = original_of(catalog, capture) if capture.type == "revisit" else capture
    coding = _coding(collection, holder)
    payload = _payload(collection, holder)
    if coding in (None, "", "identity"):
        return Body(pieces=payload, complete=True)
    decoded = decode(b"".join(payload), coding, max_size=max_size)
    return Body(pieces=pieces(BytesIO(decoded.body)), complete=decoded.complete)


def _coding(collection: Collection, capture: IndexedCapture) -> str | None:
    with _record(collection, capture) as record:
        head = response_head(record)
    return head.joined("content-encoding") if head else None


def _payload(collection: Collection, capture: IndexedCapture) -> Iterator[bytes]:
    with _record(collection, capture) as record:
        yield from _entity(record, response_head(record))


def _entity(record: Record, head: Head | None) -> Iterator[bytes]:
    return pieces(record.block) if head is None else entity_after(head, record.block)


def _record(collection: Collection, capture: IndexedCapture) -> Record:
    return read_record(collection.warc(capture.warc), capture.offset)


def _place(capture: IndexedCapture) -> str:
    return f"{capture.warc} at byte {capture.offset}"
