"""Whatever bytes a source answers with, a reading comes back, within its limits and in time."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery.moments import latest_moment
from tests.crawler.discovery.conftest import read

KINDS = ("feed", "sitemap", "listing", "wp-json", "home")
_TAGS = "rss channel item link guid feed entry urlset url loc sitemapindex sitemap lastmod updated"
_PIECES = (
    b"https://harbour.example/news/brief/a/", b"http://]/", b"&", b"&amp;", b"&x;", b"&#0;", b"&#xD800;", b"&#99999;",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE a [", b"]>", b"<",
    b">", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b", b"[{", b'"link":', b"}]", b"<a rel=next href='//['>",
    b"xml:base='http://['", b"<a:b c='", b"<entry xml:base='//[' ", b"\xed\xa0\x80", b"2026-01-02",
)  # fmt: skip
PIECES = st.sampled_from([*_PIECES, *(f"<{mark}{tag}>".encode() for tag in _TAGS.split() for mark in ("", "/"))])
BODIES = st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=40).map(b"".join))


@settings(max_examples=400, deadline=None)
@given(
    BODIES,
    st.sampled_from(KINDS),
    st.sampled_from(["", "text/xml; charset=utf-16", "application/json", "a/b; charset=\xff"]),
)
def test_any_bytes_give_a_reading(body: bytes, kind: str, content_type: str) -> None:
    reading = read(body, kind, f"Content-Type: {content_type}", most=5)
    assert len(reading.pages) <= 5
    named = [*(page.address for page in reading.pages), *(source.address for source in reading.sources)]
    assert all(address.startswith(("http://", "https://")) for address in named)
    assert len(reading.problem or "") < 200


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["gzip", "br", "deflate", "x, gzip", ""]))
def test_any_coding_gives_a_reading(body: bytes, coding: str) -> None:
    read(body, "sitemap", f"Content-Encoding: {coding}")
    read(gzip.compress(body)[:-3], "sitemap", f"Content-Encoding: {coding}")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    latest_moment(text)
    latest_moment(f"2026-{text}")
    latest_moment(f"Fri, {text}")


@pytest.mark.parametrize(
    "body",
    [
        b"<rss>" + b"<item>" * 200_000,
        b"<rss>" + b"<!DOCTYPE a[" * 80_000,
        b"<rss>" + b"<![CDATA[" * 100_000,
        b"<!--" * 200_000,
        b"<?" * 400_000,
        b"<" * 900_000,
        b"</" + b"a" * 900_000,
        b"<urlset>" + b"</url" * 150_000,
        b"<rss>" + b"&" * 900_000,
        b"[" * 900_000,
        b"<urlset>" + b"<url><loc>https://harbour.example/a/</loc></url>" * 20_000 + b"</urlset>",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
@pytest.mark.parametrize("kind", ["feed", "sitemap", "wp-json"])
def test_a_megabyte_of_trouble_is_read_through(body: bytes, kind: str) -> None:
    read(body, kind)
