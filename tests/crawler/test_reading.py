"""Reading a captured page: what the head says, and what it makes of the body."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from archive.message import Head, parse_head
from crawler.demo.expected import expected_briefs
from crawler.items import Brief, Rejection
from crawler.reading import (
    Captured,
    is_readable,
    location_of,
    parse_body,
    read_body,
    read_payload,
    undecodable,
)
from crawler.sites import get_site

SITE = get_site("demo")
URL = expected_briefs()[0].url
WORDS = "The harbour master counted forty crates of copper before noon and signed for each of them."
PAGE = (
    "<html lang=en><head><title>Copper on the quay — again</title></head><body><article>"
    "<h1>Copper on the quay — again</h1>"
    f"<div class=entry-content><p>{WORDS}</p><p>{WORDS[::-1]}</p></div></article></body></html>"
)


def head_of(status: int = 200, *fields: str) -> Head:
    return parse_head("\r\n".join([f"HTTP/1.1 {status} Whatever", *fields, "", ""]).encode("utf-8"))


def captured(*fields: str, robots_txt: str | None = None) -> Captured:
    return Captured(url=URL, head=head_of(200, *fields), at=datetime(2024, 5, 1, tzinfo=UTC), robots_txt=robots_txt)


@pytest.mark.parametrize(
    ("status", "truncated", "expected"),
    [
        (200, None, True),
        (203, None, True),
        (206, None, True),
        (199, None, False),
        (300, None, False),
        (304, None, False),
        (404, None, False),
        (0, None, False),
        (200, "length", False),
        (200, "disconnect", False),
    ],
)
def test_only_a_whole_2xx_is_readable(status: int, truncated: str | None, expected: bool) -> None:
    assert is_readable(status, truncated) is expected


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://other.example/a/?b=c", "https://other.example/a/?b=c"),
        ("/a/", "https://harbour.example/a/"),
        ("a", "https://harbour.example/old/page/a"),
        ("?page=2", "https://harbour.example/old/page/?page=2"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("/a/#part", "https://harbour.example/a/"),
        ("/caf%C3%A9/", "https://harbour.example/caf%C3%A9/"),
        ("/café/", "https://harbour.example/caf%C3%A9/"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://[broken/", None),
        ("", None),
    ],
)
def test_a_redirects_location_is_absolute_and_without_fragment(location: str, expected: str | None) -> None:
    assert location_of("https://harbour.example/old/page/", head_of(301, f"Location: {location}")) == expected


@pytest.mark.parametrize("status", [200, 201, 304, 404, 0])
def test_only_a_redirect_leads_on(status: int) -> None:
    assert location_of(URL, head_of(status, "Location: /a/")) is None


def test_a_redirect_without_location_leads_nowhere() -> None:
    assert location_of(URL, head_of(302)) is None


def test_the_first_of_several_locations_is_followed() -> None:
    assert location_of(URL, head_of(302, "Location:", "Location: /a/", "location: /b/")) == "https://harbour.example/a/"


def test_a_page_is_a_brief_with_the_rights_in_its_head() -> None:
    brief = read_body(
        PAGE.encode(), captured("X-Robots-Tag: noarchive", "x-robots-tag: nosnippet", robots_txt="allowed"), SITE
    )
    assert isinstance(brief, Brief)
    assert brief.captured_url == URL
    assert (brief.rights.robots_txt, brief.rights.x_robots_tag) == ("allowed", "noarchive, nosnippet")


def test_robots_txt_that_was_not_asked_says_nothing() -> None:
    brief = read_body(PAGE.encode(), captured(), SITE)
    assert isinstance(brief, Brief)
    assert brief.rights.robots_txt is None


def test_the_content_types_charset_is_obeyed_and_its_last_value_counts() -> None:
    told = captured("Content-Type: text/html; charset=utf-8", "Content-Type: text/html; charset=windows-1251")
    brief = read_body(PAGE.replace("Copper on", "Медь on").encode("cp1251", "xmlcharrefreplace"), told, SITE)
    assert isinstance(brief, Brief)
    assert brief.title.startswith("Медь on")


def test_a_content_type_that_is_no_page_is_not_read() -> None:
    item = read_body(PAGE.encode(), captured("Content-Type: application/json"), SITE)
    assert isinstance(item, Rejection)
    assert item.reason == "not html"


def test_a_page_that_is_parsed_already_reads_the_same() -> None:
    told = captured("Content-Type: text/html")
    body = PAGE.encode()
    assert read_body(parse_body(body, told), told, SITE) == read_body(body, told, SITE)


def test_a_payload_is_decoded_by_its_head() -> None:
    coded = read_payload(
        gzip.compress(PAGE.encode(), mtime=0), captured("Content-Encoding: gzip"), SITE, max_size=10_000
    )
    assert coded == read_body(PAGE.encode(), captured("Content-Encoding: gzip"), SITE)


@pytest.mark.parametrize(
    ("payload", "coding", "words"),
    [
        (PAGE.encode(), "gzip", "nothing can be read"),
        (PAGE.encode(), "compress", "'compress'"),
        (gzip.compress(bytes(50_000), mtime=0), "gzip", "over 10000 bytes"),
        (bytes(50_000), "identity", "over 10000 bytes"),
    ],
)
def test_a_payload_that_cannot_be_decoded_is_rejected_with_the_reason(payload: bytes, coding: str, words: str) -> None:
    item = read_payload(payload, captured(f"Content-Encoding: {coding}"), SITE, max_size=10_000)
    assert isinstance(item, Rejection)
    assert item.reason == "undecodable"
    assert words in str(item.detail)
    assert item == undecodable(URL, str(item.detail), SITE)
    assert (item.url, item.captured_url, item.site) == (URL, URL, "demo")
