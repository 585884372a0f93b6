"""What each host asks to be waited for, and how it is waited for: one crawl, a host for each answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from crawler.demo.addresses import APEX
from crawler.demo.pieces import RESET, Piece
from crawler.demo.served import Request
from crawler.demo.server import SiteServer
from crawler.exit_codes import WAITING
from tests.crawler.cli.crawls import Crawls
from tests.crawler.politeness.hosts import PAGE, Hosts, Said, answer, asked_of, gaps, in_turn, targets

RETRY_WAIT, SLACK = 0.4, 0.02
BUSY = "busy.example"
"""Asks for nothing, and has pages enough to be asked all the while."""


def stop(status: int, *fields: str) -> tuple[bytes]:
    return answer(f"{status} No", b"", *fields)


def until_a_date(request: Request) -> Iterable[Piece]:
    # To whole seconds, and so that at least two are left of it.
    when = datetime.now(UTC) + timedelta(seconds=3)
    return stop(429, f"Retry-After: {format_datetime(when, usegmt=True)}")


STOPS: dict[str, tuple[Said, float, str]] = {
    "seconds": (stop(429, "Retry-After: 2"), 2.0, "Retry-After of http 429"),
    "unavailable": (stop(503, "Retry-After: 2"), 2.0, "Retry-After of http 503"),
    "forbidden": (stop(403, "Retry-After: 2"), 2.0, "Retry-After of http 403"),
    "date": (until_a_date, 2.0, "Retry-After of http 429"),
    "ceiling": (stop(503, "Retry-After: 86400"), 3.0, "Retry-After of http 503"),
    "soon": (stop(429, "Retry-After: soon"), RETRY_WAIT, "back-off after http 429"),
    "minus": (stop(429, "Retry-After: -7"), RETRY_WAIT, "back-off after http 429"),
    "zero": (stop(503, "Retry-After: 0"), RETRY_WAIT, "back-off after http 503"),
    "past": (stop(429, "Retry-After: Thu, 26 Nov 2020 12:00:00 GMT"), RETRY_WAIT, "back-off after http 429"),
    "octets": (stop(429, "Retry-After: \xff\xfe"), RETRY_WAIT, "back-off after http 429"),
    "error": (stop(500), RETRY_WAIT, "back-off after http 500"),
    "reset": ((RESET,), RETRY_WAIT, "back-off after disconnect"),
}
"""What the first page of a host is answered with, once; the seconds that follow; what the receipt calls them."""
PAGES = 6


def site() -> Hosts:
    """Return hosts that stop, two that are out of order, and two that are not."""
    names = [f"{name}.example" for name in (*STOPS, "down", "full", "bad-page")]
    pictures = [f"https://{name}/{number}" for number in range(PAGES) for name in names]
    busy = [f"https://{BUSY}/{number}" for number in range(40)]
    made = Hosts((APEX, BUSY, *names), pictures=(*busy, *pictures))
    made.answers[BUSY, "/robots.txt"] = answer(body=b"User-agent: *\nCrawl-delay: 0.1\n")
    for name, (said, _, _) in STOPS.items():
        made.answers[f"{name}.example", "/0"] = in_turn(said, PAGE)
    for number in range(PAGES):
        made.answers["down.example", f"/{number}"] = (RESET,)
        made.answers["full.example", f"/{number}"] = stop(503)
    made.answers["bad-page.example", "/1"] = stop(500)
    return made


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with SiteServer(site()) as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("waits") / "c")
        limits = ("-s", "RETRY_AFTER_MAX=3", "-s", "HOST_MAX_FAILURES=4", "-s", "RETRY_WAIT_MAX=1.2")
        crawls("--requisites", "--seed", server.site.seed, *limits, "-s", f"RETRY_WAIT={RETRY_WAIT}")
        yield crawls


def receipt_of(crawls: Crawls, host: str) -> dict[str, Any]:
    (receipt,) = [each for each in crawls.done[0].report["politeness"] if each["host"] == host]
    return dict(receipt)


@pytest.mark.parametrize("name", STOPS)
def test_nothing_goes_to_the_host_before_its_time_whatever_is_next(name: str, crawls: Crawls) -> None:
    _, seconds, why = STOPS[name]
    asked = asked_of(crawls.server, f"{name}.example")
    assert [entry.target for entry in asked][:3] == ["/robots.txt", "/0", "/1"], "what failed goes behind the others"
    assert gaps(asked)[1] >= seconds - SLACK
    waits = receipt_of(crawls, f"{name}.example")["waits"]
    assert list(waits) == [why]
    assert waits[why]["times"] == 1
    assert waits[why]["seconds"] >= seconds
    assert len(set(targets(crawls.server, f"{name}.example"))) == 1 + PAGES


def test_a_ceiling_bounds_what_a_host_may_ask_for(crawls: Crawls) -> None:
    (waited,) = receipt_of(crawls, "ceiling.example")["waits"].values()
    assert waited == {"times": 1, "seconds": 3.0, "longest_asked": 86400.0}
    assert "ceiling.example is left alone for 3.0 s, of 86400 asked for" in crawls.done[0].ended.stderr


def test_other_hosts_are_asked_all_the_while(crawls: Crawls) -> None:
    stopped, after = asked_of(crawls.server, "seconds.example")[1:3]
    meanwhile = [one for one in asked_of(crawls.server, BUSY) if stopped.monotonic < one.monotonic < after.monotonic]
    assert len(meanwhile) >= 3
    assert receipt_of(crawls, BUSY)["waits"] == {}


@pytest.mark.parametrize("name", ["seconds", "unavailable", "soon"])
def test_after_a_stop_a_host_is_asked_slowly_at_first(name: str, crawls: Crawls) -> None:
    _, _, second, third, *_ = gaps(asked_of(crawls.server, f"{name}.example"))
    print(f"\ngaps after the stop of {name}: {second:.3f} {third:.3f}")
    assert second >= RETRY_WAIT / 2 - SLACK
    assert third >= RETRY_WAIT / 4 - SLACK


def test_back_off_doubles_up_to_its_ceiling_until_the_host_is_parked(crawls: Crawls) -> None:
    asked = asked_of(crawls.server, "down.example")
    assert [entry.target for entry in asked] == ["/robots.txt", "/0", "/1", "/2", "/3"]
    assert all(gap >= wait - SLACK for gap, wait in zip(gaps(asked)[1:], (0.4, 0.8, 1.2), strict=True))
    assert crawls.done[0].report["parked"] == {
        "down.example": "4 failures in a row, the last one disconnect",
        "full.example": "4 failures in a row, the last one http 503",
    }


def test_a_host_that_is_down_costs_no_address(crawls: Crawls) -> None:
    report = crawls.done[0].report
    assert report["remaining"] == 2 * PAGES
    assert crawls.done[0].ended.returncode == WAITING


def test_one_bad_page_is_asked_last_and_fails_alone(crawls: Crawls) -> None:
    asked = targets(crawls.server, "bad-page.example")
    assert asked == ["/robots.txt", "/0", "/1", "/2", "/3", "/4", "/5", "/1", "/1"]
    assert crawls.done[0].report["requisites"]["states"]["requisite failed: http 500"] == 1


def test_the_receipt_says_how_closely_each_host_was_asked(crawls: Crawls) -> None:
    receipts = crawls.done[0].report["politeness"]
    assert [each["requests"] for each in receipts] == sorted((each["requests"] for each in receipts), reverse=True)
    for each in receipts:
        asked = asked_of(crawls.server, each["host"])
        assert each["requests"] == len(asked)
        assert each["smallest_gap"] == pytest.approx(min(gaps(asked), default=0), abs=0.25) or len(asked) < 2
    busy = receipt_of(crawls, BUSY)
    assert busy["smallest_gap"] >= 0.1 - SLACK
    assert busy["median_gap"] >= busy["smallest_gap"] * 0.98
