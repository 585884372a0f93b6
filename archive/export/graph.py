"""The graph of links between works, an edge a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.export.addresses import Addresses
from archive.export.links import links_of
from archive.export.shape import Kind, Shape


def _text(description: str, *, nullable: bool = False) -> Shape:
    return Shape(kind=Kind.TEXT, description=description, nullable=nullable)


EDGE = Shape(
    kind=Kind.OBJECT,
    members={
        "source_id": _text("The work that links."),
        "source_version": Shape(kind=Kind.INTEGER, description="The version of it that does."),
        "source_url": _text("Its canonical address."),
        "kind": _text("related: a related-content card; see_also; body: a link in the text; translation."),
        "position": Shape(kind=Kind.INTEGER, description="From 1, among the links of that kind in that version."),
        "target_url": _text("Where it leads, canonical by rule alone."),
        "target_id": _text("The work there; null where it is none of this package.", nullable=True),
        "title": _text("What is printed on it; null for a translation.", nullable=True),
        "language": _text("Of a translation (BCP 47).", nullable=True),
    },
)


def edges_of(brief: Mapping[str, Any], addresses: Addresses) -> Iterator[dict[str, Any]]:
    """Yield the edges that begin at a line."""
    for link in links_of(brief):
        yield {
            "source_id": brief["id"],
            "source_version": brief["version"],
            "source_url": brief["url"],
            "kind": link.kind,
            "position": link.position,
            "target_url": link.url,
            "target_id": addresses.work_at(link.url),
            "title": link.title,
            "language": link.language,
        }
