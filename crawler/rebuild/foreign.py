"""Exchanges of other crawlers' files: each answer to a GET of an address in the scope; nothing says how it was met."""

from __future__ import annotations

from collections.abc import Callable

from archive.digest import ALGORITHMS, digest
from archive.errors import RecordError
from archive.message import Head, is_chunked
from archive.model import field as field_of
from archive.reader import captured_message, read_record
from archive.record import Record
from archive.timestamps import parse_warc_date, timestamp14
from crawler.rebuild.bodies import Bodies, Name, Place, Sort, moment_of
from crawler.rebuild.exchanges import Answer, OnProblem, StoredExchange, ties
from crawler.rebuild.files import standing
from crawler.settings import DOWNLOAD_MAXSIZE


class ForeignRecords:
    """Takes the records of a file that no crawl of ours wrote."""

    def __init__(self, run: str, in_scope: Callable[[str], bool], bodies: Bodies, on_problem: OnProblem) -> None:
        self._run = run
        self._in_scope = in_scope
        self._bodies = bodies
        self._on_problem = on_problem
        self._waiting: StoredExchange | None = None
        self._tied: set[str] = set()
        """Ids of the waiting record and of those that it names."""
        self._not_asked: set[str] = set()
        """Ids of requests by another method than GET, and of the records that they name."""

    def take(self, record: Record) -> None:
        """Take the next record; an exchange is whole when the next one begins, for requests come before or after."""
        if record.type == "request":
            self._take_request(record)
        elif record.type in ("response", "revisit") and _is_http(record) and self._in_scope(record.target_uri or ""):
            self._tied = {record.record_id, *ties(record)}
            self._waiting = self._exchange(record)

    def end(self) -> StoredExchange | None:
        """Return the exchange under way, unless it answers another method than GET."""
        waiting, self._waiting = self._waiting, None
        is_asked = self._not_asked.isdisjoint(self._tied)
        self._tied = set()
        return waiting if is_asked else None

    def _take_request(self, record: Record) -> None:
        head, _ = captured_message(record)
        if not head.start_line.startswith(b"GET "):
            self._not_asked |= {record.record_id, *ties(record)}

    def _exchange(self, record: Record) -> StoredExchange | None:
        body_at = self._place_of(record)
        answer = self._answer(record, body_at)
        if answer is None or answer.length == 0:  # of several in one gzip member, which is told: it cannot be found
            return None
        original = body_at.record_id if body_at is not None else _name_of_original(record)
        return StoredExchange(
            capture=answer.capture(),
            url=record.target_uri or "",
            run=self._run,
            max_size=DOWNLOAD_MAXSIZE,
            hop=None,
            head=answer.head,
            robots_txt=None,
            robots_txt_disallows=None,
            truncated=answer.truncated,
            date=record.date,
            refers_to=original if record.type == "revisit" else None,
            original=original,
            body_at=body_at,
        )

    def _answer(self, record: Record, body_at: Place | None) -> Answer | None:
        """Return the answer; None, and a word about it, for a record that lacks what makes it one."""
        head, sum_of_body = _read(record, body_at)
        missing = None
        if not record.record_id:
            missing = "no WARC-Record-ID"
        elif head is None or head.status is None:
            missing = "no HTTP status"
        if head is None or missing is not None:
            self._on_problem(
                RecordError(record.path, record.offset, f"the {record.type} has {missing}: it is left out")
            )
            return None
        return Answer(record=record, head=head, length=record.length, digest=sum_of_body)

    def _place_of(self, record: Record) -> Place | None:
        """Return where the payload lies: in the record itself, or in the one that it repeats."""
        if record.type == "response":
            return Place(record.path, record.offset, record.record_id)
        said = field_of(record.headers, "WARC-Payload-Digest") or ""
        moment = _moment(record.refers_to_target_uri, record.refers_to_date)
        return self._bodies.find([Name(Sort.RECORD_ID, record.refers_to), moment, Name(Sort.DIGEST, said)])


def _is_http(record: Record) -> bool:
    return (record.target_uri or "").lower().startswith(("http:", "https:"))


def _moment(url: str | None, date: str) -> Name:
    return moment_of(url, timestamp14(parse_warc_date(date)) if date else "")


def _name_of_original(record: Record) -> str:
    url, date = record.refers_to_target_uri, record.refers_to_date
    return record.refers_to or f"{url or record.target_uri} of {date or 'an earlier time'}"


def _read(record: Record, body_at: Place | None) -> tuple[Head | None, str]:
    """Return head and payload digest; a revisit without a head of its own has that of the record it repeats."""
    in_header = field_of(record.headers, "WARC-Payload-Digest") or ""
    if record.type == "response" or record.content_length:
        head, body = captured_message(record)
        # Most crawlers hash a chunked body with its framing, against the standard (iipc/warc-specifications#22).
        is_plain = in_header and not is_chunked(head)
        return head, in_header if is_plain or record.type == "revisit" else digest(_algorithm_of(in_header), body)
    if body_at is None:
        return None, in_header
    with read_record(standing(body_at.path), body_at.offset) as original:
        return captured_message(original)[0], in_header


def _algorithm_of(labelled: str) -> str:
    label = labelled.partition(":")[0].lower()
    return label if label in ALGORITHMS else ALGORITHMS[0]
