"""`briefs discover`: what a site offers, asked politely, and kept only where somebody says so."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from crawler.demo.addresses import APEX, WWW
from crawler.demo.framing import head
from crawler.demo.pieces import Piece
from crawler.demo.server import DemoServer
from crawler.sites import site_names
from tests.crawler.cli.conftest import CONTACT, briefs

HOME = f"https://{APEX}/"
API = f"{HOME}wp-json/wp/v2/posts?per_page=100&page=1&orderby=modified&_fields=link,date_gmt,modified_gmt"
PAGE = b"""<!doctype html><html><head><title>Harbour</title>
<link rel="alternate" type="application/atom+xml" href="/news/atom.xml">
<link rel="alternate" type="application/rss+xml" href="https://elsewhere.example/feed/"></head><body><p>x</body></html>"""
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/news/brief/a/"/></entry></feed>'


def ok(body: bytes, media_type: str = "text/html") -> tuple[Piece, ...]:
    return (head("HTTP/1.1 200 OK", ("Content-Type", media_type), ("Content-Length", str(len(body)))) + body,)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        running.answers[APEX, "/"] = ok(PAGE)
        running.answers[APEX, "/news/atom.xml"] = ok(ATOM, "application/atom+xml")
        running.answers[APEX, "/news-sitemap.xml"] = ok(b"<html>nothing here</html>")
        yield running


def discover(server: DemoServer, *arguments: object, url: str = HOME) -> subprocess.CompletedProcess[str]:
    mappings = [part for mapping in server.connect_to for part in ("--connect-to", mapping)]
    fixed = ("--contact", CONTACT, "--ca-file", server.ca_file, "-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_WAIT=0.01")
    return briefs("discover", url, *fixed, *mappings, *arguments)


def offered(printed: str) -> list[tuple[str, str]]:
    """Return kind and address of each source, read as a site file's Python is read."""
    text = printed.partition("sources=")[2].rstrip().rstrip(",")
    calls = ast.parse(text, mode="eval").body
    assert isinstance(calls, ast.Tuple)
    named = [{word.arg: ast.literal_eval(word.value) for word in call.keywords} for call in calls.elts]  # type: ignore[attr-defined]
    return [(each["kind"], each["address"]) for each in named]


def test_what_is_printed_can_be_pasted_into_a_site_file(server: DemoServer, tmp_path: Path) -> None:
    ended = discover(server)
    assert ended.returncode == 0, ended.stderr
    assert sorted(offered(ended.stdout)) == sorted(
        [
            ("feed", f"{HOME}feed/"),
            ("feed", f"{HOME}news/atom.xml"),
            ("sitemap", f"{HOME}sitemap.xml"),
            ("sitemap", f"{HOME}sitemap_index.xml"),
            ("wp-json", API),
        ]
    )
    assert "nothing of it is kept" in ended.stderr
    assert f"{HOME}news-sitemap.xml: unreadable: no sitemap but html" in ended.stderr
    agents = {re.search(rb"\r\nUser-Agent: ([^\r]*)", entry.request) for entry in server.log}
    assert all(agent is not None and CONTACT.encode() in agent[1] for agent in agents)
    assert server.log[0].target == "/robots.txt"
    assert {entry.host for entry in server.log} == {APEX}
    assert len(server.log) < 12


def test_a_page_of_the_site_and_its_other_host_will_do(server: DemoServer) -> None:
    ended = discover(server, url=f"{WWW}/news/brief/harbour-watch-fuel-smuggling/")
    assert ("feed", f"{HOME}feed/") in offered(ended.stdout)


def test_with_a_collection_it_is_archived_and_asked_again_with_validators(server: DemoServer, tmp_path: Path) -> None:
    first = discover(server, "--collection", tmp_path / "d", "--json")
    found = orjson.loads(first.stdout)
    assert {offer["kind"] for offer in found["offers"]} == {"feed", "sitemap", "wp-json"}
    assert {source["state"] for source in found["asked"]} >= {"source", "source unreadable: no sitemap but html"}
    again = discover(server, "--collection", tmp_path / "d")
    assert ("sitemap", f"{HOME}sitemap_index.xml") in offered(again.stdout)
    assert "# as it was" in again.stdout
    verified = briefs("verify", tmp_path / "d")
    assert (verified.returncode, verified.stdout) == (0, "")
    assert briefs("rebuild", tmp_path / "d", "--out", tmp_path / "out").returncode == 0
    lines = [tmp_path / "d" / name for name in ("briefs.jsonl", "rejects.jsonl")]
    assert [path for path in lines if path.exists() and path.stat().st_size] == []
    assert "unknown" not in site_names()


def test_what_robots_txt_forbids_is_not_asked(server: DemoServer) -> None:
    server.answers[APEX, "/robots.txt"] = ok(b"User-agent: *\nDisallow: /\n", "text/plain")
    ended = discover(server)
    assert (ended.returncode, [entry.target for entry in server.log]) == (1, ["/robots.txt"])
    assert "offers nothing that could be read" in ended.stdout
    assert f"{HOME}feed/: refused: robots" in ended.stderr


def test_a_site_that_does_not_answer_says_so(server: DemoServer) -> None:
    server.answers[APEX, "/robots.txt"] = (head("HTTP/1.1 503 No", ("Content-Length", "0")),)
    ended = discover(server, "-s", "RETRY_TIMES=0")
    assert ended.returncode == 1
    assert f"{APEX}: robots.txt could not be had" in ended.stderr


@pytest.mark.parametrize(
    ("url", "options", "sentence"),
    [
        ("http://]/", (), "is no web address"),
        ("ftp://harbour.example/", (), "is no web address"),
        ("", (), "is no web address"),
        (HOME, ("--contact", "nobody"), "contact is 'nobody'"),
        (HOME, ("--collection", ""), "collection is ''"),
        (HOME, ("-s", "SOURCES_MAX=many"), "SOURCES_MAX is 'many', expected a whole number"),
        (HOME, ("-s", "DISCOVER=perhaps"), "DISCOVER is 'perhaps', expected True or False"),
    ],
)
def test_wrong_input_gets_one_sentence(url: str, options: tuple[str, ...], sentence: str) -> None:
    ended = briefs("discover", url, "--contact", CONTACT, *options)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_another_sites_collection_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "collection.toml").write_text('format = 1\nsite = "demo"\n')
    ended = briefs("discover", HOME, "--contact", CONTACT, "--collection", tmp_path / "c")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "is a collection of demo, expected one that briefs discover made" in ended.stderr
