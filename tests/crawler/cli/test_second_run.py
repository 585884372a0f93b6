"""A second and a third run over a site that did not change: no line, a revisit a page, few bytes."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.message import parse_head
from crawler.demo.addresses import APEX
from crawler.demo.framing import frame
from crawler.demo.pieces import Piece
from crawler.demo.resource import Resource
from crawler.demo.served import Request
from crawler.demo.server import DemoServer
from tests.crawler.capture.conftest import Stored
from tests.crawler.cli.crawls import Crawls, newest_warc, warc_bytes_by_url

HOME = f"https://{APEX}"
PLAIN = "/news/brief/kidnapped-pilot-boat-crew/"
"""Served without validators."""
SMALL = "/news/brief/harbour-round-up/"
"""Less than 1 KiB, without validators."""
RENEWED = "/news/brief/lamplighters-night-ferries/"
"""Gets a new ETag with the 304 of the second run."""
NEW_TAG = '"a-newer-tag"'
GZIP_ONLY = ("-s", 'DEFAULT_REQUEST_HEADERS={"Accept-Encoding": "gzip"}')
"""warcio cannot check a record in brotli."""
BEST = 2048
"""Bytes of WARC that an unchanged page may cost."""
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Three runs over an unchanged site, the robots.txt stale before the second."""
    with DemoServer() as server:
        server.answers[APEX, PLAIN] = without_validators(server)
        server.answers[APEX, SMALL] = tuple(frame_of(Resource(body=b"<p>Soon.</p>")))
        crawls = Crawls(server, tmp_path_factory.mktemp("again") / "c")
        crawls(*GZIP_ONLY)
        age_robots(crawls.root)
        server.answers[APEX, RENEWED] = not_modified
        crawls("--recrawl", *GZIP_ONLY)
        del server.answers[APEX, RENEWED]
        crawls("--recrawl", *GZIP_ONLY)
        yield crawls


def without_validators(server: DemoServer) -> tuple[Piece, ...]:
    return tuple(frame_of(replace(server.site.resource(PLAIN), etag=None, last_modified=None)))


def frame_of(resource: Resource) -> tuple[Piece, ...]:
    asked = Request(raw=b"", method="GET", target="/", host=APEX, fields=(), tls=True)
    return tuple(frame(resource, asked))


def not_modified(request: Request) -> tuple[Piece, ...]:
    """Say 304 with another ETag, and no Last-Modified."""
    return (f"HTTP/1.1 304 Not Modified\r\nETag: {NEW_TAG}\r\nX-Round: 2\r\n\r\n".encode(),)


def age_robots(root: Path) -> None:
    """Let every robots.txt be a day and an hour old."""
    with sqlite3.connect(root / "ledger.sqlite") as connection:
        connection.execute("UPDATE gate SET fetched = fetched - 90000")
    connection.close()


def originals(crawls: Crawls) -> dict[str, Stored]:
    return {str(record["WARC-Record-ID"]): record for record in crawls.records() if record.type == "response"}


def revisits(crawls: Crawls, number: int) -> list[Stored]:
    return [record for record in crawls.done[number].records if record.type == "revisit"]


def said(crawls: Crawls, number: int, profile: str) -> list[str]:
    return [record.url for record in revisits(crawls, number) if record["WARC-Profile"] == PROFILE + profile]


@pytest.mark.parametrize("number", [1, 2])
def test_an_unchanged_site_makes_no_line(number: int, crawls: Crawls) -> None:
    again = crawls.done[number]
    assert (again.lines, again.rejects, again.report["cosmetic"]) == ([], [], 0)
    assert crawls.done[0].lines


def test_what_failed_is_told_by_the_run_that_asked_it_and_by_no_later_one(crawls: Crawls) -> None:
    first, *later = crawls.done
    assert (first.ended.returncode, list(first.report["problems"])) == (1, ["failed: http 500"])
    assert [(one.ended.returncode, one.report["problems"]) for one in later] == [(0, {}), (0, {})]
    assert [one.report["urls"]["failed: http 500"] for one in later] == [1, 1]


@pytest.mark.parametrize("number", [1, 2])
def test_every_page_that_gave_validators_is_asked_with_them_and_revisited(number: int, crawls: Crawls) -> None:
    first, again = crawls.done[0], crawls.done[number]
    gave = {entry.url for entry in first.log if b"\r\nETag:" in entry.response.partition(b"\r\n\r\n")[0]}
    asked = {entry.url for entry in again.log if b"\r\nIf-None-Match:" in entry.request}
    assert asked == gave == {entry.url for entry in again.log if b"\r\nIf-Modified-Since:" in entry.request}
    unknown = {HOME + RENEWED} if number == 2 else set()  # the site knows nothing of the tag that it gave
    assert sorted(said(crawls, number, "server-not-modified")) == sorted(gave - unknown)
    assert set(said(crawls, number, "identical-payload-digest")) >= unknown
    assert again.report["revisits"]["server-not-modified"] == len(gave - unknown)


