"""From the body of a source to what it names, whatever kind of source it turns out to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from archive.coding import decode
from archive.errors import MessageError
from archive.message import Head
from crawler.discovery import feeds, sitemaps, wordpress
from crawler.discovery.listings import next_of, read_listing
from crawler.discovery.markup import decoded, is_cut, root_of
from crawler.discovery.named import Named, NamedSource, SourceReading
from crawler.discovery.offers import find_offers
from crawler.extract import parse
from crawler.sites import Site

_GZIP = b"\x1f\x8b"
_HTML = frozenset({"html", "head", "title", "meta", "script", "style", "body", "div", "p", "h1", "br", "center"})
_Any = TypeVar("_Any", Named, NamedSource)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole 200 to a source: all that its reading depends on."""

    url: str
    kind: str
    """`feed`, `sitemap`, `listing`, `wp-json`, or `home`, which only offers others."""
    page: int = 1
    """Which page of a listing it is."""
    payload: bytes
    """The entity, its content coding on."""
    head: Head
    max_size: int
    """Bytes of a body, at the most, once its codings are off."""
    most: int = 50_000
    """Addresses that are taken of it; the protocol of sitemaps allows no more."""

    @property
    def content_type(self) -> str | None:
        """The last Content-Type."""
        values = self.head.values("content-type")
        return values[-1].decode("latin-1") if values else None

    def value(self, name: str) -> str | None:
        """Return the last header of that name."""
        values = self.head.values(name)
        return values[-1].decode("latin-1") if values else None


def read_source(answer: Answer, site: Site) -> SourceReading:
    """Return what a source names; bytes that are none of the kind are a problem, never an exception."""
    try:
        body, complete = _plain(answer)
    except MessageError as error:
        return SourceReading(problem=f"undecodable: {error}")
    if not body.strip():
        return SourceReading(problem="empty")
    reading = _READERS.get(answer.kind, _read_xml)(body, answer, site)
    return reading if complete or reading.problem else replace(reading, problem="cut short")


def _plain(answer: Answer) -> tuple[bytes, bool]:
    """Return the body without codings, and without that of a `.gz` file; and whether it came whole."""
    whole = decode(answer.payload, answer.head.joined("content-encoding"), max_size=answer.max_size)
    if not whole.body.startswith(_GZIP):
        return whole.body, whole.complete
    unpacked = decode(whole.body, "gzip", max_size=answer.max_size)
    return unpacked.body, whole.complete and unpacked.complete


def _read_xml(body: bytes, answer: Answer, site: Site) -> SourceReading:
    text = decoded(body, answer.content_type)
    root = root_of(text)
    if root is None and answer.kind == "sitemap":
        return _taken(answer, sitemaps.read_lines(text, answer.url), problem_if_none="no sitemap")
    if root not in feeds.ROOTS | sitemaps.ROOTS:
        return SourceReading(problem=f"no {answer.kind} but html" if root in _HTML else f"no {answer.kind}")
    problem = "cut short" if is_cut(text, root) else None
    if root == "sitemapindex":
        found, left_out = _within(sitemaps.read_index(text, root, answer.url), answer.most)
        return SourceReading(sources=found, left_out=left_out, problem=problem)
    read = sitemaps.read_sitemap if root == "urlset" else feeds.read_feed
    return _taken(answer, read(text, root, answer.url), problem)


def _read_posts(body: bytes, answer: Answer, site: Site) -> SourceReading:
    try:
        reading = _taken(answer, wordpress.read_posts(body, answer.url))
    except ValueError as error:
        return SourceReading(problem=str(error))
    following = wordpress.following(answer.url, answer.value("x-wp-totalpages")) if reading.pages else None
    return replace(reading, following=following)


def _read_listing(body: bytes, answer: Answer, site: Site) -> SourceReading:
    page = parse(body, url=answer.url, content_type=answer.content_type)
    if page.problem is not None:
        return SourceReading(problem=page.problem)
    reading = _taken(answer, read_listing(page, site), problem_if_none="no article" if answer.page == 1 else None)
    return replace(reading, following=next_of(page) if reading.pages else None)


def _read_home(body: bytes, answer: Answer, site: Site) -> SourceReading:
    page = parse(body, url=answer.url, content_type=answer.content_type)
    links = [value.decode("latin-1") for value in answer.head.values("link")]
    return SourceReading(sources=tuple(find_offers(page, links)), problem=page.problem)


_READERS: dict[str, Callable[[bytes, Answer, Site], SourceReading]] = {
    "wp-json": _read_posts,
    "listing": _read_listing,
    "home": _read_home,
}
"""Kind -> reader; feeds and sitemaps are told by their root element, whichever of them a site file calls them."""


def _taken(
    answer: Answer, named: Iterable[Named], problem: str | None = None, *, problem_if_none: str | None = None
) -> SourceReading:
    pages, left_out = _within(named, answer.most)
    return SourceReading(pages=pages, left_out=left_out, problem=problem if pages else problem or problem_if_none)


def _within(named: Iterable[_Any], most: int) -> tuple[tuple[_Any, ...], int]:
    """Return the first addresses, each once and with its latest change, and how many entries were over the limit."""
    entries = iter(named)
    kept: dict[str, _Any] = {}
    for entry in islice(entries, most):
        known = kept.get(entry.address)
        if known is None or (entry.changed or 0.0) > (known.changed or 0.0):
            kept[entry.address] = entry
    return tuple(kept.values()), sum(1 for _ in entries)
