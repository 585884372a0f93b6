"""What a later crawl asks again: addresses that were put back, robots.txt that could not be had, a wider limit."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import pytest

from crawler.demo.addresses import APEX, WWW
from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import CLOSE
from crawler.demo.server import SiteServer
from tests.crawler.cli.crawls import Crawls

BROKEN = (APEX, "/news/brief/tide-table-1/")
ROBOTS = (APEX, "/robots.txt")
HOME = f"https://{APEX}"


class SmallSite(GeneratedSite):
    """Four briefs, and www.harbour.example beside the apex."""

    def __init__(self) -> None:
        super().__init__(4, 5000)
        self.hosts = (APEX, WWW)


@pytest.fixture
def small(tmp_path: Path) -> Iterable[Crawls]:
    with SiteServer(SmallSite()) as server:
        yield Crawls(server, tmp_path / "c")


def answer(status: str, body: bytes = b"", *fields: str) -> tuple[bytes]:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields, "", ""]
    return ("\r\n".join(head).encode() + body,)


def crawl(small: Crawls, *options: object) -> list[str]:
    """Crawl the small site from its first page and return the targets asked."""
    return [entry.target for entry in small("--seed", small.server.site.seed, *options).log]


def test_retry_puts_failed_addresses_back_and_the_next_crawl_asks_only_those(small: Crawls) -> None:
    small.server.answers[BROKEN] = answer("500 Internal Server Error")
    crawl(small, "-s", "RETRY_TIMES=1")
    assert small.done[0].ended.returncode == 1
    assert small.told("status", "--urls", "failed").stdout.split() == [HOME + BROKEN[1]]
    assert small.told("retry", "--state", "failed").stdout == "1 addresses are asked again by the next `briefs crawl`\n"
    small.server.answers[BROKEN] = answer("410 Gone")
    assert crawl(small) == [BROKEN[1]]
    assert small.done[1].ended.returncode == 0
    assert [reject["reason"] for reject in small.lines("rejects")] == ["http 500", "http 410"]
    assert small.told("status", "--urls", "failed").stdout == ""
    assert small.states() == {"done": 3, "gone": 1}


def test_a_robots_txt_that_fails_shuts_the_gate_until_the_next_run(small: Crawls) -> None:
    small.server.answers[ROBOTS] = answer("503 Service Unavailable")
    assert set(crawl(small, "-s", "RETRY_TIMES=1")) == {"/robots.txt"}
    shut = small.done[-1]
    assert shut.ended.returncode == 5
    assert shut.report["waiting_for_robots"] == [APEX]
    assert (shut.report["remaining"], shut.report["pages"]) == (1, 0)
    del small.server.answers[ROBOTS]
    assert len(crawl(small)) == 5
    assert small.done[-1].ended.returncode == 0


def test_a_robots_txt_that_redirects_is_followed_to_another_host(small: Crawls) -> None:
    small.server.answers[ROBOTS] = answer("301 Moved Permanently", b"", f"Location: https://{WWW}/robots.txt")
    small.server.answers[WWW, "/robots.txt"] = answer("200 OK", b"User-agent: *\nDisallow: /news/brief/tide-table-2/\n")
    targets = crawl(small)
    assert [entry.url for entry in small.done[-1].log][:2] == [f"{HOME}/robots.txt", f"https://{WWW}/robots.txt"]
    assert len(targets) == 2 + 3
    assert "/news/brief/tide-table-2/" not in targets
    assert small.states()["refused: robots"] == 1


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone"])
def test_a_robots_txt_that_is_not_there_allows_everything(status: str, small: Crawls) -> None:
    small.server.answers[ROBOTS] = answer(status)
    assert len(crawl(small)) == 5


def test_a_robots_txt_in_gzip_is_understood(small: Crawls) -> None:
    rules = gzip.compress(b"User-agent: brief-archive\nDisallow: /news/brief/tide-table-1/\n")
    small.server.answers[ROBOTS] = answer("200 OK", rules, "Content-Encoding: gzip")
    assert "/news/brief/tide-table-1/" not in crawl(small)
    assert small.states()["refused: robots"] == 1


def test_robots_txt_is_asked_when_it_is_to_be_obeyed_after_all(small: Crawls) -> None:
    assert "/robots.txt" not in crawl(small, "-s", "ROBOTSTXT_OBEY=False", "--max-pages", 2)
    assert crawl(small)[0] == "/robots.txt"


def test_a_wider_limit_of_hops_goes_on_where_the_smaller_one_ended(small: Crawls) -> None:
    assert len(crawl(small, "--max-hops", 1)) == 1 + 3
    assert "nothing is due" in small("--max-hops", 1).ended.stderr
    assert crawl(small) == ["/news/brief/tide-table-3/"]


def test_the_setting_recrawl_after_makes_pages_due(small: Crawls) -> None:
    crawl(small)
    assert crawl(small, "-s", "RECRAWL_AFTER=3600") == []
    assert "nothing is due" in small.done[-1].ended.stderr
    assert len(crawl(small, "-s", "RECRAWL_AFTER=0.000001")) == 4
    assert small.done[-1].report["urls"] == {"not-modified": 4}


def test_a_304_that_nobody_asked_for_is_a_failure_and_no_original(small: Crawls) -> None:
    small.server.answers[BROKEN] = (b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',)
    crawl(small)
    assert small.done[0].report["problems"] == {"failed: http 304": [f"{HOME}{BROKEN[1]}"]}
    del small.server.answers[BROKEN]
    small.told("retry", "--state", "failed")
    crawl(small)
    assert [each.ended.returncode for each in small.done] == [1, 0]
    assert [line["captured_url"] for line in small.done[1].lines] == [f"{HOME}{BROKEN[1]}"]


def test_a_304_to_an_empty_page_is_stored_as_it_came(small: Crawls) -> None:
    small.server.answers[BROKEN] = answer("200 OK", b"", 'ETag: "x"', "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT")
    crawl(small)
    small.server.answers[BROKEN] = (b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',)
    crawl(small, "--recrawl")
    assert [each.ended.returncode for each in small.done] == [0, 1], "it was asked without validators"
    stored = [record.type for record in small.done[1].records if record.url.endswith(BROKEN[1])]
    assert stored == ["response", "request", "metadata"]


def test_a_page_that_was_cut_is_asked_whole(small: Crawls) -> None:
    cut = b'HTTP/1.1 200 OK\r\nContent-Length: 9000\r\nETag: "tide-1"\r\n\r\n<html>'
    small.server.answers[BROKEN] = (cut, CLOSE)
    crawl(small, "-s", "RETRY_TIMES=0")
    small.told("retry", "--state", "failed")
    del small.server.answers[BROKEN]
    crawl(small)
    assert b"If-None-Match" not in small.done[1].log[-1].request
    assert [line["captured_url"] for line in small.done[1].lines] == [f"{HOME}{BROKEN[1]}"]
