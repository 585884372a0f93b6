"""Apply the rules of a site file to a page: each is a line of text, and says what it read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import islice
from typing import TypeVar

from crawler.extract.blocks import RawBlock
from crawler.extract.content import cut_page
from crawler.extract.json_ld import read_path
from crawler.extract.masthead import Masthead, breadcrumb_kind, read_masthead
from crawler.extract.page import Page
from crawler.extract.text import clean, fold
from crawler.extract.tree import Tree
from crawler.items import Evidence
from crawler.sites import Layout, Site

T = TypeVar("T")
LONGEST = 2000
"""Letters that are read of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a rule found: its concrete form and the texts, never none."""

    rule: str
    texts: tuple[str, ...]

    @property
    def evidence(self) -> Evidence:
        """The reading as a brief shows it."""
        return Evidence(rule=self.rule, raw=self.texts[0] if len(self.texts) == 1 else self.texts)


class Source:
    """A page with the site and the layout whose rules read it."""

    def __init__(self, page: Page, site: Site, layout: Layout, url: str) -> None:
        self.page = page
        self.site = site
        self.layout = layout
        self.url = url

    @cached_property
    def blocks(self) -> list[RawBlock]:
        """All blocks of the page; cut only when a rule or the body needs them."""
        return cut_page(self.page, self.site, self.layout)

    @cached_property
    def masthead(self) -> Masthead:
        """The lines that readers see around the title."""
        declared = self.read("meta og:title") or self.read("css title")
        title = strip_suffix(declared.texts[0], self.site) if declared else ""
        return read_masthead(self.blocks, self.site, fold(title).casefold())

    def first(self, field: str, parse: Callable[[tuple[str, ...]], T | None]) -> tuple[T, Evidence] | None:
        """Return what the first rule of that field reads that can be parsed, with its evidence."""
        for rule in self.layout.rules.get(field, ()):
            reading = self.read(rule)
            value = None if reading is None else parse(reading.texts)
            if reading is not None and value is not None:
                return value, reading.evidence
        return None

    def read(self, rule: str) -> Reading | None:
        """Return what the rule finds on this page; raise ValueError for a rule of no known kind."""
        kind, _, rest = rule.partition(" ")
        if kind not in _READERS:
            raise ValueError(f"rule {rule!r} of layout {self.layout.name} is none of: {', '.join(_READERS)}")
        return _READERS[kind](self, rest)


def strip_suffix(title: str, site: Site) -> str:
    """Return a title from og:title or <title> without the site's name after a bar or dash."""
    for suffix in site.title_suffixes:
        head = title.removesuffix(suffix).rstrip()
        if head != title and head.endswith(("|", "-", "–", "—", "·", "»", ":")):
            return head[:-1].rstrip()
    return title


def _read_css(source: Source, rest: str) -> Reading | None:
    selector, _, attribute = rest.partition(" @")
    tree = source.page.tree
    found = tree.select(selector)
    texts = [read_element(tree, place, attribute) for place in found[:60]]
    return _reading(f"css {rest}", texts)


def read_element(tree: Tree, position: int, attribute: str) -> str:
    """Return an attribute of an element, or with an empty name all text in it."""
    return tree.elements[position].get(attribute) or "" if attribute else tree.text(position)


def _read_meta(source: Source, name: str) -> Reading | None:
    return _reading(f"meta {name}", [unescape(text) for text in source.page.metas.get(name, [])])


def _read_json_ld(source: Source, rule: str) -> Reading | None:
    found = read_path(source.page.nodes, rule)
    return _reading(f"json-ld {found[0]}", [unescape(text) for text in found[1]]) if found else None


def _read_header_line(source: Source, part: str) -> Reading | None:
    line = source.masthead.line
    text = getattr(line, part) if line else None
    return _reading(f"header-line {part}", [text] if text else [])


def _read_label(source: Source, _rest: str) -> Reading | None:
    return _reading("label", [source.masthead.label or ""])


def _read_breadcrumb(source: Source, _rest: str) -> Reading | None:
    return _reading("breadcrumb", [breadcrumb_kind(source.masthead.breadcrumb or "", source.site) or ""])


def _read_address(source: Source, _rest: str) -> Reading | None:
    return _reading("address", [source.site.scope.kind_of(source.url) or ""])


def _read_line(source: Source, start: str) -> Reading | None:
    texts = (block.text for block in source.blocks if block.text[: len(start)].casefold() == start.casefold())
    return _reading(f"line {start}", [text[len(start) :] for text in islice(texts, 1)])


def _reading(rule: str, texts: Sequence[str]) -> Reading | None:
    cleaned = tuple(filter(None, (clean(text[:LONGEST]) for text in texts)))
    return Reading(rule=rule, texts=cleaned) if cleaned else None


_READERS: dict[str, Callable[[Source, str], Reading | None]] = {
    "css": _read_css,
    "meta": _read_meta,
    "json-ld": _read_json_ld,
    "header-line": _read_header_line,
    "label": _read_label,
    "breadcrumb": _read_breadcrumb,
    "address": _read_address,
    "line": _read_line,
}
