"""Exchanges of our own crawls: a response or revisit, and the metadata record that says how it was come by."""

from __future__ import annotations

from archive.errors import RecordError
from archive.model import IDENTICAL, Fields
from archive.model import field as field_of
from archive.reader import captured_message, read_fields
from archive.record import Record
from crawler.items import Hop
from crawler.rebuild.bodies import Bodies, Name, Place, Sort
from crawler.rebuild.exchanges import Answer, OnProblem, StoredExchange, ties
from crawler.settings import DOWNLOAD_MAXSIZE


class OwnRecords:
    """Takes the records of a file that a crawl of ours wrote."""

    def __init__(self, warcinfo: Fields, bodies: Bodies, on_problem: OnProblem) -> None:
        size = field_of(warcinfo, "maxBodySize") or ""
        self._run = field_of(warcinfo, "run") or ""
        self._max_size = int(size) if size.isascii() and size.isdigit() else DOWNLOAD_MAXSIZE
        self._bodies = bodies
        self._on_problem = on_problem
        self._waiting: Answer | None = None

    def take(self, record: Record) -> StoredExchange | None:
        """Take the next record, and return the exchange that a metadata record completes."""
        if record.type in ("response", "revisit"):
            self._waiting = self._answer(record)
        elif record.type == "metadata":
            return self._finish(read_fields(record), ties(record))
        return None

    def end(self) -> None:
        """Say that a response without metadata record is left out: the crawl was ended between the two."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            place = waiting.record
            self._on_problem(
                RecordError(place.path, place.offset, f"the {place.type} has no metadata record: it is left out")
            )

    def _answer(self, record: Record) -> Answer:
        head, _ = captured_message(record)
        digest = field_of(record.headers, "WARC-Payload-Digest") or ""
        answer = Answer(record=record, head=head, length=record.length, digest=digest)
        if record.type == "response":
            place = Place(record.path, record.offset, record.record_id)
            self._bodies.note(place, [Name(Sort.RECORD_ID, record.record_id)])
        return answer

    def _finish(self, metadata: Fields, tied: list[str]) -> StoredExchange | None:
        """Return the exchange that the metadata belongs to; None for a fetch without response, or without seed."""
        answer = self._waiting
        if answer is None or answer.record.record_id not in tied:
            return None
        self._waiting = None
        hop = Hop.from_fields(metadata)  # robots.txt has none
        return None if hop is None else self._exchange(answer, metadata, hop)

    def _exchange(self, answer: Answer, metadata: Fields, hop: Hop) -> StoredExchange:
        record = answer.record
        original = _original_of(record)
        return StoredExchange(
            # Of a chunked message the metadata record alone has the digest.
            capture=answer.capture(field_of(metadata, "payloadDigest")),
            url=record.target_uri or "",
            run=self._run,
            max_size=self._max_size,
            hop=hop,
            head=answer.head,
            robots_txt=field_of(metadata, "robotsTxt"),
            robots_txt_disallows=field_of(metadata, "robotsTxtDisallows"),
            truncated=answer.truncated,
            date=record.date,
            refers_to=record.refers_to if record.type == "revisit" else None,
            original=original,
            body_at=self._bodies.find([Name(Sort.RECORD_ID, original)]),
        )


def _original_of(record: Record) -> str:
    """Return the id of the record that holds a response's payload."""
    is_copy = record.type == "revisit" and record.profile == IDENTICAL
    return record.refers_to if is_copy else record.record_id