@pytest.mark.parametrize("number", [1, 2])
def test_a_revisit_keeps_its_own_head_and_names_the_original(number: int, crawls: Crawls) -> None:
    known = originals(crawls)
    for revisit in revisits(crawls, number):
        original = known[str(revisit["WARC-Refers-To"])]
        assert revisit["WARC-Refers-To-Target-URI"] == original.url
        assert revisit["WARC-Refers-To-Date"] == original["WARC-Date"]
        served = crawls.done[number].served(revisit.url).response
        assert revisit.block == served.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def test_a_page_without_validators_becomes_an_identical_payload_revisit(crawls: Crawls) -> None:
    for number in (1, 2):
        (revisit,) = [one for one in revisits(crawls, number) if one.url == HOME + PLAIN]
        assert revisit["WARC-Profile"] == f"{PROFILE}identical-payload-digest"
        assert revisit["WARC-Truncated"] == "length"
        original = originals(crawls)[str(revisit["WARC-Refers-To"])]
        assert revisit["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
        assert parse_head(revisit.block).status == 200


def test_small_payloads_and_robots_txt_are_stored_again(crawls: Crawls) -> None:
    stored = [record.url for record in crawls.done[1].records if record.type == "response"]
    assert stored.count(HOME + SMALL) == 1
    assert stored.count(f"{HOME}/robots.txt") == 1


def test_robots_txt_is_asked_anew_only_when_older_than_a_day(crawls: Crawls) -> None:
    counts = [sum(entry.url == f"{HOME}/robots.txt" for entry in crawl.log) for crawl in crawls.done]
    assert counts == [1, 1, 0]


def test_a_third_run_sends_the_newest_etag_and_the_date_that_still_stands(crawls: Crawls) -> None:
    heads = [crawl.served(HOME + RENEWED).request for crawl in crawls.done]
    dates = [line for line in heads[1].split(b"\r\n") if line.startswith(b"If-Modified-Since:")]
    assert f"\r\nIf-None-Match: {NEW_TAG}\r\n".encode() in heads[2]
    assert [line for line in heads[2].split(b"\r\n") if line.startswith(b"If-Modified-Since:")] == dates
    assert len(dates) == 1


def test_the_states_say_so_and_the_sums_close(crawls: Crawls) -> None:
    for crawl in crawls.done:
        assert crawl.report["urls_seen"] == sum(crawl.report["urls"].values()) == crawls.done[0].report["urls_seen"]
        assert crawl.report["remaining"] == 0
    states = crawls.states()
    assert states == crawls.done[2].report["urls"]
    assert states["not-modified"] == len(said(crawls, 2, "server-not-modified"))
    assert states["done"] == 2
    listed = crawls.told("status", "--urls", "done").stdout.split()
    assert sorted(listed) == sorted([HOME + PLAIN, HOME + RENEWED])


def test_an_unchanged_page_costs_at_most_2_kb_of_warc(crawls: Crawls) -> None:
    sizes = warc_bytes_by_url(newest_warc(crawls.root))
    costs = [sizes[record.url] for record in revisits(crawls, 2)]
    print(f"\nWARC bytes an unchanged page: {min(costs)} to {max(costs)}, mean {sum(costs) / len(costs):.0f}")
    assert len(costs) > 25
    assert max(costs) <= BEST


def test_a_rebuild_gives_the_same_bytes(crawls: Crawls, tmp_path: Path) -> None:
    ended = crawls.told("rebuild", "--out", tmp_path / "out")
    assert ended.exit_code == 0, ended.output


def test_every_warc_passes_the_checkers(crawls: Crawls) -> None:
    warcs = sorted((crawls.root / "archive").glob("*.warc.gz"))
    assert len(warcs) == 3
    for path in warcs:
        gzip.decompress(path.read_bytes())
        for checker in ("warcio", "fastwarc"):
            arguments = [sys.executable, "-m", f"{checker}.cli", "check", str(path)]
            ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stdout + ended.stderr


def test_nothing_is_due_right_after_a_crawl(crawls: Crawls) -> None:
    ended = crawls("--older-than", "1h")
    assert (ended.ended.returncode, ended.log) == (0, [])
    assert "nothing is due" in ended.ended.stderr
    crawls.done.pop()
