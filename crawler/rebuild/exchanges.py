"""An exchange as WARC files hold it; its body stays where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from archive.errors import RecordError
from archive.message import Head
from archive.model import Capture
from archive.model import field as field_of
from archive.reader import read_fields
from archive.record import Record
from archive.takedown import Removal, Takedown, read_takedown
from archive.timestamps import parse_warc_date, timestamp14
from crawler.items import Hop
from crawler.rebuild.bodies import Bodies, Name, Place, Sort, moment_of
from crawler.rebuild.files import final_name, imported_run

_NO_HEAD = Head(start_line=b"", fields=(), size=0, is_whole=True)

OnProblem = Callable[[RecordError], None]
"""Is told of each place that could not be read, or belongs to no whole exchange; the walk goes on behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExchange:
    """A response or revisit record, and what stands beside it."""

    capture: Capture
    url: str
    run: str
    max_size: int
    """Bytes of a body, coded or not, that its crawl read at the most."""
    hop: Hop | None
    """How it was come by; None for what no crawl of ours captured."""
    head: Head
    robots_txt: str | None
    robots_txt_disallows: str | None
    truncated: str | None
    """Why the response was cut; None when it came whole, as every response of a revisit did."""
    date: str
    """WARC-Date, to the letter."""
    refers_to: str | None
    """Id of the record that a revisit refers to; None for a response."""
    original: str
    """Id of the record whose payload this is: its own, or the one that the revisit refers to."""
    body_at: Place | None
    """Where that record lies; None when no earlier file or place holds it."""
    takedown: Removal | Takedown | None = None
    """What a takedown's record says, which stands there instead of an exchange; None for an exchange."""

    @property
    def is_page(self) -> bool:
        """Whether it was asked to be read as a page: no requisite and no source."""
        return self.hop is None or self.hop.is_page

    @property
    def is_imported(self) -> bool:
        """Whether it came into its collection with a file from elsewhere, whoever wrote that."""
        return imported_run(self.capture.warc) is not None


class RecordTaker(Protocol):
    """Puts the records of one file together to exchanges."""

    def take(self, record: Record) -> StoredExchange | None:
        """Take the next record, and return the exchange that it is the last one of."""

    def end(self) -> StoredExchange | None:
        """Let go of the exchange under way: another begins, or the file ends; return it when it is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response or revisit record, read to its end."""

    record: Record
    head: Head
    length: int
    digest: str
    """Payload digest that the record's fields, or its bytes, give; empty where neither does."""

    def capture(self, digest: str | None = None) -> Capture:
        """Return where it lies; `digest` when another place tells the payload's better."""
        record = self.record
        return Capture(
            warc=final_name(record.path),
            offset=record.offset,
            length=self.length,
            record_id=record.record_id,
            timestamp=timestamp14(parse_warc_date(record.date)),
            payload_digest=digest or self.digest,
            http_status=self.head.status or 0,
        )

    @property
    def truncated(self) -> str | None:
        """WARC-Truncated of a response; a revisit has it for the body that was left out."""
        return field_of(self.record.headers, "WARC-Truncated") if self.record.type == "response" else None


def ties(record: Record) -> list[str]:
    """Return the ids of the records that the record was made together with."""
    return [value.strip("<>") for name, value in record.headers if name.lower() == "warc-concurrent-to"]


def taken_down(record: Record, run: str) -> StoredExchange:
    """Return what a record says that a takedown left."""
    fields = read_fields(record)
    found = read_takedown(record.headers, fields)
    capture = Capture(
        warc=final_name(record.path),
        offset=record.offset,
        length=record.length,
        record_id=record.record_id,
        timestamp=timestamp14(parse_warc_date(record.date)),
        payload_digest=field_of(record.headers, "WARC-Block-Digest") or "",
        http_status=0,
    )
    return StoredExchange(
        capture=capture,
        url=record.target_uri or "",
        run=run,
        max_size=0,
        hop=Hop.from_fields(fields),
        head=_NO_HEAD,
        robots_txt=None,
        robots_txt_disallows=None,
        truncated=None,
        date=record.date,
        refers_to=None,
        original=record.record_id,
        body_at=None,
        takedown=found,
    )


def note_body(bodies: Bodies, exchange: StoredExchange) -> None:
    """Let the payload of a response be found by each name that a later revisit may give it."""
    capture = exchange.capture
    if exchange.body_at is not None and exchange.body_at.record_id == capture.record_id:
        moment = moment_of(exchange.url, capture.timestamp)
        names = [Name(Sort.RECORD_ID, capture.record_id), moment, Name(Sort.DIGEST, capture.payload_digest)]
        bodies.note(exchange.body_at, names)
