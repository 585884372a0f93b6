"""Whatever bytes come, a brief or a reason comes back, soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extract import extract, find_links, parse
from crawler.items import Brief, Rejection
from crawler.sites import get_site, site_names

AT = datetime(2022, 1, 1, tzinfo=UTC)
URL = "https://insightcrime.org/news/brief/a/"
PARAGRAPH = b"<p>A paragraph that is long enough to be taken for the text of an article.</p>"
PIECES = [
    b"<div>", b"</div>", b"<p>", b"</p>", b"<a href='/news/b/'>", b"</a>", b"<h1 class=entry-title>Title</h1>",
    PARAGRAPH,
    b"<h2>Related Content</h2>", b"<h2>About InSight Crime</h2>", b"THE ORGANIZATION", b"<ul>", b"<li>", b"</ul>",
    b"<blockquote>", b"</blockquote>", b"<div class='td-post-content'>", b"<div class='entry-content'>", b"<form>",
    b"\x00",
    b"<figure><img src='http://[x/a.jpg'>", b"SEE ALSO:", b"<a href='http://[::1'>x</a>", b"&#xD800;", b"\xff\xfe",
    b"<svg>",
    b"<script type='application/ld+json'>", b"{\"@graph\":[{\"@type\":\"NewsArticle\",\"author\":[{\"@id\":1}, 3]}]}",
    b"</script>", b"<table><tr><td>", b"<meta property='og:url' content='https://[x'>", b"<base href='http://[y'>",
    b"<link rel=canonical href='\x01'>", b"<time datetime='2020-99-99'>", b"EXTORTION / 25 MAR 2014 BY A B EN", b"<br>",
]  # fmt: skip


def read(body: bytes, content_type: str | None = None) -> Brief | Rejection:
    """Read bytes for every site and return what InSight Crime's rules make of them."""
    page = parse(body, url=URL, content_type=content_type)
    results = {}
    for name in site_names():
        results[name] = extract(page, url=URL, captured_at=AT, site=get_site(name))
        find_links(page, get_site(name))
    return results["insightcrime"]


@given(st.binary(max_size=400))
def test_random_bytes(body: bytes) -> None:
    assert isinstance(read(body), Brief | Rejection)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=60))
def test_markup_in_any_order(pieces: list[bytes]) -> None:
    assert isinstance(read(b"".join(pieces)), Brief | Rejection)


@given(st.text(max_size=60), st.sampled_from(["title", "h1", "p", "time", "a", "meta"]))
def test_any_text_in_an_element(text: str, tag: str) -> None:
    body = f"<h1 class='entry-title'>T</h1><{tag} class='byline'>{text}</{tag}>".encode("utf-8", "replace")
    assert isinstance(read(body + PARAGRAPH), Brief | Rejection)


@given(st.text(max_size=40))
def test_any_declared_type(content_type: str) -> None:
    assert isinstance(read(PARAGRAPH, content_type), Brief | Rejection)


@given(st.text(max_size=60))
def test_any_address(url: str) -> None:
    assert isinstance(extract(PARAGRAPH, url=url, captured_at=AT, site=get_site("insightcrime")), Brief | Rejection)


@pytest.mark.parametrize("charset", ["utf-16", "shift_jis", "nonsense", "utf-7", "latin-1", "utf-8"])
def test_a_wrong_charset_is_a_matter_of_letters_only(charset: str) -> None:
    body = b"<h1>T\xc3\xadtulo</h1>" + PARAGRAPH * 3
    assert isinstance(read(body, f"text/html; charset={charset}"), Brief | Rejection)


