"""Cut a stretch of a page into blocks of text in one pass; inline elements never split one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from crawler.extract.text import clean
from crawler.extract.tree import Span, Tree

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol"})
# fmt: off
_BREAKING = _HEADINGS | _LISTS | frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "footer", "form", "header", "hr", "html", "li", "main", "nav", "p", "pre", "section", "summary",
    "table", "tbody", "tfoot", "thead", "tr",
})
_SPACING = frozenset({"br", "td", "th", "img"})
_SKIPPED = frozenset({
    "aside", "audio", "button", "canvas", "dialog", "embed", "figcaption", "footer", "form", "head", "iframe", "input",
    "label", "map", "nav", "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea",
    "video",
})
# fmt: on
_SPEAKING_FIGURES = frozenset({"wp-block-table", "wp-block-pullquote", "wp-block-quote"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLink:
    """A link inside a block, as written."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawBlock:
    """A block of text before anybody asked whether it belongs to the article."""

    position: int
    """Of the element that holds it."""
    type: str
    """`paragraph`, `heading`, `quote` or `list`."""
    tag: str
    text: str
    links: tuple[RawLink, ...] = ()
    after_image: bool = False
    """Nothing but a picture stands between it and the block before."""
    with_image: bool = False
    """A picture stands in the element that holds it."""

    @property
    def linked(self) -> float:
        """The share of its text that is links, 0 to 1."""
        return sum(len(link.text) for link in self.links) / max(1, len(self.text))


def cut_blocks(tree: Tree, span: Span, skipped: Collection[int] = ()) -> list[RawBlock]:
    """Return the blocks of that stretch in order, without the elements at the skipped positions."""
    return _Cutter(tree, frozenset(skipped)).cut(span)


class _Cutter:
    """Walks positions in order with a stack of open elements: linear in the size, whatever the nesting."""

    def __init__(self, tree: Tree, skipped: frozenset[int]) -> None:
        self._tree = tree
        self._skipped = skipped
        self._blocks: list[RawBlock] = []
        self._open: list[int] = []
        self._parts: list[str] = []
        self._links: list[RawLink] = []
        self._link_starts: list[tuple[str, int]] = []
        self._items: list[str] = []
        self._list_links: list[RawLink] = []
        self._lists = 0
        self._quotes = 0
        self._image = False

    def cut(self, span: Span) -> list[RawBlock]:
        """Return the blocks of that stretch."""
        position = span.start
        while position < span.end:
            self._close_before(position)
            if self._is_skipped(position):
                self._add(self._tree.elements[position].tail)
                position = self._tree.ends[position]
            else:
                self._enter(position)
                position += 1
        self._close_before(span.end)
        self._flush(span.start)
        return self._blocks

    def _is_skipped(self, position: int) -> bool:
        tag = self._tree.tags[position]
        if tag == "figure":
            self._image = True
            return not _SPEAKING_FIGURES.intersection(self._tree.elements[position].get("class", "").split())
        # Some systems wrap a whole page in one form.
        whole = tag == "form" and bool(self._tree.within("h1", self._tree.span(position)))
        return (tag in _SKIPPED and not whole) or position in self._skipped

    def _enter(self, position: int) -> None:
        element, tag = self._tree.elements[position], self._tree.tags[position]
        if tag in _BREAKING:
            self._flush(self._tree.parents[position])
        elif tag in _SPACING:
            self._parts.append(" ")
            self._image = self._image or tag == "img"
        self._lists += tag in _LISTS
        self._quotes += tag == "blockquote"
        if tag == "a" and element.get("href"):
            self._link_starts.append((element.get("href", ""), len(self._parts)))
        self._open.append(position)
        self._add(element.text)

    def _close_before(self, position: int) -> None:
        while self._open and self._tree.ends[self._open[-1]] <= position:
            self._leave(self._open.pop())

    def _leave(self, position: int) -> None:
        element, tag = self._tree.elements[position], self._tree.tags[position]
        if tag == "a" and element.get("href") and self._link_starts:
            href, start = self._link_starts.pop()
            self._links.append(RawLink(href=href, text=clean("".join(self._parts[start:]))))
        if tag in _BREAKING:
            self._flush(position)
        self._lists -= tag in _LISTS
        self._quotes -= tag == "blockquote"
        if tag in _LISTS and not self._lists:
            self._emit_list(position)
        self._add(element.tail)

    def _add(self, text: str | None) -> None:
        if text and self._open:
            self._parts.append(text)

    def _flush(self, position: int) -> None:
        """End the block that is being read; inside a list it becomes an item."""
        text = clean("".join(self._parts))
        links = tuple(self._links)
        self._parts, self._links = [], []
        self._link_starts = [(href, 0) for href, _ in self._link_starts]
        if not text:
            return
        if self._lists:
            self._items.append(text)
            self._list_links.extend(links)
        else:
            self._emit(position, "", text, links)

    def _emit_list(self, position: int) -> None:
        if self._items:
            self._emit(position, "list", "\n".join(self._items), tuple(self._list_links))
        self._items, self._list_links = [], []

    def _emit(self, position: int, type_: str, text: str, links: tuple[RawLink, ...]) -> None:
        tag = self._tree.tags[position] if position >= 0 else ""
        type_ = type_ or ("heading" if tag in _HEADINGS else "quote" if self._quotes else "paragraph")
        within = self._image and tag == "p" and bool(self._tree.within("img", self._tree.span(position)))
        block = RawBlock(
            position=position,
            type=type_,
            tag=tag,
            text=text,
            links=links,
            after_image=self._image,
            with_image=within,
        )
        self._blocks.append(block)
        self._image = False
