"""The links of a page, each with the place it stands in: only `related` ones are followed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from crawler.extract.blocks import cut_blocks
from crawler.extract.cards import find_cards
from crawler.extract.header_line import parse_header_line
from crawler.extract.layouts import choose_layout
from crawler.extract.page import Page
from crawler.extract.text import clean
from crawler.extract.tree import outermost
from crawler.sites import Site

_MENUS = ("nav", "header", "footer", "aside")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "li", "blockquote", "div", "td"})
_MORE = re.compile(
    r"(?:read|see|view) (?:more|all)|leer más|ver más|more|más|continue reading.*|[→»›>]+", re.IGNORECASE
)
_LEAD = re.compile(r"^.{0,60}?/\s*\d{1,2}\s+\w{3,10}\.?\s+\d{4}\s*|^\d{1,2}\s+\w{3,10}\.?\s+\d{4}\s*", re.IGNORECASE)
_LONGEST_LEAD = 160
_CARDS = ("related", "promotion")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLink:
    """A link as a reader meets it."""

    url: str
    """Absolute, as linked."""
    title: str
    place: str
    """`related`, `promotion`, `menu`, `tag`, `body`, `see also`, `translation` or `other`."""


def find_links(page: Page, site: Site) -> tuple[FoundLink, ...]:
    """Return the links of the page in document order; several to one address in one place count once."""
    places = _Places(page, site)
    return _gather(page, site, ((link, places.of(link)) for link in page.tree.tagged("a")))


def count_places(page: Page, site: Site) -> Counter[str]:
    """Return how many links the page has in each place: what `find_links` would tell, without their titles."""
    places = _Places(page, site)
    return Counter(places.of(link) for link in page.tree.tagged("a") if page.tree.elements[link].get("href"))


def find_related(page: Page, site: Site) -> tuple[FoundLink, ...]:
    """Return the related links alone."""
    related, promotion = find_cards(page, site)
    links = {link for span in related for link in page.tree.within("a", span)}
    links -= {link for span in promotion for link in page.tree.within("a", span)}
    placed = ((link, _related_or_tag(page, site, link)) for link in sorted(links))
    return tuple(link for link in _gather(page, site, placed) if link.place == "related")


def _gather(page: Page, site: Site, placed: Iterable[tuple[int, str]]) -> tuple[FoundLink, ...]:
    found: dict[tuple[str, str | None], tuple[tuple[bool, int], FoundLink]] = {}
    for link, place in placed:
        url = _address(page, link)
        if url is not None:
            is_card = place in _CARDS
            weight, title = _card_title(page, link) if is_card else ((False, 0), clean(page.tree.text(link)))
            key = (place, site.scope.canonical(url) if is_card else url)
            if key[1] and (key not in found or weight > found[key][0]):
                first = found[key][1].url if key in found else url
                found[key] = (weight, FoundLink(url=first, title=title, place=place))
    return tuple(link for _, link in found.values())


def _address(page: Page, link: int) -> str | None:
    """Return the http address that a link leads to, if it does."""
    reference = (page.tree.elements[link].get("href") or "").strip()
    if not reference or reference.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    address = page.resolve(reference)
    return address if address and address[:8].lower().startswith(("http://", "https://")) else None


def _is_tag(page: Page, site: Site, link: int) -> bool:
    if "tag" in (page.tree.elements[link].get("rel") or "").split():
        return True
    address = _address(page, link)
    return address is not None and site.scope.judge(address).rule == "tag page"


def _related_or_tag(page: Page, site: Site, link: int) -> str:
    """Tell a card's link to the article from the one to its tag or category."""
    address = _address(page, link) or ""
    is_label = _is_tag(page, site, link) or site.scope.judge(address).rule == "listing"
    return "tag" if is_label else "related"


class _Places:
    """Tells the place of a link from the stretches of a page, worked out once."""

    def __init__(self, page: Page, site: Site) -> None:
        tree = page.tree
        self._page, self._site = page, site
        related, promotion = find_cards(page, site)
        content = tree.select_any(choose_layout(page, site).content) or tree.tagged("article") or tree.tagged("main")
        painted = (
            ("menu", [tree.span(position) for position in tree.tagged(*_MENUS)]),
            ("body", [tree.span(position) for position in content]),
            ("related", related),
            ("promotion", promotion),
        )
        self._zones = bytearray(len(tree))
        for number, (_, spans) in enumerate(painted, 1):
            for span in outermost(spans):
                self._zones[span.start : span.end] = bytes([number]) * (span.end - span.start)
        self._names = ("other", *(name for name, _ in painted))

    def of(self, link: int) -> str:
        """Return the place of the link at that position."""
        name = self._names[self._zones[link]]
        if name == "promotion" or name == "menu":
            return name
        if name == "related":
            return _related_or_tag(self._page, self._site, link)
        if _is_tag(self._page, self._site, link):
            return "tag"
        if name == "body" and self._is_cross_reference(link):
            return "see also"
        if self._page.tree.elements[link].get("hreflang"):
            return "translation"
        return name

    def _is_cross_reference(self, link: int) -> bool:
        tree = self._page.tree
        around = (place for place in islice(tree.ancestors(link), 4) if tree.tags[place] in _BLOCKS)
        block = next(around, None)
        if block is None:
            return False
        start = "".join(islice(tree.elements[block].itertext(), 6))[:_LONGEST_LEAD]
        return bool(self._site.see_also.match(clean(start)))


def _card_title(page: Page, link: int) -> tuple[tuple[bool, int], str]:
    """Return the title or teaser on a link, and how well it serves as one: a heading first, then the longest."""
    tree = page.tree
    blocks = cut_blocks(tree, tree.span(link))
    headed = any(_is_heading(page, place) for place in islice(tree.ancestors(link), 3))
    texts = [(headed or block.type == "heading", without_header_line(block.text)) for block in blocks]
    weighed = [((heading, len(text)), text) for heading, text in texts if text and not _MORE.fullmatch(text)]
    return max(weighed, default=((False, 0), _spare_title(page, link)))


def _spare_title(page: Page, link: int) -> str:
    """Return what a link without words is called: by its title, its label or its picture."""
    tree = page.tree
    element = tree.elements[link]
    images = tree.within("img", tree.span(link))
    alt = tree.elements[images[0]].get("alt") if images else None
    return clean(element.get("title") or element.get("aria-label") or alt or "")


def without_header_line(text: str) -> str:
    """Return what follows `TAG / DATE` on a card; nothing when the text is only that."""
    if parse_header_line(text):
        return ""
    return _LEAD.sub("", text, count=1)


def _is_heading(page: Page, position: int) -> bool:
    return page.tree.tags[position] in _HEADINGS
