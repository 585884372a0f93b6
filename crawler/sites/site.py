"""What defines a site: its addresses, its layouts, the rules that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from re import Pattern

from archive.errors import ArchiveError
from crawler.scope import Scope


class UnknownSite(ArchiveError):
    """No site file has that name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"site {name!r} is unknown; known are: {', '.join(known)}")
        self.name = name
        self.known = known


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One design of a site.

    A rule is a line of text: `css SELECTOR` (then ` @ATTRIBUTE` for an attribute), `meta NAME`, `json-ld PATH`,
    `header-line PART`, `line START`, `label`, `breadcrumb`, `address`. Rules of a field are tried in order; the first
    that reads something which can be parsed wins. Selectors are tags, classes, ids and attributes, and descendants.
    """

    name: str
    version: int = 1
    """Raised when its rules change what they read."""
    last_day: date | None = None
    """The last day it was served; None while it still is."""
    markers: tuple[str, ...] = ()
    """Selectors of which one must be in the page; without any, the layout is for pages that show no other's."""
    content: tuple[str, ...] = ()
    """Selectors of the element that holds the body; without a match the body is where the paragraphs are."""
    drop: tuple[str, ...] = ()
    """Selectors of what is never part of a body."""
    caption_first: bool = False
    """The content may begin with the picture's caption, a share line below it."""
    rules: Mapping[str, tuple[str, ...]]
    """Field -> rules: title, standfirst, byline, authors, published, modified, tags, kind, language, licence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Where the cards of one sort stand: below a heading, inside an element, or beside a label."""

    headings: tuple[str, ...] = ()
    """Texts of section headings, in small letters; the section ends at the next section heading."""
    selectors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """Texts printed on each such card, in small letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something of a site that names its articles, beside their related links."""

    kind: str
    """`feed` (RSS, Atom), `sitemap` (an index of them too, or a news sitemap), `listing` or `wp-json`."""
    address: str
    """Where it is asked; of one in pages, the first of them."""
    pages: str | None = None
    """Address of a listing's second page and those behind it, their number as `{page}`; None where each page says where
    it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """One site, as its file describes it."""

    name: str
    label: str
    """As its readers call it."""
    scope: Scope
    layouts: tuple[Layout, ...]
    kinds: Mapping[str, str]
    """Label or category, in small letters -> kind."""
    vague_kinds: frozenset[str] = frozenset({"news"})
    """Kinds that a more telling label, address or category overrules."""
    language: str = "en"
    """Where neither page nor address tells."""
    title_suffixes: tuple[str, ...] = ()
    """What og:title and <title> add to a title, after a bar or dash."""
    boilerplate: tuple[tuple[str, Pattern[str]], ...] = ()
    """Name -> whole text of a block that is no part of a body."""
    licence: Pattern[str] | None = None
    """Start of the block that states the licence."""
    licence_name: str = ""
    """Short name of the licence that its articles state: `CC BY-NC`; empty where they state none."""
    attribution: str = ""
    """How the site asks to be named by those who hand its texts on, in a sentence or two; data sets print it."""
    see_also: Pattern[str]
    """Start of a block of cross references."""
    analysis: tuple[str, ...] = ()
    """Headings that may be printed as bold paragraphs, in small letters."""
    related: Cards = field(default_factory=Cards)
    promotion: Cards = field(default_factory=Cards)
    listing_markers: tuple[str, ...] = ()
    """Selectors that only listings have."""
    error_markers: tuple[str, ...] = ()
    """Selectors that only error pages have, whatever their status."""
    sources: tuple[Source, ...] = ()
    """Asked by every crawl; the sitemaps that robots.txt names are asked with them."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Scrapy settings for this site; the command line overrules them."""
