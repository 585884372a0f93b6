"""The second site, read from a real page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.extract import extract
from crawler.items import Brief
from crawler.sites import get_site
from tests.material import REAL

FOLDER = REAL / "news_html"
NAME = "theplanetarypress.com.forestlands.html"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the real pages are not here")


@pytest.fixture(scope="module")
def gold() -> dict[str, Any]:
    expected: dict[str, Any] = json.loads((FOLDER / "gold.json").read_text())[NAME]["gold"]
    return expected


@pytest.fixture(scope="module")
def brief(gold: dict[str, Any]) -> Brief:
    at = datetime(2020, 2, 1, tzinfo=UTC)
    page = (FOLDER / "pages" / NAME).read_bytes()
    found = extract(page, url=gold["url"], captured_at=at, site=get_site("planetarypress"))
    assert isinstance(found, Brief)
    return found


def test_title_and_author_are_those_of_the_gold(brief: Brief, gold: dict[str, Any]) -> None:
    assert brief.title == gold["title"]
    assert brief.authors == (gold["author"],)


def test_the_date_is_the_page_s_own(brief: Brief) -> None:
    # The gold says the 19th; the page says the 17th, three times.
    assert brief.published == "2020-01-17T21:08:00+00:00"
    assert brief.published_raw == "January 17, 2020"


def test_the_body_has_what_it_must_and_nothing_else(brief: Brief, gold: dict[str, Any]) -> None:
    assert [words for words in gold["with"] if words not in brief.text] == []
    assert [words for words in gold["without"] if words in brief.text] == []
    assert brief.body[0].text.startswith("Indigenous Peoples have had")
    assert sum(block.type == "heading" for block in brief.body) >= 2


def test_related_cards_are_articles_of_the_site(brief: Brief) -> None:
    scope = get_site("planetarypress").scope
    assert len(brief.related) == 3
    assert all(scope.judge(link.url).in_scope and link.title for link in brief.related)


def test_address_kind_and_extractor(brief: Brief) -> None:
    assert brief.url.startswith("https://www.theplanetarypress.com/2020/01/management-of-intact")
    assert (brief.kind, brief.language, brief.extractor) == ("news", "en-US", "planetarypress/tagdiv@1")
