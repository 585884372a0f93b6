"""A file of lines that only grows, and can be cut back to what was committed."""

from __future__ import annotations

import os
from pathlib import Path


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
