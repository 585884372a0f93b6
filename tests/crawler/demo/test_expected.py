"""What a crawl should make is told in full by the declarations."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

from crawler.demo.article import all_articles
from crawler.demo.expected import Expected, expected_briefs, expected_outcomes
from crawler.demo.site import DemoSite

BRIEFS = expected_briefs()
NOT_LINKED = {"cruise-terminal-pickpocket-crews", "arrastreros-que-nunca-zarpan", "shark-fin-cold-store-2"}
"""Known to feed, sitemap and promotion cards alone; by translation alone; a twin."""


def test_related_links_reach_every_article_but_those_kept_apart() -> None:
    assert {brief.slug for brief in BRIEFS} == all_articles().keys() - NOT_LINKED


def test_translations_reach_one_more() -> None:
    more = {brief.slug for brief in expected_briefs(translations=True)} - {brief.slug for brief in BRIEFS}
    assert more == {"arrastreros-que-nunca-zarpan"}


def test_every_layout_kind_and_language_is_there() -> None:
    layouts = Counter((brief.layout, brief.language) for brief in BRIEFS)
    assert layouts.keys() == {(name, tag) for name in ("tagdiv", "theme2021", "newspack") for tag in ("en-US", "es-ES")}
    assert Counter(brief.kind for brief in BRIEFS).keys() == {"brief", "analysis", "news"}
    assert min(Counter(brief.layout for brief in BRIEFS).values()) >= 8


def test_every_outcome_is_there() -> None:
    states = Counter(outcome.state for outcome in expected_outcomes())
    assert states.keys() == {
        "redirected", "loop", "alias", "gone", "failed", "refused", "rejected", "out of scope",
    }  # fmt: skip
    rules = {outcome.reason for outcome in expected_outcomes() if outcome.state == "out of scope"}
    assert rules == {"other host", "tag page", "media file"}
    assert {outcome.reason for outcome in expected_outcomes() if outcome.state == "gone"} == {"404", "410"}


def test_every_related_link_is_a_brief_or_an_outcome() -> None:
    known = {brief.url for brief in BRIEFS} | {outcome.url for outcome in expected_outcomes()}
    assert {url for brief in BRIEFS for url in brief.related} <= known


def test_aliases_come_from_redirects_chains_old_addresses_and_twins() -> None:
    aliases = {brief.slug: brief.aliases for brief in BRIEFS if brief.aliases}
    assert len(aliases["ghost-trawlers-transponders"]) == 2
    assert aliases["lamplighters-night-ferries"] == ("https://harbour.example/news-briefs/lamplighters-night-boats",)
    assert aliases["shark-fin-cold-store"] == ("https://harbour.example/news/brief/shark-fin-cold-store-2/",)
    assert aliases["gasolina-clandestina-muelle"][0].startswith("https://es.harbour.example/noticias/")


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: brief.slug)
def test_the_page_prints_every_word_that_is_expected(brief: Expected) -> None:
    page = DemoSite().resource(brief.url.removeprefix("https://harbour.example")).body.decode()
    text = " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())
    for words in (brief.title, brief.byline, *brief.tags, *brief.text.splitlines()):
        assert words in unescape(page) or words in text


def test_the_traps_of_the_field_are_declared() -> None:
    articles = list(all_articles().values())
    bylines = {article.byline for article in articles}
    assert any(byline.endswith("*") for byline in bylines)
    assert any(byline.endswith(" ") for byline in bylines)
    assert any("O'" in byline for byline in bylines)
    assert any("O’" in byline for byline in bylines)
    assert any(" and " in byline and "," in byline for byline in bylines)
    assert any(len(set(article.tags)) < len(article.tags) for article in articles)
    assert any(article.modified and article.modified < article.published for article in articles)
    assert any("!file " in article.body for article in articles)
    assert any("T" not in article.published for article in articles)


def test_an_edited_site_changes_what_is_expected() -> None:
    site = DemoSite()
    site.edit("harbour-watch-fuel-smuggling", new="Nobody counts any more.")
    site.remove("counterfeit-lifejackets")
    briefs = {brief.slug: brief for brief in expected_briefs(site)}
    assert briefs["harbour-watch-fuel-smuggling"].body[-1] == ("paragraph", "Nobody counts any more.")
    assert "counterfeit-lifejackets" not in briefs
