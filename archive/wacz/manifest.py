"""datapackage.json and datapackage-digest.json: what is in a WACZ, and the digest that all of it hangs on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson

VERSION = "1.1.1"
PROFILE = "data-package"
DATAPACKAGE = "datapackage.json"
DIGEST = "datapackage-digest.json"
FOLDERS = ("archive/", "indexes/", "pages/")
"""Those of the format; what else there is lies in folders of its own."""
NAME = re.compile(r"[-a-z0-9._/]+")
"""Frictionless Data Package: what a resource's name is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One file in a WACZ."""

    path: str
    """Its name in the ZIP."""
    sha256: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What datapackage.json says of the whole."""

    title: str
    description: str = ""
    software: str
    created: datetime
    main_page: str = ""
    """The address to begin at."""
    relation: Mapping[str, object] = field(default_factory=dict)
    """Which other packages this one needs; wabac.js reads it."""


def datapackage(about: About, resources: Iterable[Resource]) -> bytes:
    """Return datapackage.json (WACZ 1.1.1, `datapackage.json`)."""
    listed = list(resources)
    names = unique_names([resource.path for resource in listed])
    created = rfc3339(about.created)
    optional = {"description": about.description, "mainPageUrl": about.main_page, "relation": about.relation}
    return as_json(
        {
            "profile": PROFILE,
            "wacz_version": VERSION,
            "title": about.title,
            "created": created,
            "modified": created,
            "software": about.software,
            **{name: value for name, value in optional.items() if value},
            "resources": [_described(name, resource) for name, resource in zip(names, listed, strict=True)],
        }
    )


def _described(name: str, resource: Resource) -> dict[str, object]:
    fields = {"name": name, "path": resource.path, "hash": f"sha256:{resource.sha256}", "bytes": resource.length}
    # Left to guess, frictionless takes a JSON Schema for a table's and JSON lines for a table that must not be empty.
    return fields if resource.path.startswith(FOLDERS) else {**fields, "type": "file"}


def labelled(content: bytes) -> str:
    """Return `sha256:` and the hex digest."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_file(digest: str, signed: Mapping[str, str] | None) -> bytes:
    """Return datapackage-digest.json."""
    return as_json({"path": DATAPACKAGE, "hash": digest, **({"signedData": signed} if signed else {})})


def rfc3339(at: datetime) -> str:
    """Return a time as `created` and `ts` have it, cut to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_json(content: object) -> bytes:
    """Return JSON that a person can read."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def unique_names(paths: list[str]) -> list[str]:
    """Return a name for each path: its last part in lower case; numbered where another has that one."""
    names: dict[str, None] = {}
    for path in paths:
        name = re.sub(r"[^-a-z0-9._]", "-", path.rpartition("/")[2].lower())
        number = 1
        while (wanted := name if number == 1 else f"{number}-{name}") in names:
            number += 1
        names[wanted] = None
    return list(names)
