"""robots.txt: a row of its own that gates its host."""

from __future__ import annotations

import pytest

from crawler.frontier.backend import Lease, Wait
from crawler.frontier.sqlite import SqliteFrontier
from tests.crawler.frontier.conftest import START, Opened, leased, new, urls


@pytest.fixture
def frontier(opened: Opened) -> SqliteFrontier:
    frontier = opened(delay=1.0, concurrency=2, obeys_robots=True)
    frontier.add(urls("a.example", range(2)))
    return frontier


def test_robots_txt_is_leased_before_any_page_and_blocks_its_host(frontier: SqliteFrontier) -> None:
    first = frontier.claim(START)
    assert first == Lease(address="https://a.example/robots.txt", host="a.example", hop=None, attempts=0)
    assert frontier.claim(START + 99) == Wait(None)
    frontier.add(urls("b.example", (1,)))
    assert leased(frontier.claim(START + 99)) == "https://b.example/robots.txt"


def test_an_open_gate_lets_pages_be_asked_when_the_delay_is_over(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.open_gate("a.example", b"User-agent: *", START)
    assert frontier.robots("a.example") == b"User-agent: *"
    assert frontier.claim(START + 0.5) == Wait(0.5)
    assert leased(frontier.claim(START + 1)) == "https://a.example/0"


def test_a_shut_gate_leaves_the_pages_pending_until_the_next_start(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.shut_gate("a.example")
    assert frontier.claim(START + 99) == Wait(None)
    assert (frontier.has_claimable(), frontier.shut_hosts(), frontier.counts()) == (
        False,
        ["a.example"],
        {"pending": 2},
    )
    frontier.release()
    assert frontier.has_claimable()
    assert leased(frontier.claim(START + 99)) == "https://a.example/robots.txt"


def test_a_gate_that_is_retried_is_asked_later_and_elsewhere(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.retry_gate("a.example", START + 5, "https://www.a.example/robots.txt")
    assert frontier.claim(START + 4) == Wait(1.0)
    again = frontier.claim(START + 5)
    assert again == Lease(address="https://www.a.example/robots.txt", host="a.example", hop=None, attempts=1)


def test_a_robots_txt_on_another_host_keeps_to_that_hosts_turn_too(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.retry_gate("a.example", 0.0, "https://b.example/robots.txt")
    frontier.add(urls("b.example", (1,)))
    assert leased(frontier.claim(START + 0.9)) == "https://b.example/robots.txt"
    frontier.open_gate("b.example", b"", START)
    claimed = [frontier.claim(START + 0.9 + tenth / 10) for tenth in range(30)]
    times = [tenth / 10 for tenth, each in enumerate(claimed) if isinstance(each, Lease)]
    assert [each.address for each in claimed if isinstance(each, Lease)] == [
        "https://b.example/robots.txt",
        "https://b.example/1",
    ]
    assert times[0] >= 1.0
    assert times[1] - times[0] >= 0.99


def test_a_robots_txt_is_forgotten_when_it_is_old(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.open_gate("a.example", b"", START)
    frontier.forget_robots(START)
    assert leased(frontier.claim(START + 1)) == "https://a.example/0"
    frontier.forget_robots(START + 1)
    assert leased(frontier.claim(START + 2)) == "https://a.example/robots.txt"


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True), (True, True), (False, False)])
def test_whether_robots_txt_is_obeyed_is_the_present_runs_choice(before: bool, after: bool, opened: Opened) -> None:
    first = opened(obeys_robots=before)
    first.add([new("https://a.example/1"), new("https://a.example/2")])
    first.claim(START)
    second = opened(obeys_robots=after)
    second.release()
    claimed = leased(second.claim(START))
    assert claimed == ("https://a.example/robots.txt" if after else "https://a.example/1")


def test_a_release_keeps_what_robots_txt_said(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.open_gate("a.example", b"rules", START)
    frontier.release()
    assert leased(frontier.claim(START + 1)) == "https://a.example/0"
