"""Find the blocks among which the body is: in the element a layout names, else where the paragraphs are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from crawler.extract.blocks import RawBlock, cut_blocks
from crawler.extract.cards import find_cards
from crawler.extract.masthead import Masthead
from crawler.extract.page import Page
from crawler.extract.tree import Span, Tree
from crawler.sites import Layout, Site

_PARAGRAPH = 40
_SHARES = (1.0, 0.5, 0.25)
"""How much of a paragraph's text counts for its parent, grandparent and so on."""
_GAINS = (1.2, 1.4, 1.4, 1.4)
"""How much more text an ancestor must hold to be the body instead, from the parent outward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The blocks of the article's own part of a page, and where that is."""

    rule: str
    span: Span
    blocks: tuple[RawBlock, ...]


def cut_page(page: Page, site: Site, layout: Layout) -> list[RawBlock]:
    """Return the blocks of a whole page, without the cards of other articles."""
    bodies = page.tree.tagged("body")
    return _cut(page, site, layout, page.tree.span(bodies[0] if bodies else 0))


def find_named_content(page: Page, site: Site, layout: Layout) -> Content | None:
    """Return what is in the element that the layout names, or None when it has no paragraph."""
    for selector in layout.content:
        for position in page.tree.select(selector):
            span = page.tree.span(position)
            blocks = _cut(page, site, layout, span)
            if any(block.type == "paragraph" for block in blocks):
                return Content(rule=f"css {selector}", span=span, blocks=tuple(blocks))
    return None


def find_unnamed_content(page: Page, blocks: Sequence[RawBlock], masthead: Masthead) -> Content:
    """Return the blocks in the element with most text, and the paragraphs between the masthead and it."""
    span = _widest(page.tree, blocks)
    kept = [
        block
        for number, block in enumerate(blocks)
        if number >= masthead.end and (block.position in span or _is_standfirst(block, span))
    ]
    return Content(rule="most text", span=span, blocks=tuple(kept))


def _cut(page: Page, site: Site, layout: Layout, span: Span) -> list[RawBlock]:
    related, promotion = find_cards(page, site)
    blocks = cut_blocks(page.tree, span, page.tree.select_any(layout.drop))
    cards = [(cards.start, cards.end) for cards in (*related, *promotion) if span.start not in cards]
    return [block for block in blocks if not any(start <= block.position < end for start, end in cards)]


def _widest(tree: Tree, blocks: Sequence[RawBlock]) -> Span:
    """Return the element that holds most text of paragraphs near; a wider one when it adds a good part to it."""
    texts = [block for block in blocks if _is_running_text(block)]
    scores: dict[int, float] = defaultdict(float)
    for block in texts:
        inside = block.position if tree.tags[block.position] != "p" else tree.parents[block.position]
        for share, holder in zip(_SHARES, (inside, *islice(tree.ancestors(inside), len(_SHARES) - 1)), strict=False):
            scores[holder] += share * len(block.text)
    if not scores:
        return tree.span(0)
    best = tree.span(max(scores, key=lambda position: (scores[position], position)))
    held = _held(texts, best)
    for gain, holder in zip(_GAINS, islice(tree.ancestors(best.start), len(_GAINS)), strict=False):
        wider = tree.span(holder)
        if tree.tags[holder] not in ("body", "html") and _held(texts, wider) >= gain * held:
            best, held = wider, _held(texts, wider)
    return best


def _is_running_text(block: RawBlock) -> bool:
    return block.type in ("paragraph", "quote") and len(block.text) > _PARAGRAPH and block.linked < 0.5


def _held(blocks: Sequence[RawBlock], span: Span) -> int:
    return sum(len(block.text) for block in blocks if block.position in span)


def _is_standfirst(block: RawBlock, span: Span) -> bool:
    """Say whether a block before the body is a paragraph of the article all the same."""
    sentence = len(block.text) > _PARAGRAPH and block.text.rstrip("\"'”’»)")[-1:] in tuple(".!?…")
    return block.position < span.start and block.type == "paragraph" and sentence and block.linked < 0.5
