"""A WACZ as it is read: never extracted, never trusted."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archive.errors import PackageError

_PIECE = 1024 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BOMB_SIZE, _BOMB_RATIO = 64 * 1024 * 1024, 250  # text shrinks to a tenth, or a fiftieth when it repeats itself

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)
"""What zipfile raises over bytes that are not as they should be (ValueError: a name that is no UTF-8, a bad offset)."""


class DamagedZip(PackageError):
    """The file is no ZIP, or its directory cannot be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the ZIP."""

    zipped: zipfile.ZipInfo

    @property
    def name(self) -> str:
        """The name, as the directory of the ZIP has it, which zipfile cuts at a NUL."""
        return self.zipped.orig_filename

    @property
    def length(self) -> int:
        """Bytes of the file."""
        return self.zipped.file_size

    @property
    def is_stored(self) -> bool:
        """Whether its bytes stand in the ZIP as they are."""
        return self.zipped.compress_type == zipfile.ZIP_STORED

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder's name, and no file."""
        return self.name.endswith("/")

    @property
    def is_bomb(self) -> bool:
        """Whether it grows out of all proportion when it is read."""
        return self.length > max(_BOMB_SIZE, _BOMB_RATIO * self.zipped.compress_size)

    @property
    def obstacle(self) -> str:
        """Why it cannot be read, from what the directory says; empty when it can."""
        if self.zipped.flag_bits & _ENCRYPTED:
            return "is encrypted, expected a file that anybody can read"
        if self.zipped.compress_type not in _METHODS:
            return f"is packed by method {self.zipped.compress_type}, expected 0 (stored) or 8 (deflated)"
        return ""


class Package:
    """An open WACZ."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile) -> None:
        self.path = path
        self._zip = zipped
        self.entries = [Entry(zipped) for zipped in zipped.infolist()]
        """In the order of the directory, duplicates too."""
        self.directory_offset = zipped.start_dir
        """Where the directory of the ZIP begins: no file reaches so far."""

    @contextmanager
    def open(self, entry: Entry) -> Iterator[BinaryIO]:
        """Open a file for reading; errors are those of `DAMAGED`, then or while it is read."""
        with closing(self._zip.open(entry.zipped)) as stream:
            yield stream  # type: ignore[misc]  # it has all that is used of a BinaryIO

    def pieces(self, entry: Entry) -> Iterator[bytes]:
        """Yield a file's bytes; errors as with `open`, a wrong sum among them."""
        with self.open(entry) as stream:
            while piece := stream.read(_PIECE):
                yield piece

    def place(self, entry: Entry) -> tuple[int, int]:
        """Return where the file's packed bytes begin in the ZIP and where they end; raise BadZipFile."""
        header = b""
        if 0 <= entry.zipped.header_offset < self.directory_offset:
            with self.path.open("rb") as raw:
                raw.seek(entry.zipped.header_offset)
                header = raw.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile(f"no local header at byte {entry.zipped.header_offset}")
        *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        begin = entry.zipped.header_offset + _LOCAL_HEADER.size + name_length + extra_length
        return begin, begin + entry.zipped.compress_size


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Open a WACZ; raise PackageError when it cannot be read, DamagedZip when it is none."""
    try:
        zipped = zipfile.ZipFile(path)
    except OSError as error:
        raise PackageError(path, f"cannot be read: {error.strerror}") from error
    except (*DAMAGED, OverflowError) as error:
        raise DamagedZip(path, f"is no ZIP that can be read: {error}") from error
    with closing(zipped):
        yield Package(path, zipped)


def stored_warcs(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, offset in the file and length of each WARC that is stored as it is; raise PackageError."""
    with open_package(path) as package:
        for entry in package.entries:
            if is_warc(entry.name) and entry.is_stored and not entry.obstacle:
                try:
                    begin, end = package.place(entry)
                except DAMAGED as error:
                    raise DamagedZip(path, f"{entry.name} cannot be found: {error}") from error
                yield entry.name.removeprefix("archive/"), begin, end - begin


def is_warc(name: str) -> bool:
    """Say whether it is the name of a WARC file in a package."""
    return name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))
