"""Appends exchanges to WARC files: one gzip member a record, `.open` until closed, nothing half-written left behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Self

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BaseWARCWriter

from archive.model import Capture, Exchange, FailedFetch, Fields, Member, Stored
from archive.model import field as field_of
from archive.openfile import GzipMember, OpenFile, serial_of
from archive.records import NewRecord, RecordMaker, chain_uri
from archive.timestamps import timestamp14, warc_date

_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


def next_serial(folder: Path) -> int:
    """Return the serial after the highest in the folder's file names; 1 where there is none."""
    return 1 + max((serial_of(path.name) for path in folder.glob("*.warc.gz*")), default=0)


@dataclass(slots=True)
class WarcWriter:
    """Appends exchanges to the WARC files of a folder; one writer a folder.

    A file is made with the first exchange, and rotated when it holds `max_size` bytes before an exchange. When a write
    fails, the file is cut back to where the exchange began, and the OSError goes on to the caller.
    """

    folder: Path
    _: KW_ONLY
    prefix: str
    serial: int
    """Of the current file, or of the next one while there is none."""
    warcinfo: Fields
    """What follows software, format and conformsTo in each warcinfo record; its own `software` wins."""
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    """Gives `urn:uuid:…`, never the same twice."""
    level: int = 3
    """Of compression, see `GzipMember`."""
    algorithm: str = "sha256"
    max_size: int = 1_000_000_000
    _current: _Current | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(f"prefix is {self.prefix!r}, expected letters, digits, '.', '_' and '-'")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def length(self) -> int:
        """Bytes in the current file, 0 while there is none."""
        return self._current.file.length if self._current else 0

    @property
    def warc(self) -> str | None:
        """Final name of the current file, None while there is none."""
        return self._current.file.name if self._current else None

    def write(self, exchange: Exchange, *, payload_digest: str | None = None) -> Stored:
        """Append an exchange's records and say where they lie; nothing is synced.

        A payload digest that `payload_digest_of` told is not computed again. May raise RevisitError.
        """
        current = self._ready()
        with current.whole_or_nothing():
            members = current.append_chain(exchange)
            records, facts = current.maker.exchange(exchange, payload_digest)
            first = len(members)
            members += [current.append(record) for record in records]
        if facts is None:
            return self._stored(current, exchange.began, members, None)
        response = members[first]
        capture = Capture(
            warc=current.file.name,
            offset=response.offset,
            length=response.length,
            record_id=records[0].record_id,
            timestamp=timestamp14(exchange.began),
            payload_digest=facts.payload_digest,
            http_status=facts.status,
        )
        return self._stored(current, exchange.began, members, capture)

    def write_failure(self, failed: FailedFetch) -> Stored:
        """Append the metadata record of a fetch that ended before a request."""
        current = self._ready()
        with current.whole_or_nothing():
            member = current.append(current.maker.failure(failed))
        return self._stored(current, failed.began, [member], None)

    def write_metadata(self, record_id: str, at: datetime, target: str, extra: Fields, fields: Fields) -> list[Member]:
        """Append a metadata record that is of no exchange; return it, behind the warcinfo where that was new."""
        current = self._ready()
        is_first = current.opening is not None and current.file.length == current.opening.length
        with current.whole_or_nothing():
            member = current.append(current.maker.metadata(record_id, at, target, extra, fields))
        return [current.opening, member] if is_first and current.opening else [member]

    def sync(self) -> None:
        """Make what was written survive a power cut."""
        if self._current:
            self._current.file.sync()

    def cut_back(self, length: int) -> None:
        """Keep the first `length` bytes of the current file, a member's end, and go on there."""
        if not 0 < length <= self.length:
            raise ValueError(f"cannot cut {self.length} bytes back to {length}")
        if self._current:
            self._current.cut_back(length)

    def abandon(self) -> None:
        """Remove the current file."""
        current, self._current = self._current, None
        if current is not None:
            current.file.discard()

    def close(self) -> None:
        """Finish the current file and give it its final name; one that holds no exchange is removed."""
        current, self._current = self._current, None
        if current is None:
            return
        if current.opening is not None and current.file.length == current.opening.length:
            current.file.discard()
            return
        current.file.finish()
        self.serial += 1

    def _ready(self) -> _Current:
        if self.length >= self.max_size:
            self.close()
        if self._current is None:
            self._current = self._start()
        return self._current

    def _start(self) -> _Current:
        at = self.now()
        name = f"{self.prefix}-{timestamp14(at)}-{self.serial:05d}.warc.gz"
        maker = RecordMaker(warcinfo_id=self.new_id(), new_id=self.new_id, algorithm=self.algorithm)
        current = _Current(OpenFile.create(self.folder, name), maker, self.level)
        try:
            current.opening = current.append(maker.warcinfo(at, name, _warcinfo_fields(self.warcinfo, self.serial)))
        except OSError:
            current.file.discard()
            raise
        return current

    def _stored(self, current: _Current, at: datetime, members: list[Member], capture: Capture | None) -> Stored:
        return Stored(
            capture=capture,
            warc=current.file.name,
            date=warc_date(at),
            serial=self.serial,
            offset=members[0].offset,
            members=tuple(members),
            opening=current.opening if current.opening and members[0].offset == current.opening.length else None,
        )


