"""A parked host is left alone for the rest of the run, and no other host is."""

from __future__ import annotations

from crawler.frontier.backend import Wait
from tests.crawler.frontier.conftest import START, Opened, leased, urls


def test_a_parked_host_is_claimed_from_no_more_until_the_next_start(opened: Opened) -> None:
    frontier = opened()
    frontier.add([*urls("a.example", (1,)), *urls("b.example", (1,))])
    frontier.park("a.example", "captcha pages in a row")
    frontier.park("a.example", "another reason")
    assert leased(frontier.claim(START)) == "https://b.example/1"
    assert frontier.claim(START) == Wait(None)
    assert not frontier.has_claimable()
    assert frontier.parked() == {"a.example": "captcha pages in a row"}
    assert frontier.counts() == {"leased": 1, "pending": 1}
    frontier.release()
    assert frontier.parked() == {}
    assert leased(frontier.claim(START)) == "https://a.example/1"


def test_a_host_can_be_parked_before_any_of_its_addresses_is_known(opened: Opened) -> None:
    frontier = opened()
    frontier.park("a.example", "said so")
    frontier.add(urls("a.example", (1,)))
    assert frontier.claim(START) == Wait(None)
