"""The digests that a record claims against those of what it holds."""

from __future__ import annotations

from collections.abc import Iterator

from archive.digest import digest_value
from archive.model import field as field_of
from archive.problem import Problem
from archive.record import Record
from archive.verify.block import BlockFacts
from archive.verify.codes import (
    BLOCK_DIGEST,
    DIGEST_MALFORMED,
    DIGEST_SPELLING,
    DIGEST_UNKNOWN,
    PAYLOAD_DIGEST,
    PAYLOAD_DIGEST_CHUNKED,
)
from archive.verify.framing import record_problem

BLOCK, PAYLOAD = "WARC-Block-Digest", "WARC-Payload-Digest"


def check_digests(record: Record, facts: BlockFacts) -> Iterator[Problem]:
    """Yield what is wrong with block and payload digest."""
    for name in (BLOCK, PAYLOAD):
        claimed = field_of(record.headers, name)
        if claimed is None:
            continue
        value = digest_value(claimed)
        if value is None:
            yield from _check_unknown(record, name, claimed)
        elif value[1] is None:
            sentence = f"{name} is {claimed[:100]!r}, expected the Base32 or hex of a {value[0]}"
            yield record_problem(DIGEST_MALFORMED, record, sentence)
        else:
            yield from _check_value(record, name, value[1], facts)
            yield from _check_spelling(record, name, claimed)


def _check_unknown(record: Record, name: str, claimed: str) -> Iterator[Problem]:
    if ":" in claimed.strip(":"):
        sentence = f"{name} is {claimed[:100]!r}, of an algorithm that is not known here"
        yield record_problem(DIGEST_UNKNOWN, record, sentence)
    else:
        yield record_problem(DIGEST_MALFORMED, record, f"{name} is {claimed[:100]!r}, expected algorithm:value")


def _check_value(record: Record, name: str, value: bytes, facts: BlockFacts) -> Iterator[Problem]:
    if name == BLOCK:
        if value != facts.block_digest:
            yield record_problem(BLOCK_DIGEST, record, _differs(name, value, facts.block_digest))
        return
    # 5.9, 7: a revisit's payload is its original's, that of a segmented record is in several records.
    if record.type == "revisit" or field_of(record.headers, "WARC-Segment-Number") is not None:
        return
    if value == facts.payload_digest:
        return
    if value == facts.framed_digest:
        sentence = "the payload digest is over the chunked body as it stands, expected over the body without chunks"
        yield record_problem(PAYLOAD_DIGEST_CHUNKED, record, sentence)
        return
    yield record_problem(PAYLOAD_DIGEST, record, _differs(name, value, facts.payload_digest))


def _differs(name: str, claimed: bytes, found: bytes | None) -> str:
    return f"{name} is {claimed.hex()} in hex, expected {found.hex() if found else 'none'}"


def _check_spelling(record: Record, name: str, claimed: str) -> Iterator[Problem]:
    label, _, value = claimed.partition(":")
    if label == "sha1":
        is_usual = len(value) == 32 and value == value.upper()
    else:
        is_usual = label == label.lower() and value == value.lower() and set(value) <= set("0123456789abcdef")
    if not is_usual:
        sentence = f"{name} is {claimed[:100]!r}, expected lower-case `sha1:` and Base32, or hex for others"
        yield record_problem(DIGEST_SPELLING, record, sentence)
