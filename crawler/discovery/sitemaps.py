"""Sitemaps, indexes of them, news sitemaps, and sitemaps that are lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from crawler.discovery.addresses import resolved
from crawler.discovery.markup import elements, local_name, text_of
from crawler.discovery.moments import latest_moment
from crawler.discovery.named import Named, NamedSource

ROOTS = frozenset({"urlset", "sitemapindex"})
_DATES = frozenset({"lastmod", "publication_date"})
"""A news sitemap has the moment of publication alone."""


def read_sitemap(text: str, root: str, url: str) -> Iterator[Named]:
    """Yield the pages of a sitemap."""
    for entry in elements(text, root, frozenset({"url"})):
        address, changed = _of(entry, url)
        if address is not None:
            yield Named(address=address, changed=changed)


def read_index(text: str, root: str, url: str) -> Iterator[NamedSource]:
    """Yield the sitemaps of an index."""
    for entry in elements(text, root, frozenset({"sitemap"})):
        address, changed = _of(entry, url)
        if address is not None:
            yield NamedSource(address=address, kind="sitemap", changed=changed)


def read_lines(text: str, url: str) -> Iterator[Named]:
    """Yield the pages of a sitemap that is one address a line."""
    for line in text.splitlines():
        address = resolved(url, line) if line.lstrip().startswith(("http://", "https://")) else None
        if address is not None:
            yield Named(address=address)


def _of(entry: etree._Element, url: str) -> tuple[str | None, float | None]:
    # The address of a picture stands in an element of the same name, inside another one.
    address = next((text_of(part) for part in entry if local_name(part) == "loc"), None)
    moments = [latest_moment(text_of(part)) for part in entry.iter("*") if local_name(part) in _DATES]
    return resolved(url, address), max((moment for moment in moments if moment is not None), default=None)