@dataclass(slots=True)
class _Current:
    """The file being written and what is known of it."""

    file: OpenFile
    maker: RecordMaker
    level: int
    opening: Member | None = None
    """The warcinfo record."""
    chains: dict[str, int] = field(default_factory=dict)
    """Address of each certificate chain that the file holds, and its record's offset."""

    def append(self, record: NewRecord) -> Member:
        """Write one record as one gzip member."""
        member = GzipMember(self.file, self.level)
        _Framer(gzip=False).write_record_to(member, record)
        return member.written()

    def append_chain(self, exchange: Exchange) -> list[Member]:
        """Write the exchange's certificate chain if the file does not hold it yet."""
        if not exchange.certificates:
            return []
        uri = chain_uri(exchange.certificates)
        if uri in self.chains:
            return []
        self.chains[uri] = self.file.length
        return [self.append(self.maker.chain(exchange.began, exchange.certificates))]

    def cut_back(self, length: int) -> None:
        """Drop what lies past `length`, the chains written there included."""
        self.file.cut_back(length)
        self.chains = {uri: offset for uri, offset in self.chains.items() if offset < length}

    @contextmanager
    def whole_or_nothing(self) -> Iterator[None]:
        """Cut the file back to here unless the block comes to its end."""
        start = self.file.length
        is_whole = False
        try:
            yield
            is_whole = True
        finally:
            if not is_whole:
                self.cut_back(start)


class _Framer(BaseWARCWriter):  # type: ignore[misc]
    """warcio's framing of a record, with the digests left as they were set."""

    def write_record_to(self, out: GzipMember | _Collected, record: NewRecord) -> None:
        headers = StatusAndHeaders("", list(record.fields), protocol="WARC/1.1")
        # http_headers=None: warcio would write a parsed head anew, and not always the same.
        # "response" whatever the type: of what it takes for a revisit, warcio would write no block.
        framed = ArcWarcRecord("warc", "response", headers, record.block, None, None, record.length)
        self._write_warc_record(out, framed)

    def ensure_digest(self, record: ArcWarcRecord, block: bool = True, payload: bool = True) -> None:
        """Add none: warcio would give metadata a payload digest, and hash chunk framing."""


class _Collected:
    """Bytes that are written to it, kept."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self.pieces.append(piece)

    def flush(self) -> None:
        """There is nothing to end."""


def framed(record: NewRecord) -> bytes:
    """Return a small record as it stands in a file, uncompressed."""
    collected = _Collected()
    _Framer(gzip=False).write_record_to(collected, record)
    return b"".join(collected.pieces)


def _warcinfo_fields(given: Fields, serial: int) -> Fields:
    own = (
        ("software", field_of(given, "software") or _software()),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
    )
    return (*own, *(pair for pair in given if pair[0].lower() != "software"), ("serial", str(serial)))


def _software() -> str:
    try:
        return f"brief-archive/{version('brief-archive')} warcio/{version('warcio')}"
    except PackageNotFoundError:
        return f"brief-archive warcio/{version('warcio')}"
