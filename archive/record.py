"""A record as it is read: its named fields at hand, its block a stream that is read forward, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from archive.errors import RecordError, TornTail
from archive.model import Fields
from archive.model import field as field_of
from archive.source import PIECE, MemberSource, Source


@dataclass(slots=True, kw_only=True, eq=False)
class Record:
    """One record of a WARC or ARC file."""

    path: Path
    offset: int
    """Where the record begins in the file, or the gzip member that holds it."""
    version: str
    """`WARC/1.1` and the like, or `ARC`; an ARC record's fields are those of the WARC record it would be."""
    headers: Fields
    """Named fields in order, as text."""
    head: bytes
    """Version line, named fields and blank line as they stand in the file; of an ARC record, its line or three."""
    content_length: int
    block: Block
    tail: bytes = b""
    """The line ends after the block, known once the record was read to its end; the standard wants CRLF CRLF."""
    _source: Source
    _begin: int
    """Where the record begins in the source."""
    _is_alone: bool
    """False when others stand before it in its gzip member."""
    _on_end: Callable[[], None] | None = field(default=None, init=False)
    _length: int | None = field(default=None, init=False)
    _type: str | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def type(self) -> str:
        """WARC-Type, empty when missing."""
        if self._type is None:
            self._type = field_of(self.headers, "WARC-Type") or ""
        return self._type

    @property
    def record_id(self) -> str:
        """WARC-Record-ID without angle brackets, empty when missing (as in every ARC)."""
        return (field_of(self.headers, "WARC-Record-ID") or "").strip("<>")

    @property
    def date(self) -> str:
        """WARC-Date as text, empty when missing."""
        return field_of(self.headers, "WARC-Date") or ""

    @property
    def target_uri(self) -> str | None:
        """WARC-Target-URI, without the brackets that some wgets put around it, blanks percent-encoded."""
        return self._uri("WARC-Target-URI")

    @property
    def profile(self) -> str:
        """WARC-Profile of a revisit less its address: `identical-payload-digest`, `server-not-modified`, or empty."""
        return (field_of(self.headers, "WARC-Profile") or "").strip("<>").rpartition("/")[2]

    @property
    def refers_to(self) -> str:
        """WARC-Refers-To without angle brackets: the original's record id; empty when missing."""
        return (field_of(self.headers, "WARC-Refers-To") or "").strip("<>")

    @property
    def refers_to_target_uri(self) -> str | None:
        """WARC-Refers-To-Target-URI as `target_uri` reads it: the original's address."""
        return self._uri("WARC-Refers-To-Target-URI")

    @property
    def refers_to_date(self) -> str:
        """WARC-Refers-To-Date as text: the original's WARC-Date; empty when missing."""
        return field_of(self.headers, "WARC-Refers-To-Date") or ""

    @property
    def concurrent_to(self) -> tuple[str, ...]:
        """Every WARC-Concurrent-To without angle brackets: ids of the records that were made together with it."""
        return tuple(value.strip("<>") for name, value in self.headers if name.lower() == "warc-concurrent-to")

    @property
    def is_compressed(self) -> bool:
        """Say whether it lies in a gzip member."""
        return isinstance(self._source, MemberSource)

    @property
    def length(self) -> int:
        """Length of the gzip member, or of the plain record with its line ends; 0 for one of several in a member.

        Asking reads to the record's end: what is left of the block is skipped.
        """
        self.finish()
        return self._length or 0

    def read_block(self) -> bytes:
        """Return what is left of the block, whole, in memory; raise when the record does not end as it should."""
        block = b"".join(iter(lambda: self.block.read(PIECE), b""))
        self.finish()
        return block

    def finish(self) -> None:
        """Skip to the record's end; raise TornTail or RecordError if that is not where it should be."""
        if self._length is not None:
            return
        while self.block.read(PIECE):
            pass
        self.tail = take_line_ends(self._source)
        self._length = self._measure()
        self.close()

    def call_at_end(self, close: Callable[[], None]) -> None:
        """Have something called when the record was read to its end, or is closed."""
        self._on_end = close

    def close(self) -> None:
        """Close what `read_record` opened; nothing for a record of an iteration."""
        if self._on_end:
            self._on_end()
            self._on_end = None

    def _uri(self, name: str) -> str | None:
        uri = field_of(self.headers, name)
        if uri is None:
            return None
        return (uri[1:-1] if uri.startswith("<") and uri.endswith(">") else uri).replace(" ", "%20")

    def _measure(self) -> int:
        if not isinstance(self._source, MemberSource):
            return self._source.position - self._begin
        if not self._is_alone or self._source.peek(1):
            return 0
        return self._source.drain() - self.offset


class Block:
    """The block as a stream that ends where Content-Length says."""

    def __init__(self, source: Source, length: int, *, cut: RecordError) -> None:
        self._source = source
        self._left = length
        self._cut = cut

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, or up to what is left when negative; raise when the file has no more."""
        return self._take(self._source.read, size)

    def readline(self, size: int = -1, /) -> bytes:
        """Return the bytes up to and with the next line feed, at most `size`."""
        return self._take(self._source.readline, size)

    def _take(self, take: Callable[[int], bytes], size: int) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        if wanted == 0:
            return b""
        taken = take(wanted)
        if not taken:
            raise self._cut
        self._left -= len(taken)
        return taken


def take_line_ends(source: Source) -> bytes:
    """Read past CR and LF; return the first few of them."""
    kept = b""
    while seen := source.peek(PIECE if kept else 8):
        count = len(seen) - len(seen.lstrip(b"\r\n"))
        if count:
            kept = (kept + source.read(count))[:8]
        if count < len(seen):
            break
    return kept


def cut_short(source: Source, path: Path, offset: int, sentence: str) -> RecordError:
    """Return the error for a source that ends too early: only a plain one ends where its file does."""
    if isinstance(source, MemberSource):
        return RecordError(path, offset, f"the gzip member ends {sentence}", code="record-cut")
    return TornTail(path, offset, f"the file ends {sentence}", code="record-torn")
