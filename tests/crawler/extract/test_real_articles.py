"""Eight real articles in each layout: every field right, every paragraph whole, nothing else in the body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from crawler.extract import extract, find_links, parse
from crawler.items import Brief
from crawler.sites import get_site
from tests.crawler.extract.articles import RealArticle, real_articles
from tests.crawler.extract.layout_pages import LICENCE, PROMOTION, RELATED, joomla, newspack, tagdiv, theme2021

ARTICLES = real_articles()
LAYOUTS: dict[str, tuple[Callable[[RealArticle], bytes], datetime]] = {
    "tagdiv": (tagdiv, datetime(2020, 4, 1, tzinfo=UTC)),
    "newspack": (newspack, datetime(2026, 4, 1, tzinfo=UTC)),
    "theme2021": (theme2021, datetime(2022, 4, 1, tzinfo=UTC)),
    "theme2021 untold": (partial(theme2021, told=False), datetime(2022, 4, 1, tzinfo=UTC)),
    "joomla": (joomla, datetime(2016, 4, 1, tzinfo=UTC)),
}

pytestmark = [
    pytest.mark.skipif(not ARTICLES, reason="the real articles are not here"),
    pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.url.rstrip("/").rpartition("/")[2][:20]),
]
in_every_layout = pytest.mark.parametrize("layout", LAYOUTS)
in_dated_layouts = pytest.mark.parametrize("layout", ["tagdiv", "newspack", "theme2021"])


def brief_of(article: RealArticle, layout: str) -> Brief:
    page, captured_at = LAYOUTS[layout]
    brief = extract(page(article), url=article.url, captured_at=captured_at, site=get_site("insightcrime"))
    assert isinstance(brief, Brief), brief
    return brief


@in_every_layout
def test_title_is_as_printed(article: RealArticle, layout: str) -> None:
    assert brief_of(article, layout).title == article.title


@in_every_layout
def test_published_is_that_day(article: RealArticle, layout: str) -> None:
    assert (brief_of(article, layout).published or "")[:10] == article.date


@in_every_layout
def test_authors_are_names_alone(article: RealArticle, layout: str) -> None:
    assert brief_of(article, layout).authors == article.authors


@in_dated_layouts
def test_tags_are_all_there(article: RealArticle, layout: str) -> None:
    assert brief_of(article, layout).tags == article.tags


@in_every_layout
def test_kind_is_brief(article: RealArticle, layout: str) -> None:
    assert brief_of(article, layout).kind == article.kind


@in_every_layout
def test_body_is_the_paragraphs_and_nothing_else(article: RealArticle, layout: str) -> None:
    assert [(block.type, block.text) for block in brief_of(article, layout).body] == article.body


@in_every_layout
def test_see_also_is_apart_from_the_body(article: RealArticle, layout: str) -> None:
    titles = [piece.text for piece in article.pieces if piece.type == "see also"]
    assert [link.title for link in brief_of(article, layout).see_also] == titles


@in_dated_layouts
def test_related_cards_are_found_and_promotion_is_not_among_them(article: RealArticle, layout: str) -> None:
    page, _ = LAYOUTS[layout]
    brief = brief_of(article, layout)
    links = find_links(parse(page(article), url=article.url), get_site("insightcrime"))
    assert [link.url for link in brief.related] == RELATED
    assert {link.place for link in links if link.url == PROMOTION[0]} <= {"promotion"}


@in_dated_layouts
def test_licence_paragraph_is_the_licence(article: RealArticle, layout: str) -> None:
    assert (brief_of(article, layout).licence or "")[:40] == LICENCE[:40]


@pytest.mark.parametrize("layout", ["tagdiv", "newspack", "theme2021", "joomla"])
def test_extractor_names_the_layout(article: RealArticle, layout: str) -> None:
    assert brief_of(article, layout).extractor == f"insightcrime/{layout}@1"


@in_every_layout
def test_every_read_field_has_evidence(article: RealArticle, layout: str) -> None:
    brief = brief_of(article, layout)
    fields = ("title", "standfirst", "byline", "authors", "published", "kind", "language", "body", "tags")
    assert [name for name in fields if getattr(brief, name) and name not in brief.evidence] == []
