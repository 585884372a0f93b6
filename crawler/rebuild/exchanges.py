"""The exchanges that a collection's WARCs hold, in the order of their captures; bodies stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.collection import Collection
from archive.errors import MessageError, RecordError, TimestampError
from archive.message import Head
from archive.model import IDENTICAL, Capture, Fields
from archive.model import field as field_of
from archive.reader import captured_message, read_fields, scan
from archive.record import Record
from archive.timestamps import parse_warc_date, timestamp14
from crawler.items import Hop
from crawler.settings import DOWNLOAD_MAXSIZE

OnProblem = Callable[[RecordError], None]
"""Is told of each place that could not be read, or belongs to no whole exchange; the walk goes on behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExchange:
    """A response or revisit record, and what the metadata record beside it says."""

    capture: Capture
    url: str
    run: str
    max_size: int
    """Bytes of a body, coded or not, that its crawl read at the most."""
    hop: Hop
    head: Head
    robots_txt: str | None
    truncated: str | None
    """Why the response was cut; None when it came whole, as every response of a revisit did."""
    date: str
    """WARC-Date, to the letter."""
    refers_to: str | None
    """Id of the record that a revisit refers to; None for a response."""
    original: str
    """Id of the record whose payload this is: its own, or the one that the revisit refers to."""
    body_at: tuple[Path, int] | None
    """File and offset of that record; None when no earlier file or place holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Response:
    """A response or revisit record whose metadata record is yet to come."""

    record: Record
    """Read to its end."""
    head: Head
    length: int


@dataclass(slots=True)
class Walk:
    """One walk over a collection's WARCs."""

    collection: Collection
    on_problem: OnProblem
    files: Mapping[str, int] | None = None
    """Name in the collection (`archive/…`, never `.open`) -> committed length; None to read every WARC, whole."""
    _bodies: dict[str, tuple[Path, int]] = field(default_factory=dict)
    """Record id -> file and offset of every whole response seen."""
    _run: str = ""
    _max_size: int = DOWNLOAD_MAXSIZE
    _waiting: _Response | None = None

    def exchanges(self) -> Iterator[StoredExchange]:
        """Yield each whole exchange that has a seed; robots.txt has none."""
        for path in self.collection.warcs():
            self._run = ""
            for record in self._records(path):
                found = self._take(record)
                if found is not None:
                    yield found
            self._drop_waiting()

    def _records(self, path: Path) -> Iterator[Record]:
        """Yield the records of a file that are readable to their end, up to the committed length."""
        limit = None if self.files is None else self.files.get(f"archive/{_final_name(path)}", 0)
        if limit == 0:
            return
        for found in scan(standing(path)):
            if limit is not None and found.offset >= limit:
                return
            if isinstance(found, RecordError):
                self.on_problem(found)
            else:
                yield found

    def _take(self, record: Record) -> StoredExchange | None:
        """Take a record in, and return the exchange that it is the last one of."""
        # A damaged record is told by the next step of the scan, which meets the error again.
        try:
            if record.type == "warcinfo":
                self._take_warcinfo(read_fields(record))
            elif record.type in ("response", "revisit"):
                self._take_response(record)
            elif record.type == "metadata":
                return self._finish(read_fields(record), _ties(record))
        except RecordError:
            pass
        except (MessageError, TimestampError) as error:
            self.on_problem(RecordError(record.path, record.offset, str(error)))
        return None

    def _take_response(self, record: Record) -> None:
        self._drop_waiting()
        head, _ = captured_message(record)
        self._waiting = _Response(record=record, head=head, length=record.length)
        if record.type == "response":
            self._bodies[record.record_id] = (record.path, record.offset)

    def _drop_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            place = waiting.record
            self.on_problem(
                RecordError(place.path, place.offset, f"the {place.type} has no metadata record: it is left out")
            )

    def _finish(self, metadata: Fields, ties: list[str]) -> StoredExchange | None:
        """Return the exchange that the metadata belongs to; None for a fetch without response, or without seed."""
        waiting = self._waiting
        if waiting is None or waiting.record.record_id not in ties:
            return None
        self._waiting = None
        hop = Hop.from_fields(metadata)
        return None if hop is None else self._exchange(waiting, metadata, hop)

    def _take_warcinfo(self, fields: Fields) -> None:
        self._run = field_of(fields, "run") or ""
        size = field_of(fields, "maxBodySize") or ""
        self._max_size = int(size) if size.isascii() and size.isdigit() else DOWNLOAD_MAXSIZE

    def _exchange(self, response: _Response, metadata: Fields, hop: Hop) -> StoredExchange:
        record = response.record
        original = _original_of(record)
        return StoredExchange(
            capture=_capture(response, metadata),
            url=record.target_uri or "",
            run=self._run,
            max_size=self._max_size,
            hop=hop,
            head=response.head,
            robots_txt=field_of(metadata, "robotsTxt"),
            truncated=field_of(record.headers, "WARC-Truncated") if record.type == "response" else None,
            date=record.date,
            refers_to=record.refers_to if record.type == "revisit" else None,
            original=original,
            body_at=self._bodies.get(original),
        )


def _original_of(record: Record) -> str:
    """Return the id of the record that holds a response's payload."""
    is_copy = record.type == "revisit" and record.profile == IDENTICAL
    return record.refers_to if is_copy else record.record_id


def standing(path: Path) -> Path:
    """Return the path, or its final name when the file was closed in the meantime."""
    return path if path.exists() else path.with_name(_final_name(path))


def _final_name(path: Path) -> str:
    return path.name.removesuffix(".open")


def _ties(record: Record) -> list[str]:
    """Return the ids of the records that the record was made together with."""
    return [value.strip("<>") for name, value in record.headers if name.lower() == "warc-concurrent-to"]


def _capture(response: _Response, metadata: Fields) -> Capture:
    record = response.record
    in_header = field_of(record.headers, "WARC-Payload-Digest")
    return Capture(
        warc=_final_name(record.path),
        offset=record.offset,
        length=response.length,
        record_id=record.record_id,
        timestamp=timestamp14(parse_warc_date(record.date)),
        payload_digest=field_of(metadata, "payloadDigest") or in_header or "",
        http_status=response.head.status or 0,
    )
