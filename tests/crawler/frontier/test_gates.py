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
    assert first == Lease(
        address="https://a.example/robots.txt", host="a.example", hop=None, origin="https://a.example"
    )
    assert frontier.claim(START + 99) == Wait(None)
    frontier.add(urls("b.example", (1,)))
    assert leased(frontier.claim(START + 99)) == "https://b.example/robots.txt"


def test_an_open_gate_lets_pages_be_asked_when_the_delay_is_over(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.open_gate("https://a.example", b"User-agent: *", START)
    assert frontier.robots("https://a.example") == b"User-agent: *"
    assert frontier.claim(START + 0.5) == Wait(0.5)
    assert leased(frontier.claim(START + 1)) == "https://a.example/0"


def test_a_shut_gate_leaves_the_pages_pending_until_the_next_start(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.shut_gate("https://a.example", START + 300)
    assert frontier.claim(START + 99) == Wait(None), "nobody waits for it alone"
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
    frontier.retry_gate("https://a.example", START + 5, "https://www.a.example/robots.txt")
    assert frontier.claim(START + 4) == Wait(1.0)
    again = frontier.claim(START + 5)
    assert isinstance(again, Lease)
    assert (again.address, again.host, again.attempts) == ("https://www.a.example/robots.txt", "a.example", 1)


def test_a_robots_txt_on_another_host_keeps_to_that_hosts_turn_too(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.redirect_gate("https://a.example", "https://b.example/robots.txt")
    frontier.add(urls("b.example", (1,)))
    assert leased(frontier.claim(START + 0.9)) == "https://b.example/robots.txt"
    frontier.open_gate("https://b.example", b"", START)
    claimed = [frontier.claim(START + 0.9 + tenth / 10) for tenth in range(30)]
    times = [tenth / 10 for tenth, each in enumerate(claimed) if isinstance(each, Lease)]
    assert [each.address for each in claimed if isinstance(each, Lease)] == [
        "https://b.example/robots.txt",
        "https://b.example/1",
    ]
    assert times[0] >= 1.0
    assert times[1] - times[0] >= 0.99


def test_a_robots_txt_is_asked_anew_when_it_is_a_day_old_within_a_run_too(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.open_gate("https://a.example", b"", START)
    assert leased(frontier.claim(START + 86399)) == "https://a.example/0"
    frontier.answered("https://a.example/0")
    assert leased(frontier.claim(START + 86401)) == "https://a.example/robots.txt"


def test_a_shut_gate_is_asked_again_in_time_while_other_hosts_go_on(frontier: SqliteFrontier) -> None:
    frontier.claim(START)
    frontier.shut_gate("https://a.example", START + 300)
    frontier.add(urls("b.example", (1, 2)))
    assert leased(frontier.claim(START + 299)) == "https://b.example/robots.txt"
    assert leased(frontier.claim(START + 300)) == "https://a.example/robots.txt"
    frontier.open_gate("https://a.example", b"", START + 300)
    assert frontier.shut_hosts() == []
    assert leased(frontier.claim(START + 301)) == "https://a.example/0"


def test_every_scheme_and_port_of_a_host_has_its_own_gate_and_they_share_its_turn(opened: Opened) -> None:
    frontier = opened(delay=1.0, concurrency=9, obeys_robots=True)
    origins = ["http://a.example", "https://a.example", "https://a.example:8443"]
    frontier.add(new(f"{origin}/1") for origin in origins)
    asked = []
    for second in range(3):
        asked.append(leased(frontier.claim(START + second)))
        assert frontier.claim(START + second + 0.5) in (Wait(0.5), Wait(None))
    assert asked == [f"{origin}/robots.txt" for origin in origins]
    frontier.open_gate(origins[1], b"rules", START)
    assert [frontier.robots(origin) for origin in origins] == [None, b"rules", None]
    assert leased(frontier.claim(START + 9)) == "https://a.example/1"
    assert frontier.claim(START + 99) == Wait(None)


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
    frontier.open_gate("https://a.example", b"rules", START)
    frontier.release()
    assert leased(frontier.claim(START + 1)) == "https://a.example/0"
