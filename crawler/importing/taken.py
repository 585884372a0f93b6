"""One file from elsewhere: checked to its end, copied, its records measured."""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from archive.errors import RecordError
from archive.model import Member
from archive.openfile import GzipMember, OpenFile
from archive.reader import read_fields, scan
from archive.record import Record
from archive.takedown import counted_leaves, is_of_takedown
from crawler.rebuild.files import check_warc

_PIECE = 1 << 16
_GZIP = 31
_LEVEL = 6
_SEVERAL = "gzip-several-records"
_LINE_ENDS = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """A file as it is kept."""

    original: str
    """Its name where it came from, without the folder."""
    name: str
    """In archive/."""
    sha256: str
    """Hex, of the original."""
    is_rewritten: bool
    """Whether it was written anew, one gzip member a record; each record's bytes are as they were."""
    members: list[Member]


def take_file(source: Path, folder: Path, name: str) -> TakenFile:
    """Copy a file under that name, synced, and measure the copy; raise RecordError for one that is not whole.

    A file that is not one gzip member a record, as every tool wants it, is written anew.
    """
    is_rewritten = not _is_member_each(source)
    if is_rewritten:
        members = list(_rewrite(source, folder, name))
    else:
        _copy(source, folder / name)
        members = list(_measure(folder / name))
    with source.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return TakenFile(original=source.name, name=name, sha256=sha256, is_rewritten=is_rewritten, members=members)


def _is_member_each(source: Path) -> bool:
    """Read the file to its end and return whether each record is a gzip member; raise RecordError for damage."""
    check_warc(source)
    with source.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    several = sum(found is _SEVERAL for found in _checked(source))
    return is_gzip and several == 0


def _checked(source: Path) -> Iterator[Record | str]:
    """Yield the records, and a word for members that hold several."""
    for found in scan(source):
        if not isinstance(found, RecordError):
            yield found
        elif found.code == _SEVERAL:
            yield _SEVERAL
        else:
            raise found


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("r+b") as stream:
        os.fsync(stream.fileno())


def _measure(path: Path) -> Iterator[Member]:
    """Yield the members of a file that has one a record."""
    with path.open("rb") as stream:
        for found in scan(path):
            if isinstance(found, RecordError):
                raise found
            fields = read_fields(found) if is_of_takedown(found.headers) else ()
            member = _member(stream, found.offset, found.length)
            yield replace(member, leaf=counted_leaves(found.headers, fields, member.leaf))


def _member(stream: BinaryIO, offset: int, length: int) -> Member:
    """Return the digests of a member, read in pieces."""
    stream.seek(offset)
    compressed, leaf = hashlib.sha256(), hashlib.sha256()
    decompressor = zlib.decompressobj(_GZIP)
    left = length
    while left and (piece := stream.read(min(_PIECE, left))):
        left -= len(piece)
        compressed.update(piece)
        while piece:
            leaf.update(decompressor.decompress(piece, _PIECE))
            piece = decompressor.unconsumed_tail
    leaf.update(decompressor.flush())
    return Member(offset=offset, length=length, sha256=compressed.hexdigest(), leaf=leaf.hexdigest())


def _rewrite(source: Path, folder: Path, name: str) -> Iterator[Member]:
    """Write every record as a gzip member of its own and yield the members."""
    target = OpenFile.create(folder, name)
    for found in _checked(source):
        if isinstance(found, str):
            continue
        member = GzipMember(target, _LEVEL)
        member.write(found.head)
        while piece := found.block.read(_PIECE):
            member.write(piece)
        # One or two records of some crawlers end otherwise; a reader of the copy is to find what the standard says.
        member.write(_LINE_ENDS)
        member.flush()
        yield member.written()
    target.finish()
