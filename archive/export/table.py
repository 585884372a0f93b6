"""Lines as rows of plain cells: objects take a column a field, lists and what is free are JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from archive.export.shape import Kind, Shape, as_json

PLAIN = (Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a line, or a field of an object in it."""

    path: tuple[str, ...]
    shape: Shape

    @property
    def is_plain(self) -> bool:
        """Whether the cell is the value itself, not JSON."""
        return self.shape.kind in PLAIN

    def cell(self, brief: Mapping[str, Any]) -> Any:
        """Return the value, as JSON where it is not plain; None for null."""
        value: Any = brief
        for name in self.path:
            value = None if value is None else value.get(name)
        return value if value is None or self.is_plain else as_json(value)


def columns_of(shape: Shape, above: tuple[str, ...] = ()) -> Iterator[Column]:
    """Yield the columns of a line, in the order of its fields."""
    for name, inner in shape.members.items():
        path = (*above, name)
        member = replace(inner, nullable=True) if above and shape.nullable else inner
        if member.kind is Kind.OBJECT:
            yield from columns_of(member, path)
        else:
            yield Column(path, member)


def brief_of(shape: Shape, cells: Iterator[Any]) -> dict[str, Any]:
    """Return the line that cells, in the order of the columns, were made of."""
    brief: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.kind is Kind.OBJECT:
            inner = brief_of(member, cells)
            is_null = member.nullable and all(value is None for value in inner.values())
            brief[name] = None if is_null else inner
        else:
            cell = next(cells)
            brief[name] = cell if cell is None or member.kind in PLAIN else orjson.loads(cell)
    return brief
