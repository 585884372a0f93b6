"""A file that only grows at its end, can be cut back, and takes its final name when it is whole."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Protocol, Self

from isal import isal_zlib

from archive.errors import CollectionError
from archive.model import Member

OPEN = ".open"
"""What follows the name of a file while it is written."""

_SERIAL = re.compile(r"-(\d{5,})\.warc\.gz(?:\.open)?", re.ASCII)

_fdatasync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync
_GZIP = 31


@dataclass(slots=True)
class OpenFile:
    """A file under `NAME.open`; unbuffered, so that a full disk is met here and not at some later flush."""

    folder: Path
    name: str
    """The final name."""
    _raw: FileIO
    length: int = 0

    @classmethod
    def create(cls, folder: Path, name: str) -> Self:
        """Make a file that did not exist before."""
        _refuse_existing(folder / name)
        try:
            raw = FileIO(folder / (name + OPEN), "xb")
        except FileExistsError as error:
            raise CollectionError(folder / (name + OPEN), "exists already, expected a new name") from error
        sync_folder(folder)
        return cls(folder, name, raw)

    def append(self, piece: bytes) -> None:
        """Write all the bytes; what stands after an OSError is for `cut_back`."""
        left = memoryview(piece)
        while left:
            left = left[self._raw.write(left) :]
        self.length += len(piece)

    def cut_back(self, length: int) -> None:
        """Keep the first `length` bytes and go on there."""
        os.ftruncate(self._raw.fileno(), length)
        self._raw.seek(length)
        self.length = length

    def sync(self) -> None:
        """Return once the bytes survive a power cut."""
        _fdatasync(self._raw.fileno())

    def finish(self) -> None:
        """Sync, close, and give the file its final name, never that of another."""
        os.fsync(self._raw.fileno())
        self._raw.close()
        _take_final_name(self.folder / (self.name + OPEN))

    def discard(self) -> None:
        """Remove the file."""
        self._raw.close()
        (self.folder / (self.name + OPEN)).unlink()


def finish_left(path: Path, length: int) -> Path | None:
    """Cut a file that a crash left, `.open` or not, to what was committed, and return its final path.

    Nothing remains of a file of which nothing was committed: then it is removed and None returned.
    """
    if length == 0:
        path.unlink()
        sync_folder(path.parent)
        return None
    if length > path.stat().st_size:
        raise CollectionError(path, f"is {path.stat().st_size} bytes long, expected at least {length}")
    with path.open("r+b") as file:
        file.truncate(length)
        os.fsync(file.fileno())
    return _take_final_name(path) if path.name.endswith(OPEN) else path


def serial_of(name: str) -> int:
    """Return the serial in a WARC's file name, `.open` or not: files are read in its order; 0 where there is none."""
    match = _SERIAL.search(name)
    return int(match[1]) if match else 0


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_final_name(path: Path) -> Path:
    final = path.with_name(path.name.removesuffix(OPEN))
    _refuse_existing(final)
    path.rename(final)
    sync_folder(path.parent)
    return final


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise CollectionError(path, "exists already, expected a new name")


class _Compressor(Protocol):
    def compress(self, piece: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


@dataclass(slots=True)
class GzipMember:
    """One gzip member at the end of a file: a stream to write a record to, then `flush` ends it.

    Levels 0 to 3 are python-isal's (3 takes a tenth of the time of zlib's 9), 4 to 9 zlib's. Neither puts a time or a
    name into the header, so the same record gives the same bytes.
    """

    file: OpenFile
    level: int
    _offset: int = field(init=False)
    _compressor: _Compressor = field(init=False)
    _sha256: hashlib._Hash = field(init=False)
    _leaf: hashlib._Hash = field(init=False)

    def __post_init__(self) -> None:
        self._offset = self.file.length
        self._sha256, self._leaf = hashlib.sha256(), hashlib.sha256()
        maker = isal_zlib if self.level <= isal_zlib.ISAL_BEST_COMPRESSION else zlib
        self._compressor = maker.compressobj(self.level, zlib.DEFLATED, _GZIP)

    def write(self, piece: bytes) -> None:
        """Append the piece, compressed."""
        self._leaf.update(piece)
        self._append(self._compressor.compress(piece))

    def flush(self) -> None:
        """End the member."""
        self._append(self._compressor.flush())

    def written(self) -> Member:
        """Return where the member lies."""
        return Member(
            offset=self._offset,
            length=self.file.length - self._offset,
            sha256=self._sha256.hexdigest(),
            leaf=self._leaf.hexdigest(),
        )

    def _append(self, compressed: bytes) -> None:
        if compressed:
            self._sha256.update(compressed)
            self.file.append(compressed)
