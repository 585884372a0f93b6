"""A place in the text of a captured page."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.markup import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was read: what holds it, and within that the very characters."""

    holder: Stretch
    """The element with all that is in it, the one tag of an attribute, or the member of an object in JSON."""
    value: Stretch | None
    """What was read; None where it does not stand there in one piece as it was read."""
    words: str
    """What holds it: `<h1>`, `datetime of <time>`, `JSON-LD $.@graph[0].datePublished`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All places of a field's evidence, or why there is none."""

    places: tuple[Place, ...] = ()
    headers: tuple[str, ...] = ()
    """Names of header fields of the response that it was read from too."""
    sentence: str = ""
    """What a person should know of it: why there is no place, or how it was worked out from others."""
