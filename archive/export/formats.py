"""The formats of an export, and who writes each."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from archive.errors import ExportError
from archive.export.csv_file import CsvWriter
from archive.export.jsonl import JsonlWriter
from archive.export.lines import Line
from archive.export.shape import Shape
from archive.export.sqlite_file import SqliteWriter

if TYPE_CHECKING:
    from archive.export.parquet import ParquetWriter


class Format(StrEnum):
    """What an export can be."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    SQLITE = "sqlite"


SUFFIXES = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".sqlite": Format.SQLITE,
    ".sqlite3": Format.SQLITE,
    ".db": Format.SQLITE,
}
NO_PYARROW = "Parquet needs pyarrow, which is not installed: pip install 'brief-archive[parquet]' brings it"
TEXTS = (Format.JSONL, Format.CSV)
"""The formats that can go to standard output."""


class Writer(Protocol):
    """Takes lines, one after the other."""

    def write(self, line: Line) -> None:
        """Write a line."""

    def end(self) -> None:
        """Write what belongs behind the last line."""

    def close(self) -> None:
        """Let go of the file, whole or not."""


def check_format(kind: Format) -> None:
    """Raise ExportError where the library that a format needs is not installed."""
    if kind is Format.PARQUET:
        _parquet()


def new_writer(kind: Format, stream: IO[bytes], shape: Shape) -> Writer:
    """Return the writer of a format to an open, empty file."""
    if kind is Format.JSONL:
        return JsonlWriter(stream)
    if kind is Format.CSV:
        return CsvWriter(stream, shape)
    if kind is Format.SQLITE:
        return SqliteWriter(Path(stream.name), shape)
    return parquet_writer(stream, shape)


def parquet_writer(stream: IO[bytes], shape: Shape) -> ParquetWriter:
    """Return the writer of Parquet; raise ExportError where pyarrow is not installed."""
    return _parquet()(stream, shape)


def _parquet() -> type[ParquetWriter]:
    try:
        # Not at the top: it may be missing, and takes a third of a second that no other command should wait for.
        from archive.export.parquet import ParquetWriter
    except ImportError as error:
        raise ExportError(NO_PYARROW) from error
    return ParquetWriter
