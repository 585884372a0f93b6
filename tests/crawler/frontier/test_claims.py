"""Addresses and turns: what is kept, what is claimed when, and what a lease becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from crawler.frontier.backend import GONE, LEASED, PENDING, Lease, NewUrl, Politeness, Wait
from crawler.frontier.turns import Answer, after
from tests.crawler.frontier.conftest import START, Opened, leased, new, urls


def test_an_address_is_kept_once(opened: Opened) -> None:
    frontier = opened()
    assert frontier.add([new("https://a.example/1"), new("https://a.example/2"), new("https://a.example/1")]) == 2
    assert frontier.add([new("https://a.example/1", state=GONE)]) == 0
    assert frontier.counts() == {PENDING: 2}


def test_an_address_that_is_out_of_scope_is_kept_and_never_claimed(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new("https://a.example/x", state="out of scope: tag page"), new("http://[", state="out of scope: x")])
    assert frontier.claim(START) == Wait(None)
    assert list(frontier.in_state("out of scope")) == ["https://a.example/x", "http://["]
    assert list(frontier.in_state("out")) == []


def test_hosts_take_turns_and_each_gives_its_addresses_in_order(opened: Opened) -> None:
    frontier = opened(delay=10.0, concurrency=9)
    frontier.add([*urls("a.example", (1, 2)), *urls("b.example", (1, 2))])
    claimed = [leased(frontier.claim(START + second)) for second in (0, 1, 10, 11)]
    assert claimed == [f"https://{place}" for place in ("a.example/1", "b.example/1", "a.example/2", "b.example/2")]


@pytest.mark.parametrize(
    ("after", "wait"), [(0.0, 2.0), (0.5, 1.5), (1.999, 0.001), (2.0, None), (2.001, None), (99.0, None)]
)
def test_the_delay_is_kept_by_the_claim(after: float, wait: float | None, opened: Opened) -> None:
    frontier = opened(delay=2.0, concurrency=2)
    frontier.add(urls("a.example", range(3)))
    leased(frontier.claim(START))
    claimed = frontier.claim(START + after)
    if wait is None:
        assert isinstance(claimed, Lease)
    else:
        assert isinstance(claimed, Wait)
        assert claimed.seconds == pytest.approx(wait, abs=1e-5)


def test_the_delay_holds_across_processes_and_restarts(opened: Opened) -> None:
    one, other = opened(delay=2.0, concurrency=9), opened(delay=2.0, concurrency=9)
    one.add(urls("a.example", range(4)))
    assert leased(one.claim(START)) == "https://a.example/0"
    assert other.claim(START + 1) == Wait(1.0)
    assert leased(other.claim(START + 2)) == "https://a.example/1"
    assert one.claim(START + 3) == Wait(1.0)
    later = opened(delay=2.0, concurrency=9)
    assert later.release() == 2
    assert later.claim(START + 3) == Wait(1.0)
    assert leased(later.claim(START + 4)) == "https://a.example/0"


def test_the_delay_counts_from_when_the_request_went_out(opened: Opened) -> None:
    frontier = opened(delay=2.0, concurrency=2)
    frontier.add(urls("a.example", range(3)))
    leased(frontier.claim(START))
    turn = frontier.turn("a.example")
    answered, _ = after(turn, Answer(sent=START + 0.5, ended=START + 0.6, status=200), Politeness(delay=2.0), 0)
    frontier.keep_turn(answered)
    frontier.keep_turn(replace(turn, next=START - 9))
    assert frontier.claim(START + 2) == Wait(0.5)
    assert isinstance(frontier.claim(START + 2.5), Lease)


@pytest.mark.parametrize("concurrency", [1, 2, 3])
def test_no_more_leases_of_a_host_than_its_concurrency(concurrency: int, opened: Opened) -> None:
    frontier, other = opened(concurrency=concurrency), opened(concurrency=concurrency)
    frontier.add(urls("a.example", range(5)))
    claimed = [leased(frontier.claim(START)) for _ in range(concurrency)]
    assert frontier.claim(START) == other.claim(START) == Wait(None)
    frontier.ack(claimed[0], GONE, [], START)
    assert isinstance(other.claim(START), Lease)
    assert frontier.claim(START) == Wait(None)


def test_a_count_that_is_wrong_is_mended_without_forgetting_leases(opened: Opened) -> None:
    frontier = opened(concurrency=2)
    frontier.add(urls("a.example", range(3)))
    leased(frontier.claim(START))
    frontier._db.execute("UPDATE gate SET pending = 9")
    frontier._db.execute("UPDATE url SET state = 'gone' WHERE state = 'pending'")
    assert frontier.claim(START) == Wait(0.0)
    assert frontier._db.execute("SELECT gate.pending, leased FROM host, gate").fetchone() == (0, 1)


def test_a_requeued_address_comes_back_with_its_attempts_when_its_host_may_be_asked(opened: Opened) -> None:
    frontier = opened()
    frontier.add(urls("a.example", (1,)))
    first = frontier.claim(START)
    frontier.requeue(leased(first), START + 5)
    assert frontier.claim(START + 4) == Wait(1.0)
    second = frontier.claim(START + 5)
    assert isinstance(first, Lease)
    assert isinstance(second, Lease)
    assert (first.attempts, second.attempts) == (0, 1)


def test_an_ack_keeps_the_children_with_the_outcome(opened: Opened) -> None:
    frontier = opened()
    frontier.add(urls("a.example", (1,)))
    address = leased(frontier.claim(START))
    assert frontier.ack(address, "done", urls("b.example", (1, 2, 1)), START) == 2
    assert frontier.counts() == {PENDING: 2, "done": 1}


def test_an_ack_whose_children_raise_leaves_nothing(opened: Opened) -> None:
    frontier = opened()
    frontier.add(urls("a.example", (1,)))
    address = leased(frontier.claim(START))

    def broken() -> Iterator[NewUrl]:
        yield new("https://b.example/1")
        raise OSError("the page's links ended here")

    with pytest.raises(OSError, match="links ended"):
        frontier.ack(address, "done", broken(), START)
    assert frontier.counts() == {LEASED: 1}
    assert opened().release() == 1


def test_release_gives_every_lease_back_and_counts_no_attempt(opened: Opened) -> None:
    frontier = opened(concurrency=2)
    frontier.add(urls("a.example", range(3)))
    leased(frontier.claim(START))
    leased(frontier.claim(START))
    again = opened(concurrency=2)
    assert again.release() == 2
    assert again.counts() == {PENDING: 3}
    claimed = again.claim(START)
    assert isinstance(claimed, Lease)
    assert (claimed.address, claimed.attempts) == ("https://a.example/0", 0)


@pytest.mark.parametrize(
    ("state", "back"),
    [
        ("failed", ["f", "f: x", "f: y"]),
        ("failed: x", ["f: x"]),
        ("fail", []),
        ("failed:", []),
        ("done", ["d"]),
        ("out of scope", ["o"]),
    ],
)
def test_put_back_takes_a_state_or_what_begins_with_it_and_a_colon(state: str, back: list[str], opened: Opened) -> None:
    states = {"f": "failed", "f: x": "failed: x", "f: y": "failed: y", "d": "done", "o": "out of scope: rule"}
    frontier = opened()
    frontier.add([new(f"https://a.example/{name}", state=each) for name, each in states.items()])
    assert frontier.put_back(state) == len(back)
    assert [address.rpartition("/")[2] for address in frontier.in_state(PENDING)] == back
    claims = [frontier.claim(START) for _ in back[:1]]
    assert all(isinstance(claim, Lease) for claim in claims)


def test_what_ended_before_a_moment_is_put_back(opened: Opened) -> None:
    frontier = opened()
    frontier.add(urls("a.example", range(3)))
    for second, state in enumerate(("done", "failed: dns", "rejected: listing")):
        frontier.ack(leased(frontier.claim(START)), state, [], START + second)
    assert frontier.put_back_finished(("done", "rejected"), START) == 0
    assert frontier.put_back_finished(("done", "rejected"), START + 1) == 1
    assert frontier.put_back_finished(("done", "rejected"), START + 9) == 1
    assert frontier.counts() == {PENDING: 2, "failed: dns": 1}


@pytest.mark.parametrize(("limit", "back"), [(0, 3), (1, 1), (2, 2), (3, 3)])
def test_reopen_takes_what_the_new_limit_lets_in(limit: int, back: int, opened: Opened) -> None:
    frontier = opened()
    ways = ("L", "LRL", "RLLRL")
    frontier.add([new(f"https://a.example/{way}", way, "out of scope: max hops") for way in ways])
    assert frontier.could_reopen(limit)
    assert frontier.reopen(limit) == back
    assert frontier.counts().get(PENDING) == back
    assert not frontier.could_reopen(limit)


def test_extend_puts_off_the_deadline_of_a_lease(opened: Opened) -> None:
    frontier = opened()
    frontier.add(urls("a.example", (1,)))
    frontier.extend([leased(frontier.claim(START))], START + 1000)
    assert frontier._db.execute("SELECT deadline FROM url").fetchone()[0] > START + 1000
