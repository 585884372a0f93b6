"""RSS and Atom: which addresses a feed names, and when it says that they changed. Nothing else of it is read."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from crawler.discovery.addresses import resolved
from crawler.discovery.markup import elements, local_name, text_of
from crawler.discovery.moments import latest_moment
from crawler.discovery.named import Named

ROOTS = frozenset({"rss", "feed", "rdf"})
_ITEMS = frozenset({"item", "entry"})
_DATES = frozenset({"updated", "modified", "pubdate", "published", "issued", "date", "created"})
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ALTERNATE = ("", "alternate")


def read_feed(text: str, root: str, url: str) -> Iterator[Named]:
    """Yield what each item leads to: its link, or the guid that stands for one."""
    for item in elements(text, root, _ITEMS):
        parts = list(_parts(item))
        address = _address_of(parts, _base_of(item, url))
        if address is not None:
            yield Named(address=address, changed=_changed(parts))


def _parts(item: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements in an item, however deep a missing end tag has put them; those of its source are not its."""
    waiting = list(item)[::-1]
    while waiting:
        part = waiting.pop()
        if local_name(part) not in ("source", "content", "encoded"):
            yield part
            waiting += list(part)[::-1]


def _address_of(parts: list[etree._Element], base: str) -> str | None:
    links = [part for part in parts if local_name(part) == "link"]
    written = [text_of(link) or link.get("href") for link in links if (link.get("rel") or "").lower() in _ALTERNATE]
    # RSS 2.0: a guid is the item's address unless it says that it is not.
    guids = [part for part in parts if local_name(part) == "guid"]
    permalinks = [text_of(guid) for guid in guids if (guid.get("isPermaLink") or "true").strip().lower() != "false"]
    ids = [text_of(part) for part in parts if local_name(part) == "id"]
    named = [*written, *permalinks, *(each for each in ids if each.startswith("http"))]
    return next((address for each in named if (address := resolved(base, each)) is not None), None)


def _base_of(item: etree._Element, url: str) -> str:
    """Return what relative addresses in an item are resolved against (XML Base), the feed's own where none is given."""
    bases = [base for each in (item, *item.iterancestors()) if (base := each.get(_XML_BASE))]
    for base in reversed(bases):
        url = resolved(url, base) or url
    return url


def _changed(parts: list[etree._Element]) -> float | None:
    """Return the latest of an item's dates: some feeds move the one, some the other."""
    moments = [latest_moment(text_of(part)) for part in parts if local_name(part) in _DATES]
    return max((moment for moment in moments if moment is not None), default=None)
