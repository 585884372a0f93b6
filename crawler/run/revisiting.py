"""Exchanges that bring nothing new: which earlier capture they refer to, and what a later one may refer to."""

from __future__ import annotations

from dataclasses import replace

from archive.digest import is_empty_digest
from archive.message import Head, entity, is_chunked, parse_head
from archive.model import IDENTICAL, NOT_MODIFIED, Capture, Exchange, Revisit, Stored
from crawler.ledger.captures import CaptureIndex, KnownCapture

LEAST_PAYLOAD = 1024
"""Payloads of fewer bytes are stored again: a revisit of one would be no smaller."""


def head_of(exchange: Exchange) -> Head | None:
    """Return the head of a response, the file of a large one left at its start; None without a response."""
    response = exchange.response
    if response is None or isinstance(response, bytes):
        return None if response is None else parse_head(response)
    response.seek(0)
    head = parse_head(response)
    response.seek(0)
    return head


def original_of(
    exchange: Exchange, validated: KnownCapture | None, digest: str, captures: CaptureIndex
) -> KnownCapture | None:
    """Return the earlier response that the exchange only repeats: by a 304 to its validators, or by its payload.

    `validated` is the capture whose validators were sent.
    """
    status = status_of(exchange)
    if exchange.truncated is not None or status not in (200, 304):
        return None
    known = captures.by_digest(digest, exchange.url) if status == 200 else validated
    return captures.by_id(known.original) if known is not None else None


def as_revisit(exchange: Exchange, original: KnownCapture) -> Exchange:
    """Return the exchange marked as a repetition of the original."""
    revisit = Revisit(
        profile=NOT_MODIFIED if status_of(exchange) == 304 else IDENTICAL,
        record_id=original.capture.record_id,
        target_uri=original.url,
        date=original.date,
        payload_digest=original.capture.payload_digest,
    )
    return replace(exchange, revisit=revisit)


def known_capture(
    exchange: Exchange, stored: Stored, head: Head, validated: KnownCapture | None = None
) -> KnownCapture:
    """Return what the ledger keeps of a page's capture; `validated` is the one whose validators were sent."""
    capture = stored.capture
    assert capture is not None, "only a response is a capture"
    revisit = exchange.revisit
    etag, modified = _validators(exchange, capture, head, validated)
    return KnownCapture(
        capture=capture,
        url=exchange.url,
        date=stored.date,
        original=revisit.record_id if revisit else capture.record_id,
        reusable=0 if revisit else _reusable(exchange, head),
        etag=etag,
        modified=modified,
    )


def _validators(
    exchange: Exchange, capture: Capture, head: Head, validated: KnownCapture | None
) -> tuple[str | None, str | None]:
    """Return the validators to send next time: none for a capture that a 304 could not stand for."""
    etag, modified = _last(head, "etag"), _last(head, "last-modified")
    if head.status == 304 and exchange.revisit is not None and validated is not None:
        # RFC 9111 3.2: a 304 updates the fields that it has, and the others stay.
        return etag or validated.etag, modified or validated.modified
    is_whole = exchange.truncated is None and not is_empty_digest(capture.payload_digest)
    return (etag, modified) if head.status == 200 and is_whole else (None, None)


def _reusable(exchange: Exchange, head: Head) -> int:
    if head.status != 200 or exchange.truncated is not None or payload_size(exchange) < LEAST_PAYLOAD:
        return 0
    # pywb finds another address's original by the digest of its own index, which for a chunked one is not ours.
    return 1 if is_chunked(head) else 2


def status_of(exchange: Exchange) -> int | None:
    """Return the status code of a response."""
    head = head_of(exchange)
    return head.status if head is not None else None


def payload_size(exchange: Exchange) -> int:
    """Return the bytes of a response's entity: transfer coding removed, content coding kept."""
    response = exchange.response
    if response is None:
        return 0
    if not isinstance(response, bytes):
        response.seek(0)
    size = sum(len(piece) for piece in entity(response)[1])
    if not isinstance(response, bytes):
        response.seek(0)
    return size


def _last(head: Head, name: str) -> str | None:
    values = head.values(name)
    return values[-1].decode("latin-1") if values else None
