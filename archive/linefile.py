"""A file of lines that only grows, can be cut back to what was committed, and is read as far as that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO


class LineFile:
    """Appends lines to one file; unbuffered, so that a full disk is met here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self.length = os.fstat(self._descriptor).st_size
        """Bytes in the file."""

    def append(self, lines: bytes) -> None:
        """Write whole lines; what stands after an OSError is for `cut_back`."""
        left = memoryview(lines)
        while left:
            left = left[os.write(self._descriptor, left) :]
        self.length += len(lines)

    def sync(self) -> None:
        """Return once the lines survive a power cut."""
        os.fsync(self._descriptor)

    def cut_back(self, length: int) -> None:
        """Keep the first `length` bytes."""
        os.ftruncate(self._descriptor, length)
        self.length = length

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


def lines_within(stream: IO[bytes], length: int) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of the next `length` bytes, numbered from 1: what lies behind them, a crawl is writing."""
    left = length
    for number, line in enumerate(stream, 1):
        left -= len(line)
        if left < 0:
            return
        yield number, line


def read_lines(path: Path, length: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield the lines in the first `length` bytes of a file, or in all of it; none of one that is not there."""
    if path.exists():
        with path.open("rb") as stream:
            yield from lines_within(stream, path.stat().st_size if length is None else length)
