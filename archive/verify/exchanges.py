"""The exchanges in files that this project wrote: response or revisit, request and metadata in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.digest import digest_value
from archive.model import field as field_of
from archive.problem import Problem
from archive.record import Record
from archive.verify.block import BlockFacts
from archive.verify.codes import EXCHANGE_BROKEN, EXCHANGE_DIGEST
from archive.verify.framing import record_problem

OURS = "brief-archive"
_ROW = "response or revisit, request, metadata"


@dataclass(slots=True)
class _Open:
    """An exchange whose metadata record has not come yet."""

    first: Problem
    """Where to report it, and as what."""
    ids: list[str]
    has_request: bool
    digest: tuple[str, bytes] | None = field(default=None)


class Exchanges:
    """Follows the records of one file of ours; says nothing of others'."""

    def __init__(self) -> None:
        self._is_ours = False
        self._open: _Open | None = None

    def met(self, record: Record, facts: BlockFacts) -> Iterator[Problem]:
        """Yield what is wrong with the exchange that this record begins, goes on with or ends."""
        if record.type == "warcinfo":
            self._is_ours = (field_of(facts.fields, "software") or "").startswith(OURS)
        if not self._is_ours:
            return
        if record.type in ("response", "revisit"):
            yield from self._end_exchange()
            self._open = _Open(_broken(record), [record.record_id], False, _digest_of(record, facts))
        elif record.type == "request":
            yield from self._request(record)
        elif record.type == "metadata" and record.concurrent_to:
            yield from self._metadata(record, facts)
        else:
            yield from self._end_exchange()

    def end_file(self) -> Iterator[Problem]:
        """Yield the exchange that has no end; the next file may be anybody's."""
        yield from self._end_exchange()
        self._is_ours = False

    def damaged(self) -> None:
        """Forget the exchange that a record which cannot be read belonged to."""
        self._open = None

    def _end_exchange(self) -> Iterator[Problem]:
        if self._open:
            yield self._open.first
        self._open = None

    def _request(self, record: Record) -> Iterator[Problem]:
        if self._open and not self._open.has_request and set(record.concurrent_to) & set(self._open.ids):
            self._open.has_request = True
            self._open.ids.append(record.record_id)
            return
        yield from self._end_exchange()
        self._open = _Open(_broken(record), [record.record_id], True)

    def _metadata(self, record: Record, facts: BlockFacts) -> Iterator[Problem]:
        opened, self._open = self._open, None
        if opened is None or not opened.has_request or not set(record.concurrent_to) & set(opened.ids):
            yield opened.first if opened else _broken(record)
            return
        named = digest_value(field_of(facts.fields, "payloadDigest") or "")
        if opened.digest and named and named[0] != opened.digest[0]:
            return  # an algorithm that was not computed
        if named != opened.digest:
            sentence = "payloadDigest in the metadata is not that of the payload"
            yield record_problem(EXCHANGE_DIGEST, record, sentence)


def _broken(record: Record) -> Problem:
    sentence = f"the {record.type} is not in a row with the others of its exchange, expected {_ROW}"
    return record_problem(EXCHANGE_BROKEN, record, sentence)


def _digest_of(record: Record, facts: BlockFacts) -> tuple[str, bytes] | None:
    """Return the digest of the payload: a revisit's is that of its original, which it names."""
    if record.type == "response":
        return facts.labelled_payload_digest
    value = digest_value(field_of(record.headers, "WARC-Payload-Digest") or "")
    return (value[0], value[1]) if value and value[1] else None