LD_JSON = b"<script type='application/ld+json'>"
CARD = b"<a href='/news/x/'>x</a>"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "10,000 open divs": lambda: b"<div>" * 10_000 + PARAGRAPH,
    "10,000 divs with text": lambda: b"<div>some words here" * 10_000,
    "10,000 open links": lambda: b"<a href='/news/x/'><b>" * 10_000,
    "10,000 lists in lists": lambda: b"<ul><li>item" * 10_000,
    "10,000 quotes": lambda: b"<blockquote><p>quoted" * 10_000,
    "10,000 sections": lambda: b"<h2>Related Content</h2><section>" * 10_000,
    "10,000 promotion labels": lambda: b"<div><span>THE ORGANIZATION</span><a href='/x/'>x</a>" * 10_000,
    "10,000 headings": lambda: b"<h2>Related Content</h2>" + (b"<h2>" + CARD + b"</h2>") * 10_000,
    "10,000 objects": lambda: b"<p><object>text" * 10_000,
    "10,000 articles": lambda: b"<article><nav><a href='/news/y/'>y</a>" * 10_000,
    "10,000 contents": lambda: b"<div class='td-post-content entry-content'><figure><img src=a.jpg>" * 10_000,
    "10,000 figures in figures": lambda: b"<div class='entry-content wp-caption'><img src=a.jpg>" * 10_000,
    "a huge attribute": lambda: b"<a href='/" + b"x" * 2_000_000 + b"'>x</a>" + PARAGRAPH,
    "a huge class": lambda: b"<div class='" + b"a b " * 300_000 + b"'>" + PARAGRAPH,
    "a huge word": lambda: b"<h1>T</h1><p>" + b"x" * 1_000_000 + b"</p>",
    "many spaces": lambda: b"<h1>T</h1><p>" + b" \xc2\xa0" * 500_000 + b"x</p>",
    "deep json": lambda: LD_JSON + b"[" * 200_000 + b"</script>" + PARAGRAPH,
    "json with many commas": lambda: LD_JSON + b"{" + b"," * 200_000 + b"</script>" + PARAGRAPH,
    "json with open strings": lambda: LD_JSON + b'"\\' * 100_000 + b"</script>" + PARAGRAPH,
    "json with blank lines": lambda: LD_JSON + b"x" + b"\n" * 200_000 + b"</script>" + PARAGRAPH,
    "a byline of commas": lambda: b"<h1>T</h1><span class=byline>" + b"A, and B " * 100_000 + b"</span>" + PARAGRAPH,
    "a title of dashes": lambda: b"<h1>" + b"- " * 200_000 + b"</h1>" + PARAGRAPH,
    "the post, the post": lambda: b"<h1>T</h1>" + PARAGRAPH + b"<p>The post " * 5_000,
    "dates": lambda: b"<h1>T</h1>" + b"<div>A / 25 MAR 2014 BY </div>" * 5_000 + PARAGRAPH,
    "an address of dots": lambda: b"<a href='https://insightcrime.org/" + b"../a/" * 100_000 + b"'>x</a>" + PARAGRAPH,
    "half a page": lambda: b"<html><head><title>x</title></head><body><div class='entry-content'><p>cut he",
    "a slow heading": lambda: b"<h1>T</h1><h2>Related Content</h2>" + b"<h2><b>" * 5_000 + b"<a href='/news/x/'>x</a>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_bounded_time(name: str) -> None:
    body = HOSTILE[name]()
    began = time.process_time()
    assert isinstance(read(body), Brief | Rejection)
    assert time.process_time() - began < 6.0


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", None, "empty"),
        (b"  \n\t ", "text/html", "empty"),
        (b"%PDF-1.4 <html>", None, "not html"),
        (b"plain words", "text/html", "not html"),
        (PARAGRAPH, "application/json", "not html"),
        (b'{"a": "<p>x</p>"}', None, "not html"),
        (PARAGRAPH, "image/png", "not html"),
        (PARAGRAPH, None, "no title"),
        (b"<title>Error | InSight Crime</title>" + PARAGRAPH, None, "no title"),
        (b"<h1>Page not found</h1>" + PARAGRAPH, None, "no title"),
        (b"<h1>Title</h1><p>Short.</p>", None, "no body"),
        (b"<body class=error404><h1>T</h1>" + PARAGRAPH, None, "not an article"),
        (b"<h1>Hub</h1>" + PARAGRAPH.replace(b".</p>", b"...</p>") * 3, None, "listing"),
        (b"<body class='archive tag'><h1>Homicides</h1>" + PARAGRAPH, None, "listing"),
    ],
)
def test_a_page_that_is_no_article_says_why(body: bytes, content_type: str | None, reason: str) -> None:
    result = read(body, content_type)
    assert isinstance(result, Rejection)
    assert result.reason == reason


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://insightcrime.org/tag/homicides/page/3/", "listing"),
        ("https://insightcrime.org/news/", "listing"),
        ("https://insightcrime.org/about-us/", "not an article"),
        ("https://elsewhere.example/news/brief/a/", "not an article"),
        ("nonsense", "not an article"),
    ],
)
def test_an_address_that_is_no_article_says_why(url: str, reason: str) -> None:
    result = extract(b"<h1>T</h1>" + PARAGRAPH, url=url, captured_at=AT, site=get_site("insightcrime"))
    assert isinstance(result, Rejection)
    assert result.reason == reason
