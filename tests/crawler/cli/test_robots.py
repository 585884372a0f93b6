"""`allowed` is said of a page only where its host's robots.txt was read; where it could not be, no page is asked."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from crawler.demo.pieces import RESET, Piece
from crawler.demo.server import DemoServer
from tests.crawler.capture.conftest import read_with_warcio
from tests.crawler.cli.conftest import briefs, crawl_of

EMPTY = b"Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: https://harbour.example/rules.txt\r\nContent-Length: 0\r\n\r\n"


def said_of_a_page(server: DemoServer, collection: Path, robots: tuple[Piece, ...]) -> tuple[object, object]:
    """Return what the line and the metadata record of a page say, when robots.txt answers like this."""
    server.answers["harbour.example", "/robots.txt"] = robots
    server.answers["harbour.example", "/rules.txt"] = (b"HTTP/1.1 200 OK\r\n" + EMPTY,)
    briefs(*crawl_of(server, collection, "--max-pages", 1, "-s", "RETRY_ENABLED=0", "-s", "DOWNLOAD_TIMEOUT=5"))
    (line,) = (orjson.loads(row) for row in (collection / "briefs.jsonl").read_bytes().splitlines())
    (facts,) = [
        record.facts()
        for record in read_with_warcio(collection / "archive")
        if record.type == "metadata" and record.url == line["captured_url"]
    ]
    return line["rights"]["robots_txt"], facts.get("robotsTxt")


@pytest.mark.parametrize(
    "robots",
    [(b"HTTP/1.1 200 OK\r\n" + EMPTY,), (b"HTTP/1.1 404 Not Found\r\n" + EMPTY,), (MOVED,)],
    ids=["200", "404", "moved"],
)
def test_a_robots_txt_that_was_read_allows(robots: tuple[Piece, ...], tmp_path: Path, server: DemoServer) -> None:
    assert said_of_a_page(server, tmp_path / "c", robots) == ("allowed", "allowed")


@pytest.mark.parametrize(
    "robots",
    [(b"HTTP/1.1 503 Service Unavailable\r\n" + EMPTY,), (RESET,), (b"HTTP/1.1 200 OK\r\nContent-Le", RESET)],
    ids=["503", "reset", "cut"],
)
def test_one_that_could_not_be_had_disallows(robots: tuple[Piece, ...], tmp_path: Path, server: DemoServer) -> None:
    server.answers["harbour.example", "/robots.txt"] = robots
    ended = briefs(*crawl_of(server, tmp_path / "c", "-s", "RETRY_ENABLED=0", "-s", "DOWNLOAD_TIMEOUT=5"))
    assert ended.returncode == 5
    assert "robots.txt could not be had, the pages wait: harbour.example" in ended.stdout
    assert {entry.target for entry in server.log} == {"/robots.txt"}
