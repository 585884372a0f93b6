"""The links of a page, each with the place it stands in: only `related` ones are followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from crawler.extract.cards import find_cards
from crawler.extract.header_line import parse_header_line
from crawler.extract.layouts import choose_layout
from crawler.extract.page import Page
from crawler.extract.text import clean
from crawler.extract.tree import Span
from crawler.sites import Site

_MENUS = ("nav", "header", "footer", "aside")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"p", "li", "blockquote", "div", "td"})
_MORE = re.compile(
    r"(?:read|see|view) (?:more|all)|leer más|ver más|more|más|continue reading.*|[→»›>]+", re.IGNORECASE
)
_LEAD = re.compile(r"^.{0,60}?/\s*\d{1,2}\s+\w{3,10}\.?\s+\d{4}\s+|^\d{1,2}\s+\w{3,10}\.?\s+\d{4}\s+", re.IGNORECASE)
_LONGEST_LEAD = 40


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
    found: dict[tuple[str, str], tuple[tuple[bool, int], FoundLink]] = {}
    for link, url in _addresses(page):
        place = places.of(link, url)
        weight, title = _title(page, link)
        key = (place, site.scope.canonical(url) or url) if place in ("related", "promotion") else (place, url)
        if key not in found or weight > found[key][0]:
            first = found[key][1].url if key in found else url
            found[key] = (weight, FoundLink(url=first, title=title, place=place))
    return tuple(link for _, link in found.values())


def _addresses(page: Page) -> Iterator[tuple[int, str]]:
    """Yield the links that lead to an http address, with it."""
    for position in page.tree.tagged("a"):
        reference = (page.tree.elements[position].get("href") or "").strip()
        if reference and not reference.startswith(("#", "javascript:", "mailto:", "tel:")):
            address = page.resolve(reference)
            if address and address.lower().startswith(("http://", "https://")):
                yield position, address


class _Places:
    """Tells the place of a link from the stretches of a page, worked out once."""

    def __init__(self, page: Page, site: Site) -> None:
        tree = page.tree
        self._page, self._site = page, site
        self._related, self._promotion = find_cards(page, site)
        content = tree.select_any(choose_layout(page, site).content) or tree.tagged("article") or tree.tagged("main")
        self._content = [tree.span(position) for position in content[:3]]
        self._menus = [tree.span(position) for position in tree.tagged(*_MENUS)]

    def of(self, link: int, url: str) -> str:
        element = self._page.tree.elements[link]
        if _is_in(link, self._promotion):
            return "promotion"
        if "tag" in (element.get("rel") or "").split() or self._site.scope.judge(url).rule == "tag page":
            return "tag"
        if _is_in(link, self._related):
            return "related"
        if element.get("hreflang"):
            return "translation"
        return self._of_text(link)

    def _of_text(self, link: int) -> str:
        if _is_in(link, self._content):
            return "see also" if self._is_cross_reference(link) else "body"
        return "menu" if _is_in(link, self._menus) else "other"

    def _is_cross_reference(self, link: int) -> bool:
        tree = self._page.tree
        around = (place for place in islice(tree.ancestors(link), 4) if tree.tags[place] in _BLOCKS)
        block = next(around, None)
        if block is None:
            return False
        start = "".join(islice(tree.elements[block].itertext(), 6))[: 4 * _LONGEST_LEAD]
        return bool(self._site.see_also.match(clean(str(start))))


def _is_in(position: int, spans: list[Span] | tuple[Span, ...]) -> bool:
    return any(position in span for span in spans)


def _title(page: Page, link: int) -> tuple[tuple[bool, int], str]:
    """Return the title or teaser on a link, and how well it serves as one: a heading first, then the longest."""
    tree = page.tree
    span = tree.span(link)
    inside = next(
        (place for place in range(span.start + 1, min(span.end, span.start + 40)) if _is_heading(page, place)), None
    )
    if inside is not None:
        return (True, 0), clean(tree.text(inside))
    text = without_header_line(clean(tree.text(link)))
    if text and not _MORE.fullmatch(text):
        headed = any(_is_heading(page, place) for place in islice(tree.ancestors(link), 3))
        return (headed, len(text)), text
    element = tree.elements[link]
    images = tree.within("img", span)
    spare = element.get("title") or element.get("aria-label") or (images and tree.elements[images[0]].get("alt")) or ""
    return (False, 0), clean(spare)


def without_header_line(text: str) -> str:
    """Return what follows `TAG / DATE` on a card; nothing when the text is only that."""
    if parse_header_line(text):
        return ""
    return _LEAD.sub("", text, count=1)


def _is_heading(page: Page, position: int) -> bool:
    return page.tree.tags[position] in _HEADINGS
