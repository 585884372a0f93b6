"""The place of each field's evidence, by the rule that won."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from archive.timestamps import parse_timestamp
from crawler.extract.address import read_addresses
from crawler.extract.blocks import RawBlock
from crawler.extract.body import Body
from crawler.extract.brief import read_content
from crawler.extract.cards import find_cards
from crawler.extract.content import Content
from crawler.extract.images import picture_address
from crawler.extract.layouts import choose_layout
from crawler.extract.page import Page
from crawler.extract.places.json_places import JsonPlaces
from crawler.extract.places.place import Found, Place
from crawler.extract.places.source_map import SourceMap
from crawler.extract.rules import LONGEST, Source, read_element
from crawler.extract.text import clean
from crawler.sites import Site

Texts = tuple[str, ...]
_MOST = 60
_NOWHERE = "The rule was run again on the captured page, and what it read then was not found there."
_ADDRESS = "The address of the page tells it; it stands nowhere in the page."
_SITE = "No rule found it in the page: it is the site's own, as its site file says."
_DERIVED = "Worked out from the tags and the title: countries that they name."
_HEADERS = ("x-robots-tag", "tdm-reservation", "tdm-policy")


class Finder:
    """Finds places in one captured page."""

    def __init__(self, text: str, source: Source, title: str) -> None:
        """`text` is the page's, as `decode_text` gives it; `title` the brief's: its body is read with it."""
        self.map = SourceMap(text, source.page.tree)
        self._source = source
        self._page = source.page
        self._title = title

    @classmethod
    def of(cls, page: Page, text: str, site: Site, brief: Mapping[str, Any]) -> Self:
        """Return a finder for the page that the line of a brief was read from."""
        url = str(brief["captured_url"])
        at = parse_timestamp(brief["capture"]["timestamp"])
        source = Source(page, site, choose_layout(page, site, at), read_addresses(page, url, site)[0])
        return cls(text, source, str(brief["title"]))

    def find(self, name: str, evidence: Mapping[str, tuple[str, Sequence[str]]]) -> Found:
        """Return the places of a field, given rule and texts of every field of the brief."""
        rule, raw = evidence[name]
        texts = tuple(raw)
        kind, _, rest = rule.partition(" ")
        if name == "body":
            return self._found(self._elements([self._content[0].span.start]))
        if rule in _WORDS:
            return _WORDS[rule](self, texts, evidence)
        if kind in _KINDS:
            return self._found(_KINDS[kind](self, rest, texts))
        return Found(sentence=f"No rule of today is called {rule!r}.")

    def _found(self, places: Iterable[Place], **more: Texts) -> Found:
        found = tuple(places)[:_MOST]
        return Found(places=found, sentence="" if found or any(more.values()) else _NOWHERE, **more)

    # --- what a rule names -----------------------------------------------------------------------------------------

    def _css(self, rest: str, texts: Texts) -> Iterator[Place]:
        selector, _, attribute = rest.partition(" @")
        tree = self._page.tree
        for position in tree.select(selector)[:_MOST]:
            read = clean(read_element(tree, position, attribute)[:LONGEST])
            if read and read in texts:
                yield from self._attribute(position, attribute) if attribute else self._elements([position], (read,))

    def _meta(self, name: str, texts: Texts) -> Iterator[Place]:
        for position in self._page.tree.tagged("meta"):
            element = self._page.tree.elements[position]
            named = element.get("property") or element.get("name") or element.get("itemprop") or ""
            if named.strip().lower() == name:
                place = list(self._attribute(position, "content"))
                stands = clean(element.get("content") or "")
                yield from place if not texts or any(stands == text or text in clean(stands) for text in texts) else ()

    def _json_ld(self, path: str, texts: Texts) -> Iterator[Place]:
        yield from JsonPlaces(self.map, self._page.nodes).find(path, texts)

    def _header_line(self, _part: str, texts: Texts) -> Iterator[Place]:
        between = self._source.masthead.line_at
        blocks = self._source.blocks[between[0] : between[1]] if between else []
        whole = self._blocks(blocks, texts)
        return iter([place for place in whole if place.value] or whole)

    def _label(self, _rest: str, texts: Texts) -> Iterator[Place]:
        return self._numbered(self._source.masthead.label_at, texts)

    def _breadcrumb(self, _rest: str, texts: Texts) -> Iterator[Place]:
        return self._numbered(self._source.masthead.breadcrumb_at, texts)

    def _line(self, start: str, texts: Texts) -> Iterator[Place]:
        begins = (block for block in self._source.blocks if block.text.casefold().startswith(start.casefold()))
        return iter(self._blocks([block for block in begins if texts and block.text.endswith(texts[0])][:1], texts))

    # --- what the reading of a whole page says ---------------------------------------------------------------------

    @cached_property
    def _content(self) -> tuple[Content, Body]:
        return read_content(self._source, self._title)

    def _first_paragraph(self, texts: Texts, _evidence: object) -> Found:
        return self._found(self._blocks(self._content[1].blocks[:1], texts))

    def _licence(self, texts: Texts, _evidence: object) -> Found:
        blocks = [block for block in self._content[1].licence if block.text in texts]
        tree = self._page.tree
        below = (place for place in tree.tagged("p") if clean(tree.text(place)) in texts)
        return self._found(self._blocks(blocks[:1], texts) or self._elements(list(below)[:1], texts))

    def _links(self, texts: Texts, _evidence: object) -> Found:
        tree, span = self._page.tree, self._content[0].span
        links = [link for link in tree.tagged("a") if (tree.elements[link].get("href") or "") in texts]
        inside = [link for link in links if link in span] or links
        return self._found(place for link in inside for place in self._attribute(link, "href"))

    def _cards(self, texts: Texts, _evidence: object) -> Found:
        tree, (related, _) = self._page.tree, find_cards(self._page, self._source.site)
        links = [link for span in related for link in tree.within("a", span)]
        named = (link for link in links if self._page.resolve(tree.elements[link].get("href") or "") in texts)
        return self._found(place for link in dict.fromkeys(named) for place in self._attribute(link, "href"))

    def _pictures(self, texts: Texts, _evidence: object) -> Found:
        scope = self._source.site.scope
        images = (
            place for place in self._page.tree.tagged("img") if picture_address(self._page, place, scope) in texts
        )
        shown = [place for image in images for place in self._elements([image])]
        metas = self._meta("og:image", ())
        told = [place for place in metas if place.value and self._canonical(self._text(place)) in texts]
        return self._found([*shown, *told])

    def _translations(self, texts: Texts, _evidence: object) -> Found:
        tree = self._page.tree
        links = (
            link
            for link in tree.select("link[hreflang]")
            if self._canonical(tree.elements[link].get("href") or "") in texts
        )
        return self._found(place for link in links for place in self._attribute(link, "href"))

    def _countries(self, _texts: Texts, evidence: Mapping[str, tuple[str, Sequence[str]]]) -> Found:
        names = [name for name in ("tags", "title") if name in evidence]
        return Found(
            places=tuple(place for name in names for place in self.find(name, evidence).places), sentence=_DERIVED
        )

    def _rights(self, texts: Texts, _evidence: object) -> Found:
        names = [text.partition(":")[0] for text in texts]
        metas = {"meta_robots": "robots", "tdm_reservation": "tdm-reservation", "tdm_policy": "tdm-policy"}
        places = [place for name in names if name in metas for place in self._meta(metas[name], ())]
        headers = tuple(header for header in _HEADERS if header.replace("-", "_") in names)
        return self._found(places, headers=headers)

    # --- places of elements and blocks -----------------------------------------------------------------------------

    def _elements(self, positions: Sequence[int], texts: Texts = ()) -> list[Place]:
        found = ((position, self.map.element(position)) for position in positions)
        return [
            Place(
                holder=holder,
                value=next((value for text in texts if (value := self.map.words(holder, text))), None),
                words=f"<{self._page.tree.tags[position]}>",
            )
            for position, holder in found
            if holder is not None
        ]

    def _attribute(self, position: int, name: str) -> Iterator[Place]:
        tag = self.map.tag(position)
        if tag is not None:
            yield Place(holder=tag.stretch, value=tag.values.get(name), words=f"{name} of <{tag.name}>")

    def _blocks(self, blocks: Iterable[RawBlock], texts: Texts) -> list[Place]:
        return self._elements(list(dict.fromkeys(block.position for block in blocks)), texts)

    def _numbered(self, number: int | None, texts: Texts) -> Iterator[Place]:
        return iter([] if number is None else self._blocks(self._source.blocks[number : number + 1], texts))

    def _canonical(self, reference: str) -> str | None:
        return self._source.site.scope.canonical(self._page.resolve(reference) or "")

    def _text(self, place: Place) -> str:
        return clean(self.map.text[place.value.start : place.value.end]) if place.value else ""


_Evidence = Mapping[str, tuple[str, Sequence[str]]]
_KINDS: dict[str, Callable[[Finder, str, Texts], Iterator[Place]]] = {
    "css": Finder._css,
    "meta": Finder._meta,
    "json-ld": Finder._json_ld,
    "header-line": Finder._header_line,
    "label": Finder._label,
    "breadcrumb": Finder._breadcrumb,
    "line": Finder._line,
}
_WORDS: dict[str, Callable[[Finder, Texts, _Evidence], Found]] = {
    "address": lambda finder, texts, evidence: Found(sentence=_ADDRESS),
    "site": lambda finder, texts, evidence: Found(sentence=_SITE),
    "first paragraph": Finder._first_paragraph,
    "licence paragraph": Finder._licence,
    "links of the content": Finder._links,
    "related cards": Finder._cards,
    "pictures of the content and og:image": Finder._pictures,
    "hreflang": Finder._translations,
    "names in tags and title": Finder._countries,
    "meta elements and headers": Finder._rights,
}
