"""Feeds, sitemaps, listings, WordPress' list, over sockets: their pages are found once, and asked when they change."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from crawler.demo.addresses import APEX
from crawler.demo.article import all_articles
from crawler.demo.expected import expected_briefs
from crawler.demo.framing import head
from crawler.demo.server import DemoServer
from crawler.ledger.sightings import RELATED
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.cli.crawls import Crawls

HOME = f"https://{APEX}"
FEED, NEWS, PACKED = f"{HOME}/feed/", f"{HOME}/news-sitemap.xml", f"{HOME}/post-sitemap.xml.gz"
LISTING = f"{HOME}/category/news/"
POSTS = f"{HOME}/wp-json/wp/v2/posts?per_page=10&page=1&orderby=modified&_fields=link,date_gmt,modified_gmt"
ALONE = {"cruise-terminal-pickpocket-crews", "arrastreros-que-nunca-zarpan"}
"""Articles that no related link leads to."""
FIRST: dict[Path, set[tuple[str, str]]] = {}
"""Collection -> its sightings after its first run."""
EDITED, ADDED = "customs-scanner-port-verrin", "harbour-clock-stopped"


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Two runs over an unchanged site, a third after one article was edited and one added, a fourth without sources."""
    with DemoServer() as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("sources") / "c")
        crawls("--discover")
        FIRST[crawls.root] = sightings(crawls.root)
        crawls()
        publish(server)
        crawls()
        crawls("--no-discover", "--recrawl")
        yield crawls


