"""Parquet with the types of the schema: lists and objects stay what they are, free values are JSON text."""

from __future__ import annotations

from typing import IO, Any

import pyarrow as pa
from pyarrow import parquet

from archive.errors import ExportError
from archive.export.lines import Line
from archive.export.shape import KEY, Kind, Shape

BATCH_BYTES = 1 << 20
"""Bytes of lines that are turned into columns at once."""
GROUP_BYTES = 16 << 20
"""Bytes of columns that become one row group: what is held in memory."""
_PLAIN = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.NUMBER: pa.float64(), Kind.BOOLEAN: pa.bool_()}


class ParquetWriter:
    """Collects rows, and writes a row group whenever there is enough for one."""

    def __init__(self, stream: IO[bytes], shape: Shape) -> None:
        self._shape = shape
        self._schema = arrow_schema(shape)
        self._file = parquet.ParquetWriter(stream, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self._row_bytes = 0
        self._batches: list[Any] = []

    def write(self, line: Line) -> None:
        """Write a row."""
        self.add(line.brief, len(line.raw))

    def add(self, row: dict[str, Any], length: int) -> None:
        """Write a row of that many bytes, more or less."""
        self._rows.append(self._shape.flatten(row))
        self._row_bytes += length
        if self._row_bytes >= BATCH_BYTES:
            self._end_batch()
            if sum(batch.nbytes for batch in self._batches) >= GROUP_BYTES:
                self._end_group()

    def end(self) -> None:
        """Write what is left, and the end of the file."""
        self._end_batch()
        self._end_group()
        self._file.close()

    def close(self) -> None:
        """Let go of the file, whole or not."""
        self._file.close()

    def _end_batch(self) -> None:
        if not self._rows:
            return
        try:
            self._batches.append(pa.RecordBatch.from_pylist(self._rows, schema=self._schema))
        except (pa.ArrowInvalid, OverflowError) as error:
            raise ExportError(f"a value has no form in Parquet: {error}") from error
        self._rows, self._row_bytes = [], 0

    def _end_group(self) -> None:
        if self._batches:
            self._file.write_table(pa.Table.from_batches(self._batches))
        self._batches = []


def arrow_schema(shape: Shape) -> Any:
    """Return the columns of a line; each field's description stands in its metadata."""
    return pa.schema([_field(name, member) for name, member in shape.members.items()])


def _field(name: str, shape: Shape) -> Any:
    about = {"description": shape.description} if shape.description else None
    return pa.field(name, _type(shape), nullable=shape.nullable, metadata=about)


def _type(shape: Shape) -> Any:
    if shape.kind is Kind.OBJECT:
        return pa.struct([_field(name, member) for name, member in shape.members.items()])
    if shape.kind is Kind.LIST and shape.item:
        return pa.list_(_field("element", shape.item))
    if shape.kind is Kind.KEYED and shape.item:
        key = pa.field(KEY, pa.string(), nullable=False)
        return pa.list_(pa.struct([key, *(_field(name, member) for name, member in shape.item.members.items())]))
    return _PLAIN.get(shape.kind, pa.string())
