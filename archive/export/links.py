"""The links between works: a brief's cards, cross references, body links and translations, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of a version of a brief."""

    kind: str
    position: int
    """From 1, among those of its kind."""
    url: str
    title: str | None = None
    """What is printed on it."""
    language: str | None = None
    """Of a translation."""


KINDS = {"related": "related", "see_also": "see_also", "links": "body", "translations": "translation"}
"""Field of a line -> kind of its links, those that lead on first."""


def links_of(brief: Mapping[str, Any]) -> Iterator[Link]:
    """Yield the links of a line, in the order of their kinds."""
    for field, kind in KINDS.items():
        for position, link in enumerate(brief[field], 1):
            yield Link(
                kind=kind,
                position=position,
                url=link["url"],
                title=link.get("title"),
                language=link.get("language"),
            )


def addresses_of(brief: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every address that a line knows of its work."""
    return tuple(dict.fromkeys((brief["url"], brief["captured_url"], *brief["aliases"])))
