"""A host that asks to be left alone, or fails, is left alone as a whole; the others are not."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.addresses import APEX, SPANISH
from crawler.demo.pieces import RESET, Delay
from crawler.demo.server import DemoServer, SiteServer
from crawler.exit_codes import WAITING
from tests.crawler.cli.conftest import briefs, command, crawl_of
from tests.crawler.cli.crawls import Crawls
from tests.crawler.politeness.hosts import PAGE, Hosts, answer, asked_of, gaps, in_turn, page_of, seeds, targets

HERE, THERE = APEX, SPANISH
SLACK = 0.02


@pytest.fixture
def crawls(tmp_path: Path) -> Iterator[Crawls]:
    with SiteServer(Hosts((HERE, THERE))) as server:
        yield Crawls(server, tmp_path / "c")


def path_of(number: int) -> str:
    return f"/news/brief/page-{number}/"


def pages(here: int, there: int) -> list[str]:
    """Return seeds: so many pages of the one host and of the other."""
    return seeds(
        *(page_of(HERE, number) for number in range(here)), *(page_of(THERE, number) for number in range(there))
    )


def test_the_bundled_site_is_left_alone_for_as_long_as_it_asks_and_its_other_hosts_are_not(tmp_path: Path) -> None:
    busy = "/news/brief/pier-12-extortion-fishmongers/"
    elsewhere = [f"https://{SPANISH}/noticias/analisis/{number}/" for number in range(9)]
    with DemoServer() as server:
        stop = answer("429 Too Many Requests", b"", "Retry-After: 2")
        server.answers[APEX, busy] = in_turn(stop, server.site.answer)
        options = ("--max-pages", 20, "-s", "DOWNLOAD_DELAY=0.15", "-s", "RETRY_WAIT=0.01")
        ended = briefs(*crawl_of(server, tmp_path / "c", *seeds(f"https://{APEX}{busy}", *elsewhere), *options))
        log = server.log
    assert ended.returncode == 0, ended.stdout
    (stopped,) = [entry for entry in log if b" 429 " in entry.response[:20]]
    after = [entry.monotonic - stopped.monotonic for entry in log if entry.host == APEX]
    waited = min(gap for gap in after if gap > 0)
    meanwhile = [entry for entry in log if entry.host != APEX and 0 < entry.monotonic - stopped.monotonic < waited]
    print(f"\nnext request after {waited:.3f} s, {len(meanwhile)} requests to other hosts meanwhile")
    assert waited >= 2.0
    assert len(meanwhile) >= 3
    assert "waited for" in ended.stdout


def test_the_stop_holds_over_a_kill_and_a_restart(crawls: Crawls) -> None:
    server = crawls.server
    stop = answer("503 Service Unavailable", b"", "Retry-After: 3")
    server.site.answers[HERE, path_of(0)] = in_turn(stop, PAGE)
    crawl = crawl_of(server, crawls.root, *pages(2, 40), "-s", "DOWNLOAD_DELAY=0.05")
    killed = subprocess.Popen(command(*crawl), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert server.wait_for(20), "the other host goes on while this one waits"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert targets(server, HERE) == ["/robots.txt", path_of(0)]
    assert briefs(*crawl).returncode == 0
    assert len(targets(server, HERE)) == 4
    assert gaps(asked_of(server, HERE))[1] >= 3.0 - SLACK


def test_a_host_that_goes_on_failing_is_parked_and_asked_by_the_next_run(crawls: Crawls) -> None:
    for number in range(9):
        crawls.server.site.answers[THERE, path_of(number)] = (RESET,)
    crawl = crawls(*pages(6, 9), "-s", "HOST_MAX_FAILURES=4")
    assert targets(crawls.server, THERE) == ["/robots.txt", *map(path_of, range(4))]
    assert targets(crawls.server, HERE) == ["/robots.txt", *map(path_of, range(6))]
    why = "4 failures in a row, the last one disconnect"
    assert crawl.report["parked"] == {THERE: why}
    assert (crawl.report["remaining"], crawl.report["problems"], crawl.ended.returncode) == (9, {}, WAITING)
    assert f"parked, its addresses wait: {THERE}: {why}" in crawls.told("status").stdout
    crawls.server.site.answers.clear()
    healed = crawls()
    assert len(healed.asked()) == 9
    assert (healed.report["parked"], healed.report["remaining"], healed.ended.returncode) == ({}, 0, 0)


def test_a_page_that_always_says_429_ends_as_failed_some_day(crawls: Crawls) -> None:
    crawls.server.site.answers[HERE, path_of(0)] = answer("429 Too Many Requests")
    states = [crawls(*pages(1, 0), "-s", "HOST_MAX_FAILURES=1", "-s", "RETRY_TIMES=1").report["urls"] for _ in range(3)]
    assert states == [{"pending": 1}, {"pending": 1}, {"failed: http 429": 1}]


def test_the_delay_follows_the_latency_where_autothrottle_is_on(crawls: Crawls) -> None:
    for number in range(4):
        crawls.server.site.answers[HERE, path_of(number)] = (Delay(0.4), *PAGE)
    slow = crawls(*pages(4, 0), "-s", "AUTOTHROTTLE_ENABLED=1", "-s", "AUTOTHROTTLE_START_DELAY=0.1",
                  "-s", "AUTOTHROTTLE_TARGET_CONCURRENCY=0.5", "-s", "AUTOTHROTTLE_MAX_DELAY=0.7")  # fmt: skip
    (receipt,) = slow.report["politeness"]
    assert (receipt["delay"], receipt["delay_by"]) == (0.7, "latency")
    assert min(gaps(asked_of(crawls.server, HERE))[2:]) >= 0.7 - SLACK
    (receipt,) = crawls("--recrawl").report["politeness"]
    assert (receipt["delay"], receipt["delay_by"]) == (0.0, "DOWNLOAD_DELAY")


def test_a_budget_of_pages_ends_a_hosts_crawl_and_no_others(crawls: Crawls) -> None:
    crawl = crawls(*pages(4, 1), "-s", "HOST_MAX_PAGES=2")
    assert [len(targets(crawls.server, host)) for host in (HERE, THERE)] == [1 + 2, 1 + 1]
    assert (crawl.ended.returncode, crawl.report["remaining"]) == (0, 2)
    assert {each["host"]: each["budget_spent"] for each in crawl.report["politeness"]} == {
        HERE: "HOST_MAX_PAGES",
        THERE: None,
    }
    assert crawls().report["remaining"] == 0


def test_a_robots_txt_is_asked_again_within_a_run_and_its_new_rules_hold(crawls: Crawls) -> None:
    later = answer(body=f"User-agent: *\nDisallow: {path_of(11)}\n".encode())
    crawls.server.site.answers[HERE, "/robots.txt"] = in_turn(answer("404 Not Found"), later)
    crawl = crawls(*pages(12, 0), "-s", "ROBOTSTXT_MAX_AGE=0.5", "-s", "DOWNLOAD_DELAY=0.1")
    asked = targets(crawls.server, HERE)
    assert asked.count("/robots.txt") >= 2
    assert path_of(10) in asked
    assert path_of(11) not in asked
    assert crawl.report["urls"] == {"done": 11, "refused: robots": 1}
