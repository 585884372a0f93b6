"""Listing pages: the articles that they link to, and the page behind them."""

from __future__ import annotations

from crawler.discovery.addresses import resolved
from crawler.discovery.named import Named
from crawler.extract import Page, find_links
from crawler.sites import Site

_NOT_LISTED = frozenset({"menu", "promotion", "tag"})


def read_listing(page: Page, site: Site) -> list[Named]:
    """Return the articles that a listing links to, its menus and promotion left out."""
    links = (resolved(page.base, link.url) for link in find_links(page, site) if link.place not in _NOT_LISTED)
    return [Named(address=url) for url in dict.fromkeys(links) if url is not None and site.scope.judge(url).in_scope]


def next_of(page: Page) -> str | None:
    """Return where the page says that it goes on."""
    for selector in ("link[rel~=next]", "a[rel~=next]", "a.next"):
        for position in page.tree.select(selector):
            address = resolved(page.base, page.tree.elements[position].get("href"))
            if address is not None and address != page.url:
                return address
    return None
