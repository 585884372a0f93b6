"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWork:
    """One work, as its newest version is."""

    id: str
    title: str
    standfirst: str
    byline: str
    published: str
    """ISO 8601 in the page's own zone; empty without a date."""
    kind: str
    language: str
    change: str
    url: str
    version: int
    marked_title: tuple[tuple[str, bool], ...] = ()
    """Pieces of the title, and whether each is a word that was asked for; empty where no words were."""
    excerpt: tuple[tuple[str, bool], ...] = ()
    """Likewise of the text, around the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One value of a facet, and how many works have it."""

    value: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of works, and all facets."""

    works: tuple[FoundWork, ...]
    count: int
    """Of all that fit, over all pages."""
    facets: dict[str, tuple[Facet, ...]]
    """Counted over what fits all else that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedWork:
    """One edge of the graph of links."""

    place: str
    """`related`, `see also`, `link` or `translation`."""
    url: str
    title: str
    """What is printed on the link; of a work that links here, its title."""
    work: str | None
    """Id of the work at the other end; None for what is not here."""
    language: str = ""
