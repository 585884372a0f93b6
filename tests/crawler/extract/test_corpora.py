"""Real pages of many publishers, and the demo site's: nothing raises, and how much is right is printed."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.demo.body import read_body
from crawler.demo.page import Surroundings, page_html
from crawler.demo.site import DemoSite
from crawler.extract import extract, find_links, fold, parse
from crawler.items import Brief
from crawler.scope import Scope
from crawler.sites import Site, get_site
from crawler.sites.layouts import (
    BOILERPLATE,
    KIND_WORDS,
    NEWSPACK,
    RELATED_HEADINGS,
    RELATED_SELECTORS,
    SEE_ALSO,
    TAGDIV,
    UNKNOWN_CLASSES,
)
from crawler.sites.site import Cards
from tests.material import REAL

FOLDER = REAL / "news_html"
AT = datetime(2026, 1, 1, tzinfo=UTC)
needs_pages = pytest.mark.skipif(not FOLDER.exists(), reason="the real pages are not here")


def any_site(url: str) -> Site:
    """Return a site of whose pages nothing is known."""
    return Site(
        name="any",
        label="",
        scope=Scope(hosts=(urlsplit(url).hostname or "",), articles=((re.compile(".*", re.DOTALL), "article"),)),
        layouts=(TAGDIV, NEWSPACK, UNKNOWN_CLASSES),
        kinds=KIND_WORDS,
        boilerplate=BOILERPLATE,
        see_also=SEE_ALSO,
        related=Cards(headings=RELATED_HEADINGS, selectors=RELATED_SELECTORS),
    )


def read(body: bytes, url: str) -> Brief | None:
    page = parse(body, url=url)
    find_links(page, any_site(url))
    result = extract(page, url=url, captured_at=AT, site=any_site(url))
    return result if isinstance(result, Brief) else None


def same(one: str, other: str) -> bool:
    return fold(one).casefold() == fold(other).casefold()


def gold_pages() -> Iterator[tuple[bytes, dict[str, Any]]]:
    for name, entry in json.loads((FOLDER / "gold.json").read_text()).items():
        yield (FOLDER / "pages" / name).read_bytes(), entry["gold"] or {}


@needs_pages
def test_pages_with_gold_are_read_by_rules_that_know_nothing_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    right, asked = Counter[str](), Counter[str]()
    for body, gold in gold_pages():
        url = gold.get("url", "") if gold.get("url", "").startswith("http") else "https://site.example/a/"
        brief = read(body, url)
        text = fold(brief.text) if brief else ""
        for name, expected, found in (
            ("title", gold.get("title"), bool(brief and same(brief.title, gold.get("title", "")))),
            ("date", gold.get("date"), bool(brief and (brief.published or "")[:10] == gold.get("date"))),
            *(("with", words, fold(words) in text) for words in gold.get("with", [])),
            *(("without", words, fold(words) not in text) for words in gold.get("without", [])),
        ):
            asked[name] += bool(expected)
            right[name] += bool(expected) and found
    with capsys.disabled():
        print("\ngold.json:", ", ".join(f"{name} {right[name]} of {asked[name]}" for name in asked))
    assert right["title"] >= 22
    assert right["date"] >= 18
    assert right["with"] >= 80
    assert right["without"] >= 70


def fundus_pages() -> Iterator[tuple[bytes, str, dict[str, Any]]]:
    for folder in (FOLDER / "fundus" / "us", FOLDER / "fundus" / "uk"):
        addresses = json.loads((folder / "meta.info").read_text())
        for path in sorted(folder.glob("*.html.gz")):
            expected = json.loads((folder / f"{path.name.split('_')[0]}.json").read_text())
            yield gzip.decompress(path.read_bytes()), addresses[path.name]["url"], expected


@needs_pages
def test_pages_of_fundus_are_read_by_rules_that_know_nothing_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter[str]()
    for body, url, versions in fundus_pages():
        brief = read(body, url)
        counts["pages"] += 1
        counts["briefs"] += brief is not None
        match = next((v for v in versions.values() if brief and same(brief.title, v.get("title") or "")), None)
        if brief and match and match.get("publishing_date"):
            counts["titles"] += 1
            counts["dates"] += (brief.published or "")[:10] == match["publishing_date"][:10]
            paragraphs = [words for section in match["body"]["sections"] for words in section["paragraphs"]]
            counts["paragraphs"] += len(paragraphs)
            counts["whole paragraphs"] += sum(fold(words) in fold(brief.text) for words in paragraphs)
    with capsys.disabled():
        print("\nfundus:", ", ".join(f"{name} {count}" for name, count in counts.items()))
    assert counts["briefs"] >= counts["pages"] - 1
    assert counts["dates"] >= 37
    assert counts["whole paragraphs"] >= 0.97 * counts["paragraphs"]


def test_every_page_of_the_demo_site_is_read_whole() -> None:
    demo, site = DemoSite(), get_site("demo")
    around = Surroundings(articles=demo.articles, address=demo.address)
    for article in demo.articles.values():
        brief = extract(page_html(article, around), url=article.url, captured_at=AT, site=site)
        assert isinstance(brief, Brief), article.slug
        blocks = [block for block in read_body(article.body) if block.type in ("paragraph", "heading", "quote", "list")]
        assert [(block.type, block.text) for block in brief.body] == [(block.type, block.text) for block in blocks]
        assert (brief.title, brief.kind) == (article.title, article.kind)
        assert brief.authors == tuple(article.authors)
        assert (brief.published or "")[:10] == article.published[:10]
        cards = [site.scope.canonical(demo.address(card.to)) or "" for card in article.related]
        articles = {url for url in cards if site.scope.judge(url).rule not in ("tag page", "listing")}
        assert {link.url for link in brief.related} == articles
