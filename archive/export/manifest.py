"""datapackage.json (Frictionless Data Package 1): every file of the package, with its digest and its fields."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from archive.export.about import About
from archive.export.shape import Kind, Shape

_TYPES = {Kind.LIST: "array", Kind.OBJECT: "object", Kind.KEYED: "object"}
_MEDIA = {".jsonl": "application/x-ndjson", ".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A file of the package."""

    name: str
    path: str
    title: str
    shape: Shape | None = None
    """Of its rows, where it is a table that Frictionless reads as it is."""
    key: tuple[str, ...] = ()
    """The fields that name a row."""
    links_to: tuple[tuple[str, str, str], ...] = ()
    """Foreign keys: field, resource, field there."""

    def described(self, root: Path) -> dict[str, Any]:
        """Return what datapackage.json says of it."""
        path = root / self.path
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        described = {
            "name": self.name,
            "path": self.path,
            "title": self.title,
            "format": path.suffix[1:],
            "mediatype": _MEDIA.get(path.suffix, "application/json"),
            "encoding": "utf-8",
            "bytes": path.stat().st_size,
            "hash": f"sha256:{digest}",
        }
        if self.shape is None:
            return {**described, "type": "file"}
        return {**described, "profile": "tabular-data-resource", "schema": self._schema(self.shape)}

    def _schema(self, shape: Shape) -> dict[str, Any]:
        # In CSV an empty cell is null; in JSON null says so itself, and an empty text is one.
        schema: dict[str, Any] = {
            "fields": [_field(name, member) for name, member in shape.members.items()],
            "missingValues": [""] if self.path.endswith(".csv") else [],
        }
        if self.key:
            schema["primaryKey"] = list(self.key)
        if self.links_to:
            schema["foreignKeys"] = [
                {"fields": [field], "reference": {"resource": resource, "fields": [there]}}
                for field, resource, there in self.links_to
            ]
        return schema


def manifest(about: About, date: str, resources: Iterator[dict[str, Any]]) -> bytes:
    """Return datapackage.json."""
    publisher = about.publisher
    source = {"title": publisher.label, **({"path": publisher.url} if publisher.url else {})}
    licences = [{"name": publisher.licence.replace(" ", "-"), "title": publisher.licence}] if publisher.licence else []
    package = {
        "profile": "data-package",
        "name": about.name,
        "title": about.title,
        "description": f"{about.scope()}; rights: {about.selection.rights}. {publisher.attribution}".strip(),
        "version": date,
        "created": f"{date}T00:00:00Z",
        "sources": [source],
        "contributors": [{**source, "role": "author"}],
        **({"licenses": licences} if licences else {}),
        "software": about.software,
        "resources": list(resources),
    }
    return orjson.dumps(package, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _field(name: str, shape: Shape) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": _TYPES.get(shape.kind, shape.kind.value)}
    if shape.description:
        field["description"] = shape.description
    return field if shape.nullable else {**field, "constraints": {"required": True}}
