"""HTTP messages in records: what readers need of their heads, and heads that tell of another body."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.coding import begins_as, coding_names
from archive.message import Head, has_body, is_chunked
from archive.model import field as field_of
from archive.problem import Problem
from archive.record import Record
from archive.verify.block import BlockFacts
from archive.verify.codes import (
    CONTENT_ENCODING_ODD,
    CONTENT_ENCODING_STALE,
    CONTENT_LENGTH_STALE,
    HTTP_HEAD_CUT,
    STATUS_INTERIM,
    STATUS_LINE_MADE,
    STATUS_LINE_ODD,
    TRANSFER_ENCODING_STALE,
)
from archive.verify.framing import record_problem

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] \d{3}(?: .*)?", re.DOTALL)
_MADE = re.compile(rb"HTTP/[23](?:\.0)? ")
_CHUNK_LINE = re.compile(rb"[ \t]*[0-9a-fA-F]+[ \t]*(?:;[^\n]*)?\r?\n")
_PLAYABLE: tuple[list[str], ...] = ([], ["gzip"], ["br"])


def check_message(record: Record, facts: BlockFacts) -> Iterator[Problem]:
    """Yield what is wrong with the HTTP message that a response or revisit record holds."""
    if facts.head is None or record.type not in ("response", "revisit") or record.content_length == 0:
        return
    yield from _check_status_line(record, facts.head)
    is_cut = field_of(record.headers, "WARC-Truncated") is not None
    if not facts.head.is_whole and not is_cut:
        yield record_problem(HTTP_HEAD_CUT, record, "the HTTP head has no blank line at its end")
    # A HEAD's or a 304's response, and a revisit's block, tell of a body that is not there.
    if record.type == "response" and facts.body_size and has_body(facts.head):
        yield from _check_codings(record, facts, facts.head)
    if record.type == "response" and not is_cut and has_body(facts.head):
        yield from _check_length(record, facts, facts.head)


def _check_status_line(record: Record, head: Head) -> Iterator[Problem]:
    start = head.start_line
    if _MADE.match(start):
        sentence = f"the status line is {start[:60]!r}, expected HTTP/1.1 and the protocol in WARC-Protocol"
        yield record_problem(STATUS_LINE_MADE, record, sentence)
    elif not _STATUS_LINE.fullmatch(start):
        sentence = f"the status line is {start[:60]!r}, expected `HTTP/1.1 ` and a status"
        yield record_problem(STATUS_LINE_ODD, record, sentence)
    elif 100 <= (head.status or 0) < 200 and head.status != 101:
        sentence = f"the status is {head.status}, expected a final one"
        yield record_problem(STATUS_INTERIM, record, sentence)


def _check_codings(record: Record, facts: BlockFacts, head: Head) -> Iterator[Problem]:
    if is_chunked(head) and not _begins_chunked(facts.body_start):
        sentence = f"Transfer-Encoding is chunked and the body begins {facts.body_start[:20]!r}"
        yield record_problem(TRANSFER_ENCODING_STALE, record, sentence)
    named = head.joined("content-encoding")
    if not begins_as(facts.payload_start, named):
        sentence = f"Content-Encoding is {named!r} and the body begins {facts.payload_start[:20]!r}"
        yield record_problem(CONTENT_ENCODING_STALE, record, sentence)
    elif coding_names(named) not in _PLAYABLE:
        sentence = f"Content-Encoding is {named!r}, expected gzip or br"
        yield record_problem(CONTENT_ENCODING_ODD, record, sentence)


def _begins_chunked(body: bytes) -> bool:
    return _CHUNK_LINE.match(body) is not None or (b"\n" not in body[:64] and len(body) < 64)


def _check_length(record: Record, facts: BlockFacts, head: Head) -> Iterator[Problem]:
    named = head.values("content-length")
    if is_chunked(head) or not named or facts.body_size == 0:  # without a body it may answer a HEAD
        return
    if not named[-1].isdigit() or int(named[-1][:20]) != facts.body_size:
        shown = named[-1][:40].decode("latin-1")
        sentence = f"the head's Content-Length is {shown!r}, and the body has {facts.body_size} bytes"
        yield record_problem(CONTENT_LENGTH_STALE, record, sentence)
