"""The lines of briefs.jsonl, read for a person, and the one that an id or an address names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from archive.collection import Collection
from archive.errors import CaptureNotFound, CollectionError
from archive.linefile import read_lines
from crawler.items import Brief
from crawler.ledger.reading import open_reading
from crawler.sites import get_site, site_names

SCHEMA = Brief.__dataclass_fields__["schema"].default


def read_briefs(collection: Collection) -> Iterator[dict[str, Any]]:
    """Yield the committed lines of briefs.jsonl; raise CollectionError with the line that is none."""
    with open_reading(collection) as ledger:
        length = ledger.committed(collection.briefs.name)
    for number, line in read_lines(collection.briefs, length):
        yield _parsed(collection, number, line)


def _parsed(collection: Collection, number: int, line: bytes) -> dict[str, Any]:
    try:
        brief = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise CollectionError(collection.briefs, f"line {number} is no JSON: {error}") from error
    if not isinstance(brief, dict) or brief.get("schema") != SCHEMA or _FIELDS - brief.keys():
        raise CollectionError(collection.briefs, f"line {number} is no brief, expected the fields of {SCHEMA}")
    return brief


_FIELDS = frozenset(Brief.__dataclass_fields__)


def choose(lines: list[dict[str, Any]], wanted: str, version: int | None) -> dict[str, Any]:
    """Return the line of the work that an id, its beginning, or an address names; raise CaptureNotFound."""
    found = [line for line in lines if line["id"].startswith(wanted) or _is_address_of(line, wanted)]
    works = sorted({line["id"] for line in found})
    if len(works) > 1:
        raise CaptureNotFound(f"{wanted!r} names {len(works)} works ({', '.join(works[:5])} …), expected one")
    found = [line for line in lines if line["id"] in works and version in (None, line["version"])]
    if not found:
        raise CaptureNotFound(f"no brief {wanted!r}" + (f" in version {version}" if version else ""))
    return found[-1]


def _is_address_of(line: dict[str, Any], wanted: str) -> bool:
    known = (line["url"], line["captured_url"], *line["aliases"])
    return wanted in known or _canonical(line["site"], wanted) in known


def _canonical(site: str, address: str) -> str | None:
    """Return the site's one spelling of an address; None for what is none, or a site that is known no more."""
    return get_site(site).scope.canonical(address) if site in site_names() else None
