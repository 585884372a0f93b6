"""Related-content cards in each layout's markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from crawler.demo.article import Article, Card
from crawler.demo.body import read_body
from crawler.demo.words import printed_date

TEASER = 110
"""A longer teaser is cut there, with an ellipsis."""

MARKUP = {
    "tagdiv": (
        '<div class="td-related-span4"><div class="td_module_related_posts td-animation-stack td_mod_related_posts">'
        '<div class="item-details"><h3 class="entry-title td-module-title">'
        '<a href="{href}" rel="bookmark" title="{title}">{title}</a></h3></div></div></div>'
    ),
    "theme2021": '<a class="x7" href="{href}"><span class="x8">{label}</span><p>{teaser}</p></a>',
    "newspack": (
        '<div class="jp-relatedposts-post" data-post-format="false"><h4 class="jp-relatedposts-post-title">'
        '<a class="jp-relatedposts-post-a" href="{href}" title="{title}" rel="">{title}</a></h4>'
        '<p class="jp-relatedposts-post-excerpt">{teaser}</p></div>'
    ),
}


def card_html(card: Card, on: Article, articles: Mapping[str, Article], address: Callable[[str], str]) -> str:
    """Return one card as the page that carries it prints it."""
    named = articles.get(card.to) or articles.get(last_segment(card.to))
    title = card.title or (named.title if named else last_segment(card.to).replace("-", " ").capitalize())
    href = escape(card.spelled or address(card.to))
    return MARKUP[on.layout].format(
        href=href,
        title=escape(title),
        label=label_of(named, on.language),
        teaser=escape(cut(teaser_of(named) if named else title), quote=False),
    )


def last_segment(address: str) -> str:
    """Return the last segment of an address: its slug, if it has one."""
    return address.rstrip("/").rpartition("/")[2]


def label_of(named: Article | None, language: str) -> str:
    """Return `TAG / 12 JAN 2023`."""
    if named is None:
        return "ARCHIVE / " + printed_date("2016-05-01", language)
    return f"{escape(named.tags[0].upper())} / {printed_date(named.published, language)}"


def teaser_of(named: Article) -> str:
    """Return the article's first paragraph."""
    return named.standfirst or read_body(named.body)[0].text


def cut(text: str) -> str:
    """Cut a teaser at a word, with an ellipsis."""
    return text if len(text) <= TEASER else text[:TEASER].rpartition(" ")[0] + "…"
