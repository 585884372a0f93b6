"""Sources in the frontier: they go first, become due by what is said of them, and are never pages."""

from __future__ import annotations

import pytest

from crawler.frontier.backend import DONE, MAX_HOPS, NOT_WANTED, PENDING, SOURCE, Lease, NewUrl, Wait, Wanted
from crawler.items import Hop
from tests.crawler.frontier.conftest import START, Opened, leased, new

FEED, PAGE = "https://a.example/feed/", "https://a.example/page/"


def source(address: str = FEED, state: str = PENDING, again: float | None = None) -> NewUrl:
    return NewUrl(address=address, hop=Hop(seed=address, hops="M", source="feed"), state=state, again=again)


def named(address: str, again: float | None) -> NewUrl:
    return NewUrl(address=address, hop=Hop(seed=FEED, via=FEED, hops="M"), again=again)


def test_a_source_goes_before_pages_and_not_with_requisites_alone(opened: Opened) -> None:
    frontier = opened(concurrency=9)
    frontier.add([new(PAGE), new("https://a.example/p.png", "E"), source()])
    assert leased(frontier.claim(START, Wanted.REQUISITES)).endswith(".png")
    lease = frontier.claim(START, Wanted.PAGES)
    assert isinstance(lease, Lease)
    assert lease.hop == Hop(seed=FEED, hops="M", source="feed")
    assert leased(frontier.claim(START)) == PAGE


@pytest.mark.parametrize(
    ("state", "again", "is_asked"),
    [
        (DONE, START + 1, True),
        ("not-modified", START + 1, True),
        ("gone", START + 1, True),
        ("redirected", START + 1, True),
        ("rejected: listing", START + 1, True),
        (DONE, START, False),
        (DONE, START - 1, False),
        (DONE, None, False),
        ("failed: http 500", START + 1, False),
        ("refused: robots", START + 1, False),
    ],
)
def test_a_page_is_asked_again_that_changed_after_it_was_asked(
    opened: Opened, state: str, again: float | None, is_asked: bool
) -> None:
    frontier = opened()
    frontier.add([new(PAGE, "L")])
    frontier.ack(leased(frontier.claim(START)), state, [], START)
    assert frontier.add([named(PAGE, again)]) == 0
    lease = frontier.claim(START)
    assert isinstance(lease, Lease) == is_asked
    assert not isinstance(lease, Lease) or (lease.hop is not None and lease.hop.hops == "L")


@pytest.mark.parametrize("state", [SOURCE, "source not-modified", "source failed: http 500", "source gone"])
def test_a_source_is_asked_again_whatever_came_of_it(opened: Opened, state: str) -> None:
    frontier = opened()
    frontier.add([source()])
    frontier.ack(leased(frontier.claim(START)), state, [], START)
    frontier.add([source(again=START)])
    assert frontier.claim(START) == Wait(None)
    frontier.add([source(again=START + 1)])
    assert leased(frontier.claim(START)) == FEED


def test_a_listing_that_a_page_linked_becomes_a_source_and_a_source_no_page(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new(FEED, "L", state="out of scope: listing"), source(), new(FEED, "L")])
    lease = frontier.claim(START)
    assert isinstance(lease, Lease)
    assert lease.hop is not None
    assert lease.hop.is_source
    frontier.ack(FEED, SOURCE, [new(FEED, "LL")], START)
    assert (frontier.counts(), frontier.claim(START)) == ({SOURCE: 1}, Wait(None))


def test_what_was_too_far_is_near_when_a_source_names_it(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new(PAGE, "LLL", state=MAX_HOPS), new(PAGE, "LL")])
    assert frontier.claim(START) == Wait(None)
    frontier.add([named(PAGE, None)])
    assert leased(frontier.claim(START)) == PAGE


def test_sources_that_are_not_wanted_wait_until_they_are(opened: Opened) -> None:
    frontier = opened()
    frontier.add([source()])
    frontier.want_sources(False)
    assert (frontier.counts(), frontier.claim(START), frontier.has_claimable()) == ({NOT_WANTED: 1}, Wait(None), False)
    frontier.want_sources(True)
    assert leased(frontier.claim(START)) == FEED
