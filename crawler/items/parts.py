"""The parts of a brief: blocks, links, pictures, translations, evidence, rights, changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a body."""

    type: str = field(metadata={"json_schema_extra": {"enum": ["paragraph", "heading", "quote", "list"]}})
    """`paragraph`, `heading`, `quote` or `list`."""
    text: str
    """Inline links and emphasis never split a block; the items of a list are parted by a line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link and what is printed on it."""

    url: str
    """Canonical by rule alone."""
    title: str
    """What is printed on it, white space normalised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the article."""

    url: str
    """Where the picture lies; it is captured with `--requisites` alone."""
    caption: str | None = None
    """What is printed below it, without the credit."""
    credit: str | None = None
    """Who made it, as printed."""
    alt: str | None = None
    """The text in its place for those who cannot see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """The same article in another language, as the page declares it."""

    language: str
    """BCP 47."""
    url: str
    """Canonical address of the translation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Which rule read a field, and what it read."""

    rule: str
    """`json-ld $.@graph[1].datePublished`, `css h1.entry-title`, …"""
    raw: str | tuple[str, ...] = field(
        metadata={"json_schema_extra": {"type": ["string", "array"], "items": {"type": "string"}}}
    )
    """The text read, before it was parsed; a list where the field is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The signals in force at capture, as the site gave them; null where it gave none."""

    robots_txt: str | None = None
    """What robots.txt said of this address: `allowed`; null where it was not asked, or gave no answer."""
    robots_txt_disallows: str | None = None
    """AI crawlers that robots.txt, by their names, turned away from this address: `GPTBot, CCBot`."""
    meta_robots: str | None = None
    """Content of `meta name=robots`; of one that names this crawler, after `brief-archive: `."""
    x_robots_tag: str | None = None
    """The X-Robots-Tag headers, parted by `, `."""
    tdm_reservation: str | None = None
    """`tdm-reservation`, from the header or the meta element (W3C TDMRep)."""
    tdm_policy: str | None = None
    """`tdm-policy`, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What differs in one field from the version before."""

    field: str
    """Name of the field."""
    before: Any
    """Its value in the version before."""
    after: Any
    """Its value in this version."""
    words: tuple[tuple[str, str], ...] | None = None
    """For the body: runs of words, each with `=`, `-` or `+`; null for other fields."""
