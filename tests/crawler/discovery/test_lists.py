"""Listings, WordPress' list of posts, and what a page or robots.txt offers."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from crawler.discovery import find_offers, sitemaps_of_robots
from crawler.discovery.moments import latest_moment
from crawler.extract import parse
from tests.crawler.discovery.conftest import addresses, read

HOME = "https://harbour.example"
LISTING = f"{HOME}/category/news/"
POSTS = f"{HOME}/wp-json/wp/v2/posts?per_page=100&page=3&_fields=link"


def listing(*links: str, foot: str = "") -> bytes:
    cards = "".join(f'<article><h2><a href="{link}">A Story of the Harbour</a></h2></article>' for link in links)
    menu = "<nav><a href='/news/brief/menu-story/'>M</a></nav>"
    return f"<html><body>{menu}<main>{cards}</main>{foot}</body></html>".encode()


def test_a_listing_names_its_articles_and_nothing_else() -> None:
    body = listing(
        "/news/brief/a/", "/news/brief/a/#more", "/tag/x/", "https://elsewhere.example/news/brief/b/", "/c.pdf"
    )
    assert addresses(read(body, "listing", url=LISTING)) == [f"{HOME}/news/brief/a/"]


@pytest.mark.parametrize(
    ("foot", "following"),
    [
        ("<a class='next page-numbers' href='/category/news/page/2/'>Older</a>", f"{LISTING}page/2/"),
        ("<a rel='next' href='page/2/'>Older</a>", f"{LISTING}page/2/"),
        ("<link rel='next' href='?start=10'>", f"{LISTING}?start=10"),
        ("<a rel='next' href='/category/news/'>Older</a>", None),
        ("<a rel='next' href='javascript:more()'>Older</a>", None),
        ("", None),
    ],
)
def test_a_listing_says_where_it_goes_on(foot: str, following: str | None) -> None:
    assert read(listing("/news/brief/a/", foot=foot), "listing", url=LISTING).following == following


def test_a_first_page_without_articles_is_a_problem_and_a_later_one_the_end() -> None:
    assert read(listing(), "listing", url=LISTING).problem == "no article"
    later = read(listing(foot="<a rel=next href=/x>"), "listing", url=LISTING, page=9)
    assert (later.problem, later.following) == (None, None)


@pytest.mark.parametrize(
    ("url", "total", "following"),
    [
        (POSTS, "7", POSTS.replace("page=3", "page=4")),
        (POSTS, "3", None),
        (POSTS, None, POSTS.replace("page=3", "page=4")),
        (POSTS, "many", POSTS.replace("page=3", "page=4")),
        (f"{HOME}/wp-json/wp/v2/posts", None, f"{HOME}/wp-json/wp/v2/posts?page=2"),
        (f"{HOME}/wp-json/wp/v2/posts?per_page=9", None, f"{HOME}/wp-json/wp/v2/posts?per_page=9&page=2"),
    ],
)
def test_the_list_of_posts_goes_on_as_far_as_it_says(url: str, total: str | None, following: str | None) -> None:
    fields = [f"X-WP-TotalPages: {total}"] if total is not None else []
    body = orjson.dumps([{"link": f"{HOME}/news/brief/a/"}])
    assert read(body, "wp-json", *fields, url=url).following == following
    assert read(b"[]", "wp-json", *fields, url=url).following is None


@pytest.mark.parametrize(
    ("post", "changed"),
    [
        ({"date_gmt": "2026-01-02T03:04:05", "modified_gmt": "2026-02-03T04:05:06"}, "2026-02-03T04:05:06Z"),
        # Published later than it was edited: it was scheduled.
        ({"date_gmt": "2026-10-01T16:04:57", "modified_gmt": "2026-09-30T10:20:48"}, "2026-10-01T16:04:57Z"),
        ({"date": "2026-01-02T03:04:05", "modified": "2026-02-03T04:05:06"}, "2026-02-03T04:05:06"),
        ({"modified_gmt": "0000-00-00T00:00:00"}, None),
        ({"modified_gmt": False, "date_gmt": 7}, None),
        ({}, None),
    ],
)
def test_when_a_post_changed(post: dict[str, object], changed: str | None) -> None:
    body = orjson.dumps([{"link": f"{HOME}/news/brief/a/", **post}])
    (named,) = read(body, "wp-json").pages
    assert named.changed == latest_moment(changed)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"code":"rest_no_route","message":"No route"}', "no list of posts but rest_no_route"),
        (b'{"a": 1}', "no list of posts but something else"),
        (b"<html>", "no JSON"),
        (b'[{"link": ', "no JSON"),
        (b'[1, null, [], {"link": 7}, {"link": "http://]/"}, {"link": ""}]', None),
    ],
)
def test_what_is_no_list_of_posts_says_so(body: bytes, problem: str | None) -> None:
    reading = read(body, "wp-json")
    assert (reading.problem, reading.pages) == (problem, ())


def test_the_real_list(real: Path) -> None:
    sample = orjson.loads((real / "insightcrime" / "wp_json_sample.json").read_bytes())
    reading = read(orjson.dumps(sample["posts"]), "wp-json", url="https://insightcrime.org/wp-json/wp/v2/posts?page=1")
    assert addresses(reading)[0] == "https://insightcrime.org/colombia-organized-crime-news/border-command/"
    assert reading.pages[0].changed == latest_moment("2026-10-01T16:04:57")
    assert len(reading.pages) == 5


def test_a_page_and_its_headers_offer_feeds_and_the_api() -> None:
    page = parse(
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed/">'
        b'<link rel="alternate" type="application/atom+xml; charset=utf-8" href="atom.xml">'
        b'<link rel="alternate" hreflang="es" href="/es/">'
        b'<link rel="alternate" type="application/rss+xml" href="/feed/">'
        b'<link rel="https://api.w.org/" href="https://harbour.example/wp-json/"></head><body>x</body></html>',
        url=f"{HOME}/",
    )
    offers = [
        (offer.kind, offer.address) for offer in find_offers(page, [f'<{HOME}/wp-json/>; rel="https://api.w.org/"'])
    ]
    api = f"{HOME}/wp-json/wp/v2/posts?per_page=100&page=1&orderby=modified&_fields=link,date_gmt,modified_gmt"
    assert offers == [("feed", f"{HOME}/feed/"), ("feed", f"{HOME}/atom.xml"), ("wp-json", api)]


def test_robots_txt_names_sitemaps() -> None:
    rules = (
        b"\xef\xbb\xbfUser-agent: *\r\nSITEMAP: https://harbour.example/a.xml\r\nSitemap:/b.xml\rSitemap: http://]/\n"
    )
    named = [source.address for source in sitemaps_of_robots(rules, f"{HOME}/robots.txt")]
    assert named[0] == f"{HOME}/a.xml"
    assert all(address.startswith(HOME) for address in named)
    assert sitemaps_of_robots(b"\x00\xff" * 99, f"{HOME}/robots.txt") == []
