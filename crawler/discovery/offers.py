"""Where a site says that its sources are: in the head of a page, in its headers, in robots.txt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from crawler.discovery.addresses import resolved
from crawler.discovery.named import NamedSource
from crawler.extract import Page
from crawler.robots import Robots
from crawler.sites.layouts import POSTS

_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_API = "https://api.w.org/"
_API_HEADER = re.compile(r"<([^>]*)>\s*;[^,]*\brel=\"?https://api\.w\.org/")


def find_offers(page: Page, links: Iterable[str] = ()) -> list[NamedSource]:
    """Return the feeds and the WordPress API that a page, or its Link headers, names."""
    offers = [*_feeds(page), *_posts(page, links)]
    return list({offer.address: offer for offer in offers}.values())


def sitemaps_of_robots(rules: bytes, url: str) -> list[NamedSource]:
    """Return the sitemaps that a robots.txt names."""
    addresses = dict.fromkeys(resolved(url, address) for address in Robots(rules, "*").sitemaps)
    return [NamedSource(address=address, kind="sitemap") for address in addresses if address is not None]


def _feeds(page: Page) -> list[NamedSource]:
    elements = [page.tree.elements[position] for position in page.tree.select("link[rel~=alternate]")]
    types = [(element.get("type") or "").partition(";")[0].strip().lower() for element in elements]
    feeds = [element for element, kind in zip(elements, types, strict=True) if kind in _FEEDS]
    addresses = [resolved(page.base, element.get("href")) for element in feeds]
    return [NamedSource(address=address, kind="feed") for address in addresses if address is not None]


def _posts(page: Page, links: Iterable[str]) -> list[NamedSource]:
    elements = [page.tree.elements[position] for position in page.tree.tagged("link")]
    apis = [element.get("href") for element in elements if (element.get("rel") or "").strip() == _API]
    apis += [found[1] for value in links for found in _API_HEADER.finditer(value)]
    addresses = [resolved(page.base, api) for api in apis]
    # An API without pretty addresses is asked by a parameter that a page's number cannot simply follow.
    plain = [address for address in addresses if address is not None and "?" not in address]
    return [NamedSource(address=urljoin(f"{address.rstrip('/')}/", POSTS), kind="wp-json") for address in plain]
