"""The lines of briefs.jsonl and rejects.jsonl."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from importlib import resources
from typing import Any

import orjson

from archive.model import Capture
from crawler.items.parts import Block, Change, Evidence, Image, Link, Rights, Translation

ISO_DATE = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One version of one work, bound to the capture it was read from."""

    schema: str = "brief/1"
    """Always `brief/1`."""
    id: str = ""
    """The work: stable over captures, addresses and versions of one article."""
    version: int = 0
    """1, 2, … of that work."""
    change: str = field(
        default="new", metadata={"json_schema_extra": {"enum": ["new", "substantive", "gone", "taken down"]}}
    )
    """`new`, `substantive`, `gone` (404, 410: a tombstone, its text empty), or `taken down` (by `briefs takedown`: the
    only line of its work, without title and text)."""
    diff: tuple[Change, ...] | None = None
    """What differs from the version before; null for the first."""
    same_as: tuple[str, ...] = ()
    """Ids of other works that this page's addresses also name, when both have lines already: works are never merged."""

    url: str
    """Canonical address."""
    captured_url: str
    """The address that was fetched."""
    aliases: tuple[str, ...] = ()
    """Other addresses of the work known up to this record: asked, redirected from, or declared by the page."""

    site: str
    """Name of the site, as `briefs sites` lists it."""
    kind: str
    """`brief`, `analysis`, … as the site file lists them."""
    language: str
    """BCP 47."""
    title: str
    """As printed, white space normalised."""
    standfirst: str | None = None
    """As printed; when it is printed as a paragraph of the body it stays the body's first block too."""
    byline: str | None = None
    """The raw line."""
    authors: tuple[str, ...] = ()
    """Names alone: no roles, no asterisks."""
    published: str | None = field(default=None, metadata={"json_schema_extra": {"pattern": ISO_DATE}})
    """ISO 8601 in the page's own zone, never converted; without a zone where the page gives none."""
    published_raw: str | None = None
    """As printed."""
    published_precision: str | None = field(
        default=None, metadata={"json_schema_extra": {"enum": ["day", "minute", "second", None]}}
    )
    """`day`, `minute` or `second`."""
    modified: str | None = field(default=None, metadata={"json_schema_extra": {"pattern": ISO_DATE}})
    """ISO 8601, or null."""
    tags: tuple[str, ...] = ()
    """As printed, the first spelling of each."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2, where a tag or the title names one."""

    body: tuple[Block, ...] = ()
    """The article's blocks in order, without boilerplate."""
    text: str = ""
    """The body's text, blocks parted by an empty line."""
    links: tuple[Link, ...] = ()
    """Links inside the body."""
    see_also: tuple[Link, ...] = ()
    """The SEE ALSO links."""
    related: tuple[Link, ...] = ()
    """The related-content cards."""
    images: tuple[Image, ...] = ()
    """The article's pictures, the one that machines are told of last."""
    translations: tuple[Translation, ...] = ()
    """From hreflang."""
    licence: str | None = None
    """Licence text or address found on the page."""
    rights: Rights = field(default_factory=Rights)
    """The signals of robots, and of text and data mining, in force at capture."""

    evidence: dict[str, Evidence] = field(default_factory=dict)
    """Field -> which rule won and what it read."""
    extractor: str = ""
    """Site, layout and version of the rules: `insightcrime/newspack@1`."""
    capture: Capture | None = None
    """The stored exchange that this line was read from."""
    content_digest: str = ""
    """`sha256:hex` over title and text with quotes, dashes and white space folded."""
    simhash: str = ""
    """64 bits over word triples of the folded text, 16 hex digits."""

    run: str = ""
    """The run that made this line."""
    seed: str | None = None
    """The seed that this page came from."""
    via: str | None = None
    """The page that linked here; null for a seed."""
    hops: str = ""
    """`L` a related link, `R` a redirect, `M` a feed or sitemap; empty for a seed."""

    @classmethod
    def from_json(cls, line: dict[str, Any]) -> Brief:
        """Return the brief that a line of briefs.jsonl holds."""
        parts: dict[str, Any] = dict(line)
        for name, kind in _PARTS.items():
            parts[name] = tuple(kind(**part) for part in line[name]) if line[name] is not None else None
        for name in ("same_as", "aliases", "authors", "tags", "countries"):
            parts[name] = tuple(line[name])
        parts["rights"] = Rights(**line["rights"])
        parts["evidence"] = {name: Evidence(**entry) for name, entry in line["evidence"].items()}
        parts["capture"] = Capture(**line["capture"]) if line["capture"] else None
        return cls(**parts)


_PARTS: dict[str, Any] = {
    "diff": Change,
    "body": Block,
    "links": Link,
    "see_also": Link,
    "related": Link,
    "images": Image,
    "translations": Translation,
}
"""Fields that are lists of objects, and what each object is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A page that was captured and did not become a line of briefs.jsonl, and why."""

    schema: str = "reject/1"
    """Always `reject/1`."""
    url: str
    """Canonical address."""
    captured_url: str
    """The address that was fetched."""
    site: str
    """Name of the site, as `briefs sites` lists it."""
    reason: str
    """`listing`, `not an article`, `not html`, `empty`, `no title`, `no body`, `undecodable`, `http STATUS`,
    `malformed`, `cut: WHY`, `blocked: WHY`, `invalid`, `duplicate`, `dropped`, `taken down` or `error`."""
    detail: str | None = None
    """What was found, where the word is not enough."""
    capture: Capture | None = None
    """The stored exchange that this line was read from."""
    run: str = ""
    """The run that made this line."""
    seed: str | None = None
    """The seed that this page came from."""
    via: str | None = None
    """The page that linked here; null for a seed."""
    hops: str = ""
    """`L` a related link, `R` a redirect, `M` a feed or sitemap; empty for a seed."""


def schema(item: type[Brief] | type[Rejection]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the lines that an item class makes."""
    # The file that docs/tables.py makes of the class: to read the descriptions out of the source takes a quarter of a
    # second, and the library that does it brings all of Scrapy with it.
    name = str(next(part.default for part in fields(item) if part.name == "schema")).partition("/")[0]
    content: dict[str, Any] = orjson.loads((resources.files("crawler") / f"{name}.schema.json").read_bytes())
    return content
