"""WARC files written anew beside the old ones: where records are taken out, what stands for them fills their bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from archive.errors import CollectionError, RecordError
from archive.model import Member
from archive.model import field as field_of
from archive.padding import padded_member
from archive.reader import read_fields, read_record, scan
from archive.records import RecordMaker, rewound
from archive.takedown import FIELD, Removal, counted_leaves, read_takedown
from archive.writer import framed
from crawler.ledger.evidence import KnownStretch

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Records that stand next to each other and are taken out together."""

    offset: int
    length: int
    capture: str
    """Record id of the capture that they are of."""
    target: str
    """Its address."""
    warcinfo: str
    """Id of the warcinfo record that they name; empty where they name none."""
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    offset: int
    length: int
    record_id: str
    concurrent_to: tuple[str, ...]
    warcinfo: str
    target: str


def find_stretches(path: Path, captures: Mapping[str, str], members: Sequence[KnownStretch]) -> list[Stretch]:
    """Return where the records of those captures stand, with all that are tied to them.

    `captures` maps record ids to addresses. Raises RecordError for a file that is damaged.
    """
    seen = list(_read(path))
    owners = dict(zip(captures, captures, strict=True))
    for record in seen:
        if record.record_id in captures:
            owners |= {other: record.record_id for other in record.concurrent_to if other not in captures}
    for record in seen:
        owner = next((one for one in record.concurrent_to if one in captures), None)
        if owner is not None:
            owners.setdefault(record.record_id, owner)
    leaves = {member.offset: member.leaf for member in members}
    return list(_group(seen, owners, captures, leaves))


def _read(path: Path) -> Iterator[_Seen]:
    for found in scan(path):
        if isinstance(found, RecordError):
            raise found
        warcinfo = (field_of(found.headers, "WARC-Warcinfo-ID") or "").strip("<>")
        place = (found.offset, found.length, found.record_id, found.concurrent_to)
        yield _Seen(*place, warcinfo, found.target_uri or "")


def _group(
    seen: Sequence[_Seen], owners: Mapping[str, str], captures: Mapping[str, str], leaves: Mapping[int, bytes | None]
) -> Iterator[Stretch]:
    for owner, run in groupby(seen, key=lambda record: owners.get(record.record_id)):
        if owner is None:
            continue
        records = list(run)
        found = [leaves.get(record.offset) for record in records]
        yield Stretch(
            offset=records[0].offset,
            length=sum(record.length for record in records),
            capture=owner,
            target=captures[owner],
            warcinfo=records[0].warcinfo,
            leaves=tuple(leaf.hex() for leaf in found if leaf is not None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What stands in the place of a stretch."""

    member: Member
    """Its leaf is that by which it counts; see `archive.takedown`."""
    leaf: str
    """Hex, of the record itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriter:
    """Writes files anew for one takedown."""

    at: datetime
    new_id: Callable[[], str]

    def rewrite(self, source: Path, target: Path, removals: Sequence[tuple[Stretch, Removal]]) -> list[Replaced]:
        """Write a file with removals in the place of stretches, read it back, and return what stands there now.

        Every other byte is where it was. Raises CollectionError for a stretch that is too short.
        """
        made = [(stretch, self._member(source, stretch, removal)) for stretch, removal in removals]
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as old, target.open("wb") as new:
            for stretch, content in made:
                _copy(old, new, stretch.offset)
                new.write(content)
                old.seek(stretch.offset + stretch.length)
            _copy(old, new, None)
            new.flush()
            os.fsync(new.fileno())
        _check_rest(source, target, [stretch for stretch, _ in made])
        return [_read_back(target, stretch, removal) for stretch, removal in removals]

    def _member(self, path: Path, stretch: Stretch, removal: Removal) -> bytes:
        maker = RecordMaker(warcinfo_id=stretch.warcinfo, new_id=self.new_id, algorithm="sha256")
        extra = ((FIELD, f"<{removal.takedown}>"),)
        record = maker.metadata(self._record_id(removal), self.at, stretch.target, extra, removal.fields())
        whole = tuple(pair for pair in record.fields if pair != ("WARC-Warcinfo-ID", "<>"))
        # What others wrote may be so short that only what must be said has room.
        slim = tuple(pair for pair in whole if pair[0] != "WARC-Block-Digest")
        for fields in (whole, slim):
            member = padded_member(framed(replace(record, fields=fields, block=rewound(record.block))), stretch.length)
            if member is not None:
                return member
        sentence = f"the {stretch.length} bytes at byte {stretch.offset} have no room for a record of what stood there"
        raise CollectionError(path, f"{sentence}: {stretch.target} cannot be taken out of it")

    def _record_id(self, removal: Removal) -> str:
        """Return a new id; one that differs little from the takedown's takes little room beside it."""
        return f"{removal.takedown[:-12]}{self.new_id()[-12:]}"


def _copy(old: BinaryIO, new: BinaryIO, end: int | None) -> None:
    """Copy up to that offset of the old file, or to its end."""
    while piece := old.read(_PIECE if end is None else min(_PIECE, end - old.tell())):
        new.write(piece)


def _check_rest(source: Path, target: Path, stretches: Sequence[Stretch]) -> None:
    """Raise CollectionError unless both files are the same but for those stretches."""
    with source.open("rb") as old, target.open("rb") as new:
        for stretch in stretches:
            _compare(old, new, target, stretch.offset)
            old.seek(stretch.offset + stretch.length)
            new.seek(stretch.offset + stretch.length)
        _compare(old, new, target, None)


def _compare(old: BinaryIO, new: BinaryIO, path: Path, end: int | None) -> None:
    while True:
        size = _PIECE if end is None else min(_PIECE, end - old.tell())
        left, right = old.read(size), new.read(size)
        if left != right:
            raise CollectionError(path, "was read back and is not what was written: the disk is at fault")
        if not left:
            return


def _read_back(path: Path, stretch: Stretch, removal: Removal) -> Replaced:
    """Return what stands in a stretch; raise CollectionError when it is not the removal."""
    with read_record(path, stretch.offset) as record:
        head = record.head
        block = record.read_block()
        length, tail = record.length, record.tail
    with read_record(path, stretch.offset) as again:
        fields = read_fields(again)
    if length != stretch.length or read_takedown(record.headers, fields) != removal:
        raise CollectionError(path, "was read back and is not what was written: the disk is at fault")
    own = hashlib.sha256(head + block + tail).hexdigest()
    with path.open("rb") as stream:
        stream.seek(stretch.offset)
        compressed = stream.read(length)
    counted = counted_leaves(record.headers, fields, "")
    sha256 = hashlib.sha256(compressed).hexdigest()
    return Replaced(member=Member(offset=stretch.offset, length=length, sha256=sha256, leaf=counted), leaf=own)
