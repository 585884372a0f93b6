"""What a revisit record says and holds, in the place of a response record (WARC/1.1 6.7)."""

from __future__ import annotations

from typing import BinaryIO, Protocol

from archive.digest import same_digest
from archive.errors import RevisitError
from archive.model import IDENTICAL, Exchange, Fields, Revisit
from archive.surt import escape_target

PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
"""What the two profiles' addresses begin with."""


class _Facts(Protocol):
    """What must be known of a response."""

    @property
    def status(self) -> int: ...

    @property
    def payload_digest(self) -> str: ...


def check_revisit(exchange: Exchange, revisit: Revisit, facts: _Facts | None) -> None:
    """Raise RevisitError unless the response, whole, is what the revisit says of it."""
    if facts is None or exchange.truncated:
        raise RevisitError(f"{exchange.url}: the response was cut or never came, expected a whole one")
    if revisit.profile == IDENTICAL and not same_digest(facts.payload_digest, revisit.payload_digest):
        sentence = f"payload is {facts.payload_digest}, expected {revisit.payload_digest} as in {revisit.record_id}"
        raise RevisitError(f"{exchange.url}: {sentence}")
    if revisit.profile != IDENTICAL and facts.status != 304:
        raise RevisitError(f"{exchange.url}: status is {facts.status}, expected 304")


def revisit_fields(revisit: Revisit) -> Fields:
    """Return the named fields that tie a revisit to its original.

    The payload of both profiles is defined as the original's (6.7.2, 6.7.3), and 5.9 lets its digest stand where the
    payload is not: so a 304 has it too.
    """
    return (
        ("WARC-Profile", PROFILES + revisit.profile),
        ("WARC-Refers-To", f"<{revisit.record_id}>"),
        ("WARC-Refers-To-Target-URI", escape_target(revisit.target_uri)),
        ("WARC-Refers-To-Date", revisit.date),
        ("WARC-Payload-Digest", revisit.payload_digest),
    )


def revisit_block(response: BinaryIO, head_size: int) -> tuple[bytes, Fields]:
    """Return the response's head, and WARC-Truncated when bytes follow it."""
    block = response.read(head_size)
    return block, (("WARC-Truncated", "length"),) if response.read(1) else ()
