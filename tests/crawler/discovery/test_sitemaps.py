"""Sitemaps, their indexes, packed ones, news sitemaps; and when something changed, as exactly as it is said."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawler.discovery.moments import latest_moment
from tests.crawler.discovery.conftest import addresses, read

HOME = "https://harbour.example"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
SITEMAP = (
    f'<?xml version="1.0"?><urlset {SPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
    f"<url><loc>{HOME}/a/</loc><lastmod>2026-01-02</lastmod><image:image><image:loc>{HOME}/a.png</image:loc></image:image></url>"
    f"<url><loc> {HOME}/b/?x=1&amp;y=2 </loc></url><url><lastmod>2026</lastmod></url></urlset>"
).encode()
INDEX = (
    f"<sitemapindex {SPACE}><sitemap><loc>{HOME}/s1.xml.gz</loc><lastmod>2026-01</lastmod></sitemap>"
    f"<sitemap><loc>/s2.xml</loc></sitemap></sitemapindex>"
).encode()


def moment(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


def test_a_sitemap_names_its_pages_and_not_their_pictures() -> None:
    reading = read(SITEMAP, "sitemap")
    assert addresses(reading) == [f"{HOME}/a/", f"{HOME}/b/?x=1&y=2"]
    assert [named.changed for named in reading.pages] == [moment(2026, 1, 3, 11, 59, 59), None]


@pytest.mark.parametrize("fields", [(), ("Content-Type: application/x-gzip",)])
def test_a_packed_sitemap_is_unpacked_whatever_its_type(fields: tuple[str, ...]) -> None:
    assert len(read(gzip.compress(SITEMAP), "sitemap", *fields).pages) == 2
    twice = gzip.compress(gzip.compress(SITEMAP))
    assert len(read(twice, "sitemap", "Content-Encoding: gzip", *fields).pages) == 2


def test_of_a_packed_sitemap_that_is_cut_what_came_whole_is_named() -> None:
    entries = b"".join(b"<url><loc>https://harbour.example/%d/</loc></url>" % number**7 for number in range(2000))
    packed = gzip.compress(b"<urlset>" + entries + b"</urlset>")
    reading = read(packed[: len(packed) // 2], "sitemap", most=5000)
    assert reading.problem == "cut short"
    named = addresses(reading)
    assert 0 < len(named) < 2000
    assert named == [f"{HOME}/{number**7}/" for number in range(len(named))]


def test_a_bomb_is_a_problem_of_no_more_than_the_limit() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 50_000_000)
    assert "over 1048576 bytes" in str(read(bomb, "sitemap").problem)


def test_an_index_names_sitemaps() -> None:
    reading = read(INDEX, "sitemap", url=f"{HOME}/sitemap_index.xml")
    assert [(named.address, named.kind) for named in reading.sources] == [
        (f"{HOME}/s1.xml.gz", "sitemap"),
        (f"{HOME}/s2.xml", "sitemap"),
    ]
    assert [named.changed for named in reading.sources] == [moment(2026, 2, 1, 11, 59, 59), None]
    assert reading.pages == ()


def test_a_news_sitemap_has_the_moment_of_publication() -> None:
    body = (
        f"<urlset {SPACE} xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>{HOME}/a/</loc>"
        "<news:news><news:publication_date>2026-01-02T03:04:05-05:00</news:publication_date></news:news></url></urlset>"
    ).encode()
    assert read(body, "sitemap").pages[0].changed == moment(2026, 1, 2, 8, 4, 5)


def test_a_sitemap_may_be_lines_or_a_feed() -> None:
    assert addresses(read(f"{HOME}/a/\r\n\n{HOME}/b/\nnot one\n".encode(), "sitemap")) == [f"{HOME}/a/", f"{HOME}/b/"]
    assert addresses(read(f"<rss><channel><item><link>{HOME}/a/</link></item></channel></rss>".encode(), "sitemap"))
    assert read(b"nothing here", "sitemap").problem == "no sitemap"


def test_an_address_twice_counts_once_with_its_latest_change() -> None:
    entry = f"<url><loc>{HOME}/a/</loc><lastmod>%s</lastmod></url>"
    body = "<urlset>" + entry % "2026-01-01T00:00:00Z" + entry % "2026-01-02T00:00:00Z" + entry % "2025" + "</urlset>"
    (named,) = read(body.encode(), "sitemap").pages
    assert named.changed == moment(2026, 1, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05Z", moment(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02T03:04:05+02:00", moment(2026, 1, 2, 1, 4, 5)),
        ("2026-01-02T03:04:05+0200", moment(2026, 1, 2, 1, 4, 5)),
        ("2026-01-02 03:04:05 +0000", moment(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02T03:04Z", moment(2026, 1, 2, 3, 4)),
        ("2026-01-02t03:04:05z", moment(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02T03:04:05", moment(2026, 1, 2, 15, 4, 5)),
        ("2026-01-02", moment(2026, 1, 3, 11, 59, 59)),
        ("2024-02", moment(2024, 3, 1, 11, 59, 59)),
        ("2025", moment(2026, 1, 1, 11, 59, 59)),
        ("Fri, 02 Jan 2026 03:04:05 +0100", moment(2026, 1, 2, 2, 4, 5)),
        ("Fri, 02 Jan 2026 03:04:05 GMT", moment(2026, 1, 2, 3, 4, 5)),
        ("Fri, 2 Jan 2026 03:04:05", moment(2026, 1, 2, 3, 4, 5)),
        ("", None),
        (None, None),
        ("yesterday", None),
        ("2026-13-45", None),
        ("0000-00-00T00:00:00+00:00", None),
        ("٢٠٢٦-01-02", None),
        ("Fri, 99 Jan 2026 99:04:05 GMT", None),
    ],
)
def test_the_latest_moment_that_a_date_can_mean(text: str | None, expected: float | None) -> None:
    assert latest_moment(text) == expected
