"""What a check of the WARC files leaves behind for the other checks: the leaves of each run, and every capture."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from archive.digest import digest_value
from archive.errors import TimestampError
from archive.model import field as field_of
from archive.openfile import OPEN
from archive.problem import Problem
from archive.record import Record
from archive.takedown import counted_leaves, is_of_takedown
from archive.timestamps import parse_warc_date, timestamp14
from archive.verify import BlockFacts
from archive.verify.table import Table, key_of
from crawler.ledger.evidence import KnownStretch
from crawler.verify.codes import LEAF_DIFFERS
from crawler.verify.takedowns import Takedowns

_LEAF = 32


class Leaves:
    """The leaves of a run's records, in the order of the captures: 32 bytes each."""

    def __init__(self) -> None:
        self._content = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        return (bytes(self._content[at : at + _LEAF]) for at in range(0, len(self._content), _LEAF))

    def __iadd__(self, leaves: Iterable[bytes]) -> Leaves:
        self._content += b"".join(leaves)
        return self


class Captures:
    """Where every response and revisit lies and what lines say of it, in some 40 bytes each."""

    def __init__(self) -> None:
        self._table = Table(16)

    def add(self, record: Record, facts: BlockFacts) -> None:
        """Note a record; one that is no response, revisit or takedown's is left out."""
        is_left = is_of_takedown(record.headers)
        if not is_left and (record.type not in ("response", "revisit") or facts.head is None):
            return
        name = "WARC-Block-Digest" if is_left else "WARC-Payload-Digest"
        value = digest_value(field_of(record.headers, name) or "")
        digest = value if value and value[1] else facts.labelled_payload_digest
        summary = summary_of(
            length=record.length,
            record_id=record.record_id,
            timestamp=_timestamp(record),
            digest=digest,
            status=(facts.head.status or 0) if facts.head else 0,
        )
        self._table.add(_place(final_name(record.path), record.offset), summary)

    def get(self, warc: str, offset: int) -> bytes | None:
        """Return the summary of the capture at a place; None where there is none."""
        return self._table.get(_place(warc, offset))


class Watcher:
    """Sees every record while its file is checked."""

    def __init__(self) -> None:
        self.captures = Captures()
        self.records: dict[str, int] = {}
        """How many records each WARC holds, by its final name."""
        self.takedowns = Takedowns()
        self._offsets = array("Q")
        self._leaves = Leaves()
        self._removals: dict[int, bytes] = {}
        """Offset of what stands for records that were taken down -> their leaves."""

    def see(self, record: Record, facts: BlockFacts | None) -> None:
        """Take in a record; one that cannot be read has no leaf."""
        if facts is None:
            return
        self._offsets.append(record.offset)
        self._leaves += [bytes.fromhex(facts.leaf)]
        self.captures.add(record, facts)
        if is_of_takedown(record.headers):
            self.takedowns.add(record, facts)
            self._removals[record.offset] = bytes.fromhex(counted_leaves(record.headers, facts.fields, facts.leaf))

    def take_leaves(self, path: Path, members: Iterable[KnownStretch], leaves: Leaves) -> Iterator[Problem]:
        """Yield the records of the file just read whose leaf is not the ledger's; add those found to the run's."""
        found = dict(zip(self._offsets, self._leaves, strict=True))
        removals, self._removals = self._removals, {}
        self._offsets, self._leaves = array("Q"), Leaves()
        for member in members:
            leaf = found.get(member.offset)
            if leaf is None or member.leaf is None:
                continue  # damaged, or written by an older ledger, whose roots are over the others
            leaf = removals.get(member.offset, leaf)
            leaves += [leaf]
            if leaf != member.leaf:
                sentence = "the record here is not the one that was written"
                yield Problem(code=LEAF_DIFFERS, path=path, offset=member.offset, sentence=sentence)


def summary_of(
    *, length: int, record_id: str, timestamp: str, digest: tuple[str, bytes | None] | None, status: int
) -> bytes:
    """Return 16 bytes that stand for what a line says of its capture."""
    label, value = digest or ("", None)
    return key_of(str(length), record_id, timestamp, label, (value or b"").hex(), str(status))


def final_name(path: Path) -> str:
    """Return the name of a WARC once it is closed."""
    return path.name.removesuffix(OPEN)


def _place(warc: str, offset: int) -> bytes:
    return key_of(warc, str(offset))


def _timestamp(record: Record) -> str:
    try:
        return timestamp14(parse_warc_date(record.date))
    except TimestampError:
        return ""
