"""Pages go before requisites, each can be claimed alone, and an address turns from the one into the other."""

from __future__ import annotations

import pytest

from crawler.frontier.backend import DONE, MAX_HOPS, PAGE_LIMIT, PENDING, REQUISITE, Lease, Wait, Wanted
from tests.crawler.frontier.conftest import START, Opened, leased, new

PAGE, PICTURE, OTHER = "https://a.example/page/", "https://a.example/p.png", "https://b.example/p.png"


def test_pages_go_before_requisites_on_a_host(opened: Opened) -> None:
    frontier = opened(concurrency=9)
    frontier.add([new(PICTURE, "E"), new(PAGE), new("https://a.example/s.css", "LE"), new("https://a.example/2/", "L")])
    claimed = [leased(frontier.claim(START)).rpartition("example")[2] for _ in range(4)]
    assert claimed == ["/page/", "/2/", "/p.png", "/s.css"]


def test_each_kind_is_claimed_alone(opened: Opened) -> None:
    frontier = opened(concurrency=9)
    frontier.add([new(PICTURE, "E"), new(PAGE), new(OTHER, "E")])
    assert leased(frontier.claim(START, Wanted.REQUISITES)) == PICTURE
    assert leased(frontier.claim(START, Wanted.PAGES)) == PAGE
    assert frontier.claim(START, Wanted.PAGES) == Wait(None)
    assert (frontier.has_claimable(Wanted.PAGES), frontier.has_claimable(Wanted.REQUISITES)) == (False, True)
    assert leased(frontier.claim(START)) == OTHER


def test_a_requisites_host_is_asked_for_its_robots_txt(opened: Opened) -> None:
    frontier = opened(obeys_robots=True)
    frontier.add([new(OTHER, "E")])
    assert frontier.claim(START, Wanted.PAGES) == Wait(None)
    assert leased(frontier.claim(START, Wanted.REQUISITES)) == "https://b.example/robots.txt"
    frontier.shut_gate("https://b.example", START + 99)
    assert (frontier.shut_hosts(Wanted.PAGES), frontier.shut_hosts(Wanted.REQUISITES)) == ([], ["b.example"])


def test_what_a_page_needs_is_kept_with_its_outcome(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new(PAGE)])
    frontier.ack(leased(frontier.claim(START)), DONE, [new(PICTURE, "E"), new(PICTURE, "E"), new(PAGE, "E")], START)
    again = opened()
    assert again.counts() == {DONE: 1, PENDING: 1}
    lease = again.claim(START)
    assert isinstance(lease, Lease)
    assert lease.hop is not None
    assert (lease.address, lease.hop.is_requisite) == (PICTURE, True)


def test_a_stored_requisite_is_asked_no_more_and_never_due(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new(PICTURE, "E")])
    frontier.ack(leased(frontier.claim(START)), REQUISITE, [], START)
    frontier.add([new(PICTURE, "LE")])
    frontier.put_back_finished([DONE, "rejected"], START + 1)
    assert frontier.counts() == {REQUISITE: 1}
    assert frontier.claim(START) == Wait(None)


def test_a_requisite_that_is_linked_as_a_page_is_asked_as_one(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new(PAGE, "E")])
    frontier.ack(leased(frontier.claim(START)), REQUISITE, [], START)
    frontier.add([new(PAGE, "L")])
    lease = frontier.claim(START)
    assert isinstance(lease, Lease)
    assert lease.hop is not None
    assert (lease.address, lease.hop.hops) == (PAGE, "L")


def test_one_that_is_linked_while_it_is_asked_is_asked_again_as_a_page(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new(PAGE, "E")])
    address = leased(frontier.claim(START))
    frontier.add([new(PAGE, "L")])
    frontier.answered(address)
    frontier.ack(address, REQUISITE, [], START)
    lease = frontier.claim(START)
    assert isinstance(lease, Lease)
    assert lease.hop is not None
    assert (lease.hop.hops, lease.attempts) == ("L", 0)
    frontier.ack(PAGE, DONE, [], START)
    assert (frontier.counts(), frontier.claim(START)) == ({DONE: 1}, Wait(None))


@pytest.mark.parametrize("hops", ["E", "LE"])
@pytest.mark.parametrize(
    ("state", "asked"),
    [
        ("out of scope: media file", True),
        ("out of scope: other host", True),
        (PAGE_LIMIT, True),
        (MAX_HOPS, False),
        (DONE, False),
        ("refused: robots", False),
        ("requisite refused: robots", False),
    ],
)
def test_what_no_page_is_may_be_wanted_for_a_pages_looks(opened: Opened, hops: str, state: str, asked: bool) -> None:
    frontier = opened()
    frontier.add([new(PICTURE, hops if state.startswith(REQUISITE) else "", state=state)])
    frontier.add([new(PICTURE, "LE")])
    assert isinstance(frontier.claim(START), Lease) == asked
