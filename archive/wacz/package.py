"""A WACZ while it is written: `FILE.wacz.new`, ours alone, until it is whole and takes its name."""

from __future__ import annotations

import fcntl
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from archive.errors import PackageError
from archive.openfile import sync_folder
from archive.wacz.manifest import Resource

NEW = ".new"
"""What follows the name of a package while it is written."""

_PIECE = 1024 * 1024
_OLDEST, _NEWEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # what a ZIP entry can say
_UNIX_FILE = 0o100644 << 16


class PackageFile:
    """Takes files one after the other, each hashed while it is copied; what was not finished is removed."""

    def __init__(self, target: Path, stamp: datetime, on_copied: Callable[[int], None] | None = None) -> None:
        """Begin; every entry is dated `stamp`. What a killed predecessor left is written over.

        `on_copied` is told the bytes of each piece that was copied.
        """
        self._target = target
        self._on_copied = on_copied
        self.path = target.with_name(target.name + NEW)
        self._date = min(max(stamp.timetuple()[:6], _OLDEST), _NEWEST)
        try:
            self._file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+b", _PIECE)
        except OSError as error:
            raise PackageError(self.path, f"cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise PackageError(self.path, "another process is writing it, expected to be the only one") from None
        self._file.truncate(0)
        self._zip = zipfile.ZipFile(self._file, "w")
        self.resources: list[Resource] = []
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._is_open:
            self._discard()

    def add_file(self, name: str, source: BinaryIO, length: int, *, is_stored: bool) -> None:
        """Copy that many bytes of the source into the package."""
        sha256 = hashlib.sha256()
        # The length is known, so ZIP64 is used when it must be and not sooner: wabac finds the bytes by the central
        # directory alone, and a local header that is longer than that one says leads it astray.
        entry = self._entry(name, is_stored=is_stored)
        with self._zip.open(entry, "w", force_zip64=length > zipfile.ZIP64_LIMIT) as copy:
            for piece in _pieces(source, length, name):
                sha256.update(piece)
                copy.write(piece)
                if self._on_copied:
                    self._on_copied(len(piece))
        self.resources.append(Resource(path=name, sha256=sha256.hexdigest(), length=length))

    def add_bytes(self, name: str, content: bytes) -> None:
        """Put a small file into the package."""
        self.add_file(name, BytesIO(content), len(content), is_stored=False)

    def sync(self) -> None:
        """End the ZIP; return once it survives a power cut, to be read back."""
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def finish(self) -> None:
        """Give the file its name, in the place of another that had it."""
        self.path.replace(self._target)
        sync_folder(self._target.absolute().parent)
        self._is_open = False
        self._file.close()

    def _discard(self) -> None:
        """Remove the file; on a full disk what is still buffered finds room once it is empty."""
        self._is_open = False
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._file.truncate(0)
        for stream in (self._zip, self._file):
            with suppress(OSError):
                stream.close()

    def _entry(self, name: str, *, is_stored: bool) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._date)
        entry.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
        entry.create_system, entry.external_attr = 3, _UNIX_FILE  # on every system the same bytes
        return entry


def _pieces(source: BinaryIO, length: int, name: str) -> Iterator[bytes]:
    left = length
    while left:
        piece = source.read(min(_PIECE, left))
        if not piece:
            raise PackageError(name, f"is {left} bytes shorter than it should be, expected {length}")
        left -= len(piece)
        yield piece
