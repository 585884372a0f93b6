"""The layout whose classes nobody knows, built in six ways: each must read the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import pytest

from crawler.extract import extract
from crawler.items import Brief
from crawler.sites import get_site
from tests.crawler.extract.articles import RealArticle, real_articles
from tests.crawler.extract.layout_pages import (
    CARDS,
    DONATION,
    LICENCE,
    MENU,
    PROMOTION,
    PROMPT,
    RELATED,
    block_html,
    body_html,
    printed_date,
)

ARTICLES = real_articles()
FOOT = (
    f"<p>share icon icon icon</p><p>Was this content helpful?</p><p>{DONATION}</p><p>DONATE</p><p>{PROMPT}</p>"
    f"<p>{LICENCE}</p><p>Was this content helpful?</p><p>{DONATION}</p><p>DONATE</p>"
)
ABOUT = "About InSight Crime"
PROMOTED = f"<div><a href={PROMOTION[0]}><img></a><i>{PROMOTION[1]}</i><h3><a href={PROMOTION[0]}>Cited</a></h3></div>"

pytestmark = pytest.mark.skipif(not ARTICLES, reason="the real articles are not here")


def cards(tag: str = "div") -> str:
    return "".join(
        f'<{tag}><a href="{url}"><img></a><span>{label} / {day}</span><a href="{url}">{escape(text)}</a></{tag}>'
        for url, label, day, text in CARDS
    )


def line(article: RealArticle) -> str:
    return f"{article.tags[0].upper()} / {printed_date(article.date)} BY {article.author_line.upper()} EN"


def heading(article: RealArticle) -> str:
    title = escape(article.title)
    return f"<div>Home News Brief {title}</div><div>BRIEF</div><h1>{title}</h1><div>{line(article)}</div>"


def flat(article: RealArticle) -> str:
    sections = f"<h2>Related Content</h2>{cards()}<h2>{ABOUT}</h2>{PROMOTED}"
    return f"<ul>{MENU}</ul>{heading(article)}{body_html(article.pieces)}{FOOT}{sections}"


def each_paragraph_wrapped(article: RealArticle) -> str:
    body = "".join(f"<div><div>{block_html(piece)}</div></div>" for piece in article.pieces)
    sections = (
        f"<div><h2>Related Content</h2></div><div>{cards()}</div><div><h2>{ABOUT}</h2></div><div>{PROMOTED}</div>"
    )
    return f"<div><ul>{MENU}</ul></div><main>{heading(article)}{body}{FOOT}</main>{sections}"


def heading_in_pieces(article: RealArticle) -> str:
    tag, rest = line(article).split(" / ", 1)
    day, names = rest.split(" BY ", 1)
    head = (
        f"<span>BRIEF</span><h1>{escape(article.title)}</h1><div>"
        f"<a href=/tag/x>{tag}</a> <span>/</span>"
        f" <time>{day}</time></div>"
        f"<div>BY <a href=/author/x>{names[:-3]}</a></div><ul><li><a href=/es/>EN</a></li></ul>"
    )
    aside = f"<aside><h3>Related Content</h3>{cards('article')}</aside>"
    body = f"<section>{body_html(article.pieces)}</section>{FOOT}{aside}"
    return f"<article><header>{head}</header>{body}</article><section><h3>{ABOUT}</h3>{PROMOTED}</section>"


def two_halves(article: RealArticle) -> str:
    half = len(article.pieces) // 2
    body = (
        f"<div><div>{body_html(article.pieces[:half])}</div><div><p>Advertisement</p></div>"
        f"<div>{body_html(article.pieces[half:])}</div></div>"
    )
    sections = f"<section><div>Related Content</div>{cards()}</section><section><div>{ABOUT}</div>{PROMOTED}</section>"
    return f"<main>{heading(article)}{body}{FOOT}</main>{sections}"


def caption_without_figure(article: RealArticle) -> str:
    caption = f"<div><img src=/a.jpg><span>{escape(article.caption.rstrip('.'))}</span></div>"
    body = f"<div>{caption}<div>{body_html(article.pieces)}<div>{FOOT}</div></div></div>"
    sections = (
        f"<div><div><h2>Related Content</h2></div><ul>{cards('li')}</ul></div><div><h2>{ABOUT}</h2>{PROMOTED}</div>"
    )
    return f"<div>{heading(article)}{body}</div>{sections}"


def divs_for_paragraphs(article: RealArticle) -> str:
    body = body_html(article.pieces).replace("<p>", "<div>").replace("</p>", "</div>")
    sections = f"<h2>Related Content</h2>{cards()}<h2>{ABOUT}</h2>{PROMOTED}"
    return f"<main>{heading(article)}<div>{body}</div>{FOOT}</main>{sections}"


STRUCTURES: list[Callable[[RealArticle], str]] = [
    flat,
    each_paragraph_wrapped,
    heading_in_pieces,
    two_halves,
    caption_without_figure,
    divs_for_paragraphs,
]


@pytest.mark.parametrize("structure", STRUCTURES, ids=lambda structure: structure.__name__)
@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.url.rstrip("/").rpartition("/")[2][:20])
def test_the_structure_does_not_matter(article: RealArticle, structure: Callable[[RealArticle], str]) -> None:
    html = f"<!doctype html><title>{escape(article.title)} | InSight Crime</title><body>{structure(article)}</body>"
    at = datetime(2022, 1, 1, tzinfo=UTC)
    brief = extract(html.encode(), url=article.url, captured_at=at, site=get_site("insightcrime"))
    assert isinstance(brief, Brief), brief
    assert [(block.type, block.text) for block in brief.body] == article.body
    assert (brief.title, brief.published, brief.kind) == (article.title, article.date, article.kind)
    assert brief.authors == article.authors
    assert [link.url for link in brief.related] == RELATED
