"""What the WARC files are made of: where their whole exchanges end, and the fetches that got no answer."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.collection import Collection
from archive.errors import RecordError
from archive.model import Member
from archive.model import field as field_of
from archive.openfile import OPEN
from archive.reader import read_fields, read_record, scan
from archive.record import Record
from archive.takedown import counted_leaves, is_of_takedown
from crawler.frontier.backend import failed_state
from crawler.items import Hop
from crawler.rebuild.files import imported_run

_GZIP = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A fetch that got no answer, or not the whole of one."""

    url: str
    state: str
    hop: Hop
    at: tuple[int, int]
    """Number of the file and offset in it."""
    date: str
    """WARC-Date."""


@dataclass(slots=True)
class Inventory:
    """The members and failures of a collection's WARC files."""

    members: dict[str, list[Member]] = field(default_factory=dict)
    """File name, never `.open` -> its members, up to the end of its last whole exchange."""
    runs: dict[str, str] = field(default_factory=dict)
    """File name, never `.open` -> the run that wrote it."""
    failures: dict[str, Failure] = field(default_factory=dict)
    """Address -> its last failure."""

    def lengths(self) -> dict[str, int]:
        """Return the bytes of each file that are whole exchanges, by its name in the collection."""
        ends = {name: members[-1] for name, members in self.members.items()}
        return {f"archive/{name}": end.offset + end.length for name, end in ends.items()}


def take_inventory(collection: Collection) -> Inventory:
    """Walk over every WARC file; what is damaged is told by the walk over the exchanges."""
    inventory = Inventory()
    for number, path in enumerate(collection.warcs()):
        name = path.name.removesuffix(OPEN)
        run = imported_run(name)
        members = _of_crawl(inventory, number, path) if run is None else [_member(path, one) for one in _readable(path)]
        if members:
            inventory.members[name] = members
        if run is not None:
            inventory.runs[name] = run
    return inventory


def _of_crawl(inventory: Inventory, number: int, path: Path) -> list[Member]:
    """Return the members of a file that a crawl wrote, up to the end of its last whole exchange."""
    members, whole = [], 0
    for record in _readable(path):
        if record.type == "warcinfo":
            inventory.runs[path.name.removesuffix(OPEN)] = field_of(read_fields(record), "run") or ""
        failure = _failure(record, number)
        if failure is not None:
            inventory.failures[failure.url] = failure
        members.append(_member(path, record))
        whole = len(members) if record.type == "metadata" else whole
    return members[:whole]


def _readable(path: Path) -> Iterator[Record]:
    """Yield the records of a file that are whole; of a metadata record, its block is left to read."""
    for found in scan(path):
        if isinstance(found, RecordError):
            continue
        try:
            with read_record(path, found.offset) as again:
                again.finish()
        except RecordError:  # met once more by the next step of the scan
            continue
        yield found


def _failure(record: Record, number: int) -> Failure | None:
    if record.type != "metadata":
        return None
    fields = read_fields(record)
    cause, hop = field_of(fields, "fetchError"), Hop.from_fields(fields)
    if cause is None or hop is None:
        return None
    at = (number, record.offset)
    return Failure(url=record.target_uri or "", state=failed_state(hop, cause), hop=hop, at=at, date=record.date)


def _member(path: Path, record: Record) -> Member:
    with path.open("rb") as stream:
        stream.seek(record.offset)
        compressed = stream.read(record.length)
    leaf = hashlib.sha256(zlib.decompress(compressed, wbits=_GZIP)).hexdigest()
    if is_of_takedown(record.headers):
        with read_record(path, record.offset) as again:
            leaf = counted_leaves(record.headers, read_fields(again), leaf)
    return Member(
        offset=record.offset,
        length=record.length,
        sha256=hashlib.sha256(compressed).hexdigest(),
        leaf=leaf,
    )
