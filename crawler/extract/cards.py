"""Where the cards of related content and of promotion stand on a page."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from crawler.extract.page import Page
from crawler.extract.tree import Span, Tree
from crawler.sites import Site
from crawler.sites.site import Cards

_RANKS = {f"h{rank}": rank for rank in range(1, 7)}
_MENUS = frozenset({"nav", "footer", "li"})
_LABEL_CLIMB = 6
_MOST_LABELS = 60
_MOST_LINKS = 400


@lru_cache(maxsize=2)
def find_cards(page: Page, site: Site) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the stretches of related cards and those of promotion, which weigh more where both claim a link."""
    texts = _find_texts(page.tree, (*site.related.headings, *site.promotion.headings), site.promotion.labels)
    headings = {position: text for position, text in texts.items() if text not in site.promotion.labels}
    labels = [position for position in texts if position not in headings][:_MOST_LABELS]
    promotion = _stretches(page, site, site.promotion, headings)
    promotion += tuple(_labelled(page, site, position) for position in labels)
    return _stretches(page, site, site.related, headings), promotion


def _find_texts(tree: Tree, headings: tuple[str, ...], labels: tuple[str, ...]) -> dict[int, str]:
    """Return the positions of the innermost elements that begin with just one of these texts."""
    found: dict[int, str] = {}
    longest = max(map(len, (*headings, *labels)), default=0) * 4
    for position, element in enumerate(tree.elements):
        own = element.text
        if own and len(own) < longest:
            text = " ".join(own.split()).rstrip(":").casefold()
            if text in labels or (text in headings and not _is_menu_entry(tree, position)):
                found[position] = text
    return found


def _is_menu_entry(tree: Tree, position: int) -> bool:
    tags = {tree.tags[place] for place in (position, *tree.ancestors(position))}
    return bool(tags & _MENUS) or ("a" in tags and not tags & set(_RANKS))


def _stretches(page: Page, site: Site, cards: Cards, headings: dict[int, str]) -> tuple[Span, ...]:
    spans = [page.tree.span(position) for position in page.tree.select_any(cards.selectors)]
    for position, text in headings.items():
        if text in cards.headings and not any(position in span for span in spans):
            spans.append(_section(page, site, position, tuple(headings)))
    return tuple(spans)


def _section(page: Page, site: Site, heading: int, headings: tuple[int, ...]) -> Span:
    """Return what the heading stands above: up to the next heading of a section, or the end of what holds both."""
    tree = page.tree
    first = _first_card_link(page, site, Span(heading, len(tree)))
    if first is None:
        return tree.span(heading)
    end = tree.ends[tree.shared_ancestor(heading, first)]
    breaks = [position for position in (*headings, *tree.tagged("footer")) if heading < position < end]
    return Span(heading, min((*breaks, _next_section(tree, heading, end))))


def _next_section(tree: Tree, heading: int, end: int) -> int:
    """Return where the next heading of that rank or a higher one stands that is no card's title: unlinked."""
    rank = _RANKS.get(tree.tags[heading], 2)
    later = tree.tagged(*(tag for tag, of in _RANKS.items() if of <= rank))
    after = (position for position in later if heading < position < end)
    return next((position for position in islice(after, _MOST_LABELS) if not _is_linked(tree, position)), end)


def _is_linked(tree: Tree, position: int) -> bool:
    around = (position, *tree.ancestors(position))
    return bool(tree.within("a", tree.span(position))) or any(tree.tags[place] == "a" for place in around)


def _first_card_link(page: Page, site: Site, span: Span) -> int | None:
    """Return the first link of that stretch that leads to an article of the site."""
    return next(
        (link for link in islice(page.tree.within("a", span), _MOST_LINKS) if is_article(page, site, link)), None
    )


def is_article(page: Page, site: Site, link: int) -> bool:
    """Say whether that link leads to an article of the site."""
    address = page.resolve(page.tree.elements[link].get("href") or "")
    return address is not None and site.scope.judge(address).in_scope


def _labelled(page: Page, site: Site, label: int) -> Span:
    """Return the card that a label is printed on: the smallest element around it with a link to an article."""
    around = (label, *islice(page.tree.ancestors(label), _LABEL_CLIMB))
    spans = (page.tree.span(position) for position in around)
    return next((span for span in spans if _first_card_link(page, site, span) is not None), page.tree.span(label))
