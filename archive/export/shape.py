"""What a field holds, read from the JSON Schema of the lines: the one place that every format takes its types from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import orjson

KEY = "key"
"""Name of the field that holds the name, where an object with free names becomes a list."""


class Kind(Enum):
    """The kinds of values."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "array"
    OBJECT = "object"
    KEYED = "keyed"
    """An object with free names and values of one shape."""
    ANY = "any"
    """Whatever JSON can say."""


_SCALARS = {kind.value: kind for kind in (Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a field holds."""

    kind: Kind
    nullable: bool = False
    description: str = ""
    item: Shape | None = None
    """Of each item of a list, or each value of an object with free names."""
    members: Mapping[str, Shape] = field(default_factory=dict)
    """Of an object's fields, by name, in order."""

    def flatten(self, value: Any) -> Any:
        """Return the value in a form of fixed types: free values as JSON text, objects with free names as lists."""
        if value is None:
            return None
        if self.kind is Kind.ANY:
            return as_json(value)
        if self.kind is Kind.OBJECT:
            return {name: shape.flatten(value.get(name)) for name, shape in self.members.items()}
        if self.kind is Kind.LIST:
            return [self._inner.flatten(item) for item in value]
        if self.kind is Kind.KEYED:
            return [{KEY: name, **self._inner.flatten(item)} for name, item in value.items()]
        return value

    def restore(self, value: Any) -> Any:
        """Return the value that `flatten` made this of."""
        if value is None:
            return None
        if self.kind is Kind.ANY:
            return orjson.loads(value)
        if self.kind is Kind.OBJECT:
            return {name: shape.restore(value[name]) for name, shape in self.members.items()}
        if self.kind is Kind.LIST:
            return [self._inner.restore(item) for item in value]
        if self.kind is Kind.KEYED:
            return {item[KEY]: self._inner.restore(item) for item in value}
        return value

    @property
    def _inner(self) -> Shape:
        assert self.item is not None
        return self.item


def as_json(value: Any) -> str:
    """Return the value as JSON in one line, without blanks."""
    return orjson.dumps(value).decode()


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """Return the shape that a JSON Schema (draft 2020-12, as `briefs schema` prints it) describes."""
    choices = [schema]
    if "anyOf" in schema:
        choices = [choice for choice in schema["anyOf"] if choice.get("type") != "null"]
    kinds = choices[0].get("type", [])
    named = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
    is_null_allowed = "null" in kinds or {"type": "null"} in schema.get("anyOf", ())
    about = {"nullable": is_null_allowed, "description": " ".join(schema.get("description", "").split())}
    if len(choices) != 1 or len(named) != 1:
        return _anything(about)
    return _one(choices[0], named[0], about)


def _one(schema: Mapping[str, Any], kind: str, about: dict[str, Any]) -> Shape:
    if kind in _SCALARS:
        return Shape(kind=_SCALARS[kind], **about)
    if kind == "array" and "items" in schema:
        return Shape(kind=Kind.LIST, item=shape_of(schema["items"]), **about)
    if kind == "object" and "properties" in schema:
        members = {name: shape_of(member) for name, member in schema["properties"].items()}
        return Shape(kind=Kind.OBJECT, members=members, **about)
    free = schema.get("additionalProperties")
    if kind == "object" and isinstance(free, dict) and free.get("properties") and KEY not in free["properties"]:
        return Shape(kind=Kind.KEYED, item=shape_of(free), **about)
    return _anything(about)


def _anything(about: dict[str, Any]) -> Shape:
    return Shape(kind=Kind.ANY, **{**about, "nullable": True})
