"""CSV by RFC 4180, in UTF-8, from which the lines can be had back, and of which no spreadsheet runs a cell.

A text is guarded when a spreadsheet would take it for a formula, or a reader for null: it gets one `'` in front. A text
that looks guarded by itself gets one more, so that the first `'` of every guarded text can be taken off again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from archive.export.lines import Line
from archive.export.shape import Kind, Shape
from archive.export.table import Column, brief_of, columns_of

# What spreadsheets take for the start of a formula; the wide ones do the same in East Asian settings.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_EMPTY = re.compile("'*")
_TRUTH = {"true": True, "false": False}


class CsvWriter:
    """Writes a header, then a row a line."""

    def __init__(self, stream: IO[bytes], shape: Shape) -> None:
        self._columns = list(columns_of(shape))
        self._rows = csv.writer(_Encoded(stream))
        self._rows.writerow(header(self._columns))

    def write(self, line: Line) -> None:
        """Write a row."""
        self.add(line.brief)

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a row."""
        self._rows.writerow([_cell(column, column.cell(row)) for column in self._columns])

    def end(self) -> None:
        """Do nothing: each row was whole."""

    def close(self) -> None:
        """Do nothing: the stream is its owner's."""


@dataclass(frozen=True, slots=True)
class _Encoded:
    stream: IO[bytes]

    def write(self, text: str) -> int:
        return self.stream.write(text.encode())


def header(columns: Sequence[Column]) -> list[str]:
    """Return the names of the columns: `rights.robots_txt` for a field of an object."""
    return [".".join(column.path) for column in columns]


def read_csv(stream: IO[str], shape: Shape) -> Iterator[dict[str, Any]]:
    """Yield the lines that a CSV file, opened with `newline=""`, was made of."""
    columns = list(columns_of(shape))
    rows = csv.reader(stream, strict=True)
    next(rows)
    for row in rows:
        yield brief_of(shape, map(_value, columns, row))


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if column.shape.kind is Kind.TEXT and _is_guarded(column, text) else text


def _value(column: Column, cell: str) -> Any:
    if not cell and column.shape.nullable:
        return None
    if column.shape.kind is Kind.TEXT:
        return cell[1:] if cell.startswith("'") and _is_guarded(column, cell[1:]) else cell
    if column.shape.kind is Kind.INTEGER:
        return int(cell)
    if column.shape.kind is Kind.NUMBER:
        return float(cell)
    return _TRUTH[cell] if column.shape.kind is Kind.BOOLEAN else cell


def _is_guarded(column: Column, text: str) -> bool:
    is_like_null = _EMPTY.fullmatch(text) is not None and (column.shape.nullable or text != "")
    return is_like_null or _FORMULA.match(text) is not None
