"""JSON Lines: the lines as they stand in briefs.jsonl, byte for byte."""

from __future__ import annotations

from typing import IO

from archive.export.lines import Line


class JsonlWriter:
    """Copies lines."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, line: Line) -> None:
        """Write a line."""
        self._stream.write(line.raw if line.raw.endswith(b"\n") else line.raw + b"\n")

    def end(self) -> None:
        """Do nothing: each line was whole."""

    def close(self) -> None:
        """Do nothing: the stream is its owner's."""
