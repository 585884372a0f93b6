"""Sources that misbehave: each ends in a state that says so, and the pages are crawled all the same."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.demo.addresses import APEX
from crawler.demo.framing import head
from crawler.demo.pieces import RESET, Piece
from crawler.demo.server import DemoServer
from tests.crawler.cli.crawls import Crawls

HOME = f"https://{APEX}"
SITEMAPS = [
    "/many.xml", "/html.xml", "/bomb.xml.gz", "/cut.xml.gz", "/gone.xml", "/broken.xml", "/moved.xml", "/round.xml",
    "/off-site.xml", "/nested.xml", "/wp-admin/forbidden.xml", "/large.xml", "/outside.xml", "/reset.xml",
]  # fmt: skip
"""What robots.txt names, beside one of another host."""
INDEX = "<sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>"


def ok(body: bytes, media_type: str = "text/xml", status: str = "200 OK", *more: tuple[str, str]) -> tuple[Piece, ...]:
    length = ("Content-Length", str(len(body)))
    return (head(f"HTTP/1.1 {status}", ("Content-Type", media_type), length, *more) + body,)


def urlset(*addresses: str) -> bytes:
    return ("<urlset>" + "".join(f"<url><loc>{address}</loc></url>" for address in addresses) + "</urlset>").encode()


def moved(to: str) -> tuple[Piece, ...]:
    return ok(b"", "text/html", "302 Found", ("Location", to))


ANSWERS: dict[str, tuple[Piece, ...]] = {
    "/robots.txt": ok(
        (
            "User-agent: *\nDisallow: /wp-admin/\n"
            + "".join(f"Sitemap: {HOME}{path}\n" for path in SITEMAPS)
            + "Sitemap: https://elsewhere.example/sitemap.xml\nSitemap: http://]/\n"
        ).encode(),
        "text/plain",
    ),
    "/many.xml": ok(urlset(*(f"{HOME}/news/brief/none-{number}/" for number in range(30)))),
    "/html.xml": ok(b"<!doctype html><title>Just a moment...</title>", "text/html"),
    "/bomb.xml.gz": ok(gzip.compress(b"<urlset>" + b" " * 3_000_000), "application/gzip"),
    "/cut.xml.gz": ok(gzip.compress(urlset(f"{HOME}/news/brief/eel-smuggling-estuary/"))[:-5], "application/gzip"),
    "/gone.xml": ok(b"", "text/html", "404 Not Found"),
    "/broken.xml": ok(b"", "text/html", "403 Forbidden"),
    "/moved.xml": moved("/moved-here.xml"),
    "/moved-here.xml": ok(urlset(f"{HOME}/news/brief/eel-smuggling-estuary/")),
    "/round.xml": moved("/round.xml?again"),
    "/off-site.xml": moved("https://elsewhere.example/sitemap.xml"),
    "/nested.xml": ok(INDEX.format(f"{HOME}/nested-2.xml").encode()),
    "/nested-2.xml": ok(INDEX.format(f"{HOME}/nested-3.xml").encode()),
    "/nested-3.xml": ok(INDEX.format(f"{HOME}/nested-4.xml").encode()),
    "/large.xml": ok(b"<urlset>" + b"x" * 1_500_000, "text/xml"),
    "/outside.xml": ok(urlset("https://elsewhere.example/news/brief/a/", f"{HOME}/tag/eels/", f"{HOME}/a.pdf", "http://]/")),
    "/reset.xml": (head("HTTP/1.1 200 OK", ("Content-Length", "999")), RESET),
    "/feed/": ok(b"<rss><channel></channel></rss>"),
    "/sitemap_index.xml": ok(INDEX.format("https://elsewhere.example/s.xml").encode()),
    "/news-sitemap.xml": ok(b"<urlset></urlset>"),
    "/category/news/": ok(b"<html><body>nothing</body></html>", "text/html"),
    "/wp-json/wp/v2/posts": ok(b'{"code": "rest_disabled"}', "application/json"),
}  # fmt: skip
LIMITS = ("SOURCES_MAX_SIZE=1000000", "SOURCES_MAX_NAMED=20", "RETRY_TIMES=1")


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with DemoServer() as server:
        for path, answer in ANSWERS.items():
            server.answers[APEX, path] = answer
        crawls = Crawls(server, tmp_path_factory.mktemp("nasty") / "c")
        crawls("--discover", *(part for limit in LIMITS for part in ("-s", limit)))
        yield crawls


@pytest.fixture(scope="module")
def told(crawls: Crawls) -> dict[str, dict[str, Any]]:
    return {source["address"].removeprefix(HOME): source for source in crawls.done[0].report["sources"]["each"]}


@pytest.mark.parametrize(
    ("path", "state", "named", "problem"),
    [
        ("/many.xml", "source", 20, "10 addresses over the limit"),
        ("/html.xml", "source unreadable: no sitemap but html", 0, "no sitemap but html"),
        ("/cut.xml.gz", "source", 1, "cut short"),
        ("/gone.xml", "source gone", 0, None),
        ("/broken.xml", "source failed: http 403", 0, None),
        ("/moved.xml", "source redirected", 0, None),
        ("/moved-here.xml", "source", 1, None),
        ("/round.xml", "source redirected", 0, None),
        ("/off-site.xml", "source redirected", 0, None),
        ("/nested.xml", "source", 0, None),
        ("/nested-2.xml", "source", 0, None),
        ("/nested-3.xml", "source", 0, None),
        ("/wp-admin/forbidden.xml", "source refused: robots", 0, None),
        ("/large.xml", "source failed: size limit", 0, None),
        ("/outside.xml", "source", 3, None),
        ("/reset.xml", "source failed: cut", 0, None),
        ("/feed/", "source", 0, None),
        ("/sitemap_index.xml", "source", 0, None),
        ("/news-sitemap.xml", "source", 0, None),
        ("/category/news/", "source unreadable: no article", 0, "no article"),
    ],
)
def test_each_ends_in_a_state_that_says_so(
    path: str, state: str, named: int, problem: str | None, told: dict[str, dict[str, Any]]
) -> None:
    assert (told[path]["state"], told[path]["named"], told[path]["problem"]) == (state, named, problem)


def test_a_bomb_and_a_disabled_api_are_unreadable(told: dict[str, dict[str, Any]]) -> None:
    assert told["/bomb.xml.gz"]["state"] == "source unreadable: undecodable"
    assert "over 1000000 bytes" in told["/bomb.xml.gz"]["problem"]
    (api,) = [source for path, source in told.items() if path.startswith("/wp-json")]
    assert api["state"] == "source unreadable: no list of posts but rest_disabled"


def test_none_of_it_leaves_the_site_or_goes_too_deep(crawls: Crawls, told: dict[str, dict[str, Any]]) -> None:
    assert {entry.host for entry in crawls.server.log} <= set(crawls.server.site.hosts)
    assert "/nested-4.xml" not in told
    left = set(crawls.told("status", "--urls", "source left out").stdout.split())
    assert left == {f"{HOME}/nested-4.xml", "https://elsewhere.example/sitemap.xml", "https://elsewhere.example/s.xml"}


def test_what_a_source_names_outside_of_the_site_is_an_address_with_its_rule(crawls: Crawls) -> None:
    outside = crawls.told("status", "--urls", "out of scope").stdout.split()
    assert {"https://elsewhere.example/news/brief/a/", f"{HOME}/tag/eels/", f"{HOME}/a.pdf"} <= set(outside)


def test_the_pages_are_crawled_all_the_same_and_the_exit_code_tells(crawls: Crawls) -> None:
    first = crawls.done[0]
    assert len(first.lines) >= 27
    assert first.ended.returncode == 1
    problems = first.report["problems"]
    assert problems["source failed: http 403"] == [f"{HOME}/broken.xml"]
    assert f"{HOME}/category/news/" in problems["source unreadable: no article"]
    assert first.report["remaining"] == 0


def test_nothing_of_it_becomes_a_line_and_a_rebuild_gives_the_same_bytes(crawls: Crawls, tmp_path: Path) -> None:
    names = {*ANSWERS, "/robots.txt"}
    lines = [*crawls.lines("briefs"), *crawls.lines("rejects")]
    assert not [line for line in lines if line["captured_url"].removeprefix(HOME) in names]
    assert crawls.told("rebuild", "--out", tmp_path / "out").exit_code == 0
    assert crawls.told("verify").exit_code == 0