def publish(server: DemoServer) -> None:
    """Edit one article and add one that nothing links to, both a moment ago."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    site = server.site
    site.articles[EDITED] = replace(site.articles[EDITED], modified=now)
    added = replace(
        site.articles[EDITED],
        slug=ADDED,
        title="Harbour Clock Stopped by Gulls",
        published=now,
        modified=now,
        related=(),
    )
    site.articles[ADDED] = added
    site.edit(EDITED)
    site.edit(ADDED, new="The clock was repaired, and stopped again, and the gulls were blamed by all the harbour.")


def sightings(root: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(root / "ledger.sqlite")) as connection:
        return set(connection.execute("SELECT address, source FROM sighting"))


def told(crawls: Crawls, number: int) -> dict[str, dict[str, Any]]:
    """Return what the report says of each source."""
    return {source["address"]: source for source in crawls.done[number].report["sources"]["each"]}


def slugs(lines: list[dict[str, Any]]) -> set[str]:
    # Of a twin and its like, the one becomes a line that is met first.
    return {line["url"].rstrip("/").rpartition("/")[2].removesuffix("-2") for line in lines}


def metadata_of(crawls: Crawls, url: str) -> list[dict[str, str]]:
    return [record.facts() for record in crawls.records() if record.type == "metadata" and record.url == url]


def test_articles_that_no_related_link_leads_to_become_lines(crawls: Crawls) -> None:
    known = {brief.slug for brief in expected_briefs()}
    assert slugs(crawls.done[0].lines) == known | ALONE
    assert crawls.done[0].ended.returncode == 1  # the page that always answers 500


def test_a_line_says_that_a_source_named_it_and_nothing_of_the_source_is_in_it(crawls: Crawls) -> None:
    lines = {line["url"].rstrip("/").rpartition("/")[2]: line for line in crawls.done[0].lines}
    line = lines["cruise-terminal-pickpocket-crews"]
    assert line["via"] in told(crawls, 0)
    assert (line["hops"], line["seed"]) in (("M", line["via"]), ("MM", f"{HOME}/sitemap_index.xml"))
    rules = " ".join(evidence["rule"] for evidence in line["evidence"].values())
    assert not {"feed", "rss", "sitemap", "wp-json"} & set(rules.split())


def test_every_kind_of_source_is_asked_once_and_archived(crawls: Crawls) -> None:
    report = crawls.done[0].report["sources"]
    assert report["states"] == {"source": 12, "source ended": 1}
    kinds = [source["kind"] for source in report["each"]]
    assert sorted(kinds) == sorted(
        [
            "feed",
            *["sitemap"] * 5,
            "listing",
            "listing/2",
            "listing/3",
            "listing/4",
            "wp-json",
            "wp-json/2",
            "wp-json/3",
        ]
    )
    asked = crawls.done[0].asked()
    assert all(asked.count(address) == 1 for address in told(crawls, 0))
    assert report["named"] == 128
    assert report["new"] == 29  # all but the seed
    facts = metadata_of(crawls, FEED)[0]
    assert (facts["source"], facts["hopsFromSeed"], facts["seed"]) == ("feed", "M", FEED)
    page = metadata_of(crawls, f"{LISTING}page/2/")[0]
    assert (page["source"], page["via"]) == ("listing/2", LISTING)
    (named,) = metadata_of(crawls, f"{HOME}/sitemap.xml")[:1]
    assert named["via"] == f"{HOME}/robots.txt"


def test_sources_go_before_the_pages(crawls: Crawls) -> None:
    asked = crawls.done[0].asked()
    assert set(asked[:5]) == {FEED, f"{HOME}/sitemap_index.xml", NEWS, LISTING, POSTS}


def test_a_second_run_asks_with_validators_and_a_304_is_nothing_new(crawls: Crawls) -> None:
    again = crawls.done[1]
    assert (again.lines, again.rejects) == ([], [])
    states = {address: source["state"] for address, source in told(crawls, 1).items()}
    assert states == {
        FEED: "source",  # has no validators
        f"{HOME}/sitemap_index.xml": "source not-modified",
        NEWS: "source not-modified",
        LISTING: "source",
        POSTS: "source not-modified",
        f"{HOME}/sitemap.xml": "source",  # its sitemap is no younger than our copy
    }
    assert set(again.asked()) == states.keys()
    assert again.report["pages"] == 0


def test_what_is_younger_than_its_capture_is_asked_again_and_nothing_else(crawls: Crawls) -> None:
    third = crawls.done[2]
    pages = [url for url in third.asked() if url not in told(crawls, 2)]
    assert sorted(pages) == sorted(f"{HOME}/news/brief/{slug}/" for slug in (EDITED, ADDED))
    assert b"\r\nIf-None-Match:" in third.served(f"{HOME}/news/brief/{EDITED}/").request
    assert {(line["change"], slug) for line, slug in zip(third.lines, map(slug_of, third.lines), strict=True)} == {
        ("substantive", EDITED),
        ("new", ADDED),
    }


def slug_of(line: dict[str, Any]) -> str:
    (slug,) = slugs([line])
    return slug


def test_a_listing_stops_at_the_first_page_of_known_briefs(crawls: Crawls) -> None:
    pages = [[source["kind"] for source in told(crawls, number).values()] for number in range(3)]
    assert "listing/4" in pages[0]
    assert [kind for kind in pages[1] if "/" in kind] == []
    # One page with news, and the one behind it, which has none.
    assert sorted(kind for kind in pages[2] if "/" in kind) == ["listing/2", "wp-json/2"]


def test_without_sources_none_is_asked_and_the_choice_is_kept(crawls: Crawls) -> None:
    fourth = crawls.done[3]
    assert fourth.report["sources"]["asked"] == 0
    assert not [url for url in fourth.asked() if url in told(crawls, 0)]
    assert fourth.lines == []
    assert Collection(crawls.root).settings()["reach"]["discover"] is False


def test_every_sighting_says_who_named_what(crawls: Crawls) -> None:
    named = sightings(crawls.root)
    brief = f"{HOME}/news/brief/cruise-terminal-pickpocket-crews/"
    assert {source for address, source in named if address == brief} >= {PACKED, f"{HOME}/post-sitemap.xml"}
    assert (brief, RELATED) not in named
    related = {address for address, source in named if source == RELATED}
    assert related
    assert not {address for address, _ in named} & told(crawls, 0).keys()
    everything = {address for address, source in named if source == PACKED}
    assert everything == {article.url for article in all_articles().values()} | {f"{HOME}/news/brief/{ADDED}/"}


def test_a_rebuild_gives_the_same_bytes(crawls: Crawls, tmp_path: Path) -> None:
    ended = crawls.told("rebuild", "--out", tmp_path / "out")
    assert ended.exit_code == 0, ended.output


def test_the_collection_verifies(crawls: Crawls) -> None:
    ended = crawls.told("verify")
    assert ended.exit_code == 0, ended.output


def test_a_recovered_ledger_has_the_same_states_and_sightings(crawls: Crawls, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(crawls.root, copy)
    for path in copy.glob("ledger.sqlite*"):
        path.unlink()
    ended = briefs("recover", copy)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "briefs.jsonl: as it was" in ended.stdout
    assert sightings(copy) == sightings(crawls.root)
    with (
        closing(sqlite3.connect(copy / "ledger.sqlite")) as left,
        closing(sqlite3.connect(crawls.root / "ledger.sqlite")) as right,
    ):
        rows = [set(each.execute("SELECT address, source, hops, state FROM url")) for each in (left, right)]
    refused = {row for row in rows[1] if row[3] == "refused: robots"}
    assert rows[0] - rows[1] == {(address, kind, hops, "pending") for address, kind, hops, _ in refused}
    assert rows[1] - rows[0] == refused


@pytest.mark.parametrize(
    ("fault", "number"), [("before commit", 2), ("after commit", 3), ("torn warc", 6), ("after commit", 9)]
)
def test_a_killed_crawl_finds_what_an_undisturbed_one_finds(
    fault: str, number: int, crawls: Crawls, tmp_path: Path
) -> None:
    with DemoServer() as server:
        crawl = crawl_of(server, tmp_path / "c", "--discover", "-s", "RETRY_WAIT=0.01", "-s", "COMMIT_PAGES=1")
        assert briefs(*crawl, BRIEFS_FAULT=f"{fault}:{number}").returncode == -signal.SIGKILL
        assert briefs(*crawl).returncode == 1
        again = Crawls(server, tmp_path / "c")
        assert slugs(again.lines("briefs")) == slugs(crawls.done[0].lines)
        assert sightings(again.root) == FIRST[crawls.root]


def test_what_failed_behind_the_first_page_is_asked_again_though_that_has_nothing_new(tmp_path: Path) -> None:
    third = f"{LISTING}page/3/"
    with DemoServer() as server:
        crawls = Crawls(server, tmp_path / "c")
        server.answers[APEX, "/category/news/page/3/"] = (head("HTTP/1.1 500 No", ("Content-Length", "0")),)
        first = crawls("--discover", "-s", "RETRY_TIMES=0")
        assert first.report["problems"]["source failed: http 500"] == [third]
        del server.answers[APEX, "/category/news/page/3/"]
        crawls()
        assert told(crawls, 1)[third]["state"] == "source"


def test_an_interval_leaves_sources_alone(tmp_path: Path) -> None:
    with DemoServer() as server:
        crawls = Crawls(server, tmp_path / "c")
        crawls("--discover")
        again = crawls("-s", "SOURCES_AFTER=3600")
        assert (again.log, again.ended.returncode) == ([], 0)
        assert "nothing is due" in again.ended.stderr


def test_a_day_in_the_far_future_and_an_older_one_make_nothing_due(tmp_path: Path) -> None:
    with DemoServer() as server:
        crawls = Crawls(server, tmp_path / "c")
        crawls("--discover")
        for slug, when in (
            (EDITED, datetime.now(UTC) + timedelta(days=9)),
            ("eel-run", datetime(2020, 1, 1, tzinfo=UTC)),
        ):
            article = server.site.articles.get(slug, server.site.articles[EDITED])
            server.site.articles[article.slug] = replace(article, modified=when.isoformat())
        server.site.typography("ghost-trawlers-transponders")
        again = crawls()
        assert again.report["pages"] == 0
        assert crawls("--older-than", "1s").report["pages"] > 20
