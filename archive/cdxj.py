"""The captures of a WARC file as an index knows them, and the CDXJ line of each.

Fields, their order and their spelling are cdxj-indexer's (CDXJ 0.1.0), which pywb and ReplayWeb.page read. Where this
differs from that tool, and why, stands in docs/formats.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive.digest import digest
from archive.errors import RecordError, TimestampError
from archive.message import Head, as_text, entity_after, parse_head, pieces
from archive.model import NOT_MODIFIED
from archive.model import field as field_of
from archive.openfile import OPEN
from archive.reader import read_fields, read_record, scan
from archive.record import Record
from archive.surt import surt
from archive.timestamps import parse_warc_date, timestamp14

REVISIT = "warc/revisit"
"""What a CDXJ line has in the place of a revisit's media type."""

_INDEXED = ("response", "revisit", "resource", "metadata")
_FIELDS = "application/warc-fields"
_AFTER_TYPE = re.compile(r"[;\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedCapture:
    """One capture: what it is of, where its record lies, and what it refers to."""

    key: str
    """The address as `surt` sorts it."""
    timestamp: str
    """When the capture began, UTC, 14 digits."""
    url: str
    """WARC-Target-URI."""
    mime: str | None
    """Media type as the server (or a resource's record) says, without parameters; `warc/revisit` for a revisit."""
    status: str | None
    """Status code; None where no HTTP response is stored."""
    digest: str | None
    """Payload digest, labelled; None for a foreign revisit that has none."""
    length: int
    """Of the gzip member, or of the plain record without the line ends behind it."""
    offset: int
    warc: str
    """Name of the file, the final one, without its folder."""
    record_id: str
    date: str
    """WARC-Date, to the letter."""
    type: str
    """WARC-Type: `response`, `revisit`, `resource` or `metadata`."""
    profile: str
    """Of a revisit, as `Record.profile` has it."""
    refers_to: str
    """Record id of a revisit's original; empty when not said, as the two that follow."""
    refers_to_url: str
    refers_to_date: str

    @property
    def is_replayed(self) -> bool:
        """Say whether it stands in the CDXJ.

        A 304 does not: pywb and wabac would answer with it, empty, and so hide the good capture before it.
        """
        return not (self.type == "revisit" and self.profile == NOT_MODIFIED)

    @property
    def line(self) -> str:
        """The CDXJ line, without its line end; ASCII, so that its order is that of its bytes."""
        fields = {
            "url": self.url,
            "mime": self.mime,
            "status": self.status,
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": self.warc,
        }
        said = {name: value for name, value in fields.items() if value is not None}
        return f"{self.key} {self.timestamp} {json.dumps(said)}"


def read_captures(path: Path, *, offset: int = 0, limit: int | None = None) -> Iterator[IndexedCapture | RecordError]:
    """Yield the captures of a WARC or ARC file and, as values, the problems between them.

    `offset` and `limit` are where an exchange begins and where one ends. What can't be had at an offset of its own (in
    a file that is one gzip member), or is damaged, is no capture.
    """
    waiting: IndexedCapture | None = None
    for found in scan(path, offset=offset):
        if limit is not None and found.offset >= limit:
            break
        if isinstance(found, RecordError):
            yield found
            continue
        try:
            waiting = _with_digest(waiting, found)
            capture = _capture(found)
        except RecordError:
            continue  # told by the scan's next step, which meets the error again
        except TimestampError as error:
            yield RecordError(path, found.offset, str(error))
            continue
        if capture is not None:
            yield from _settled(path, waiting)
            waiting = capture
    yield from _settled(path, waiting)


def _settled(path: Path, waiting: IndexedCapture | None) -> Iterator[IndexedCapture]:
    """Yield the capture, if any, its digest computed when no record says it."""
    if waiting is None:
        return
    if waiting.digest is None and waiting.type != "revisit":
        with read_record(path, waiting.offset) as record:
            waiting = replace(waiting, digest=_computed_digest(record, response_head(record)))
    yield waiting


def _with_digest(waiting: IndexedCapture | None, record: Record) -> IndexedCapture | None:
    """Return the capture with the payload digest that its metadata record has, when its own record has none."""
    if waiting is None or waiting.digest is not None or record.type != "metadata":
        return waiting
    if not _is_fields(record) or waiting.record_id not in record.concurrent_to:
        return waiting
    return replace(waiting, digest=field_of(read_fields(record), "payloadDigest"))


def _capture(record: Record) -> IndexedCapture | None:
    """Return what an index keeps of a record, the record read to its end; None for what is no capture."""
    url = record.target_uri
    if record.type not in _INDEXED or not url or _is_fields(record):
        return None
    head = response_head(record)
    labelled = field_of(record.headers, "WARC-Payload-Digest")
    if labelled is None and record.type != "revisit" and not record.concurrent_to:
        labelled = _computed_digest(record, head)  # no metadata record to come names it
    length = _length(record)
    if not length:
        return None  # one of several in a gzip member: the scan says so
    return IndexedCapture(
        key=surt(url),
        timestamp=timestamp14(parse_warc_date(record.date)),
        url=url,
        mime=_mime(record, head),
        status=f"{head.status:03}" if head and head.status is not None else None,
        digest=labelled,
        length=length,
        offset=record.offset,
        warc=record.path.name.removesuffix(OPEN),
        record_id=record.record_id,
        date=record.date,
        type=record.type,
        profile=record.profile,
        refers_to=record.refers_to,
        refers_to_url=record.refers_to_target_uri or "",
        refers_to_date=record.refers_to_date,
    )


def _length(record: Record) -> int:
    length = record.length
    return length if record.is_compressed else length - len(record.tail)


def _is_fields(record: Record) -> bool:
    return record.type in ("resource", "metadata") and _media_type(field_of(record.headers, "Content-Type")) == _FIELDS


def response_head(record: Record) -> Head | None:
    """Return the head of a stored HTTP response, the block left where its body begins."""
    is_http = (record.target_uri or "").lower().startswith(("http:", "https:"))
    if not is_http or record.type not in ("response", "revisit") or not record.content_length:
        return None
    return parse_head(record.block)


def _computed_digest(record: Record, head: Head | None) -> str:
    """Return the payload's sha1, as cdxj-indexer does, but over the entity (WARC 1.1 6.3.2), chunked or not."""
    return digest("sha1", pieces(record.block) if head is None else entity_after(head, record.block))


def _mime(record: Record, head: Head | None) -> str | None:
    if record.type == "revisit":
        return REVISIT
    if record.type != "response":
        return _media_type(field_of(record.headers, "Content-Type"))
    values = head.values("content-type") if head else []
    return _media_type(as_text(values[0])) if values else None


def _media_type(content_type: str | None) -> str | None:
    return None if content_type is None else _AFTER_TYPE.split(content_type, maxsplit=1)[0]
