"""What has no end is bounded where addresses are kept, and a host that is not to be asked ends as a whole."""

from __future__ import annotations

import pytest

from crawler.frontier.backend import Wait
from crawler.traps import MOST_VARIANTS
from tests.crawler.frontier.conftest import START, Opened, leased, new

PATH = "https://a.example/maze/"


@pytest.mark.parametrize(("hops", "bounded"), [("L", True), ("LR", True), ("", False), ("M", False), ("LE", False)])
def test_queries_of_a_path_are_bounded_where_pages_name_them(hops: str, bounded: bool, opened: Opened) -> None:
    frontier = opened()
    for number in range(MOST_VARIANTS + 5):
        frontier.add([new(f"{PATH}?n={number}", hops=hops)])
    pending = MOST_VARIANTS if bounded else MOST_VARIANTS + 5
    assert frontier.counts().get("pending") == pending
    assert frontier.counts().get("out of scope: endless parameters", 0) == MOST_VARIANTS + 5 - pending


def test_the_bound_is_of_each_path_and_the_path_itself_is_free(opened: Opened) -> None:
    frontier = opened()
    frontier.add(new(f"{PATH}?n={number}", hops="L") for number in range(MOST_VARIANTS + 1))
    frontier.add([new(PATH, hops="L"), new(f"{PATH}deeper/?n=1", hops="L"), new("https://a.example/?n=1", hops="L")])
    assert frontier.counts() == {"pending": MOST_VARIANTS + 3, "out of scope: endless parameters": 1}


def test_what_was_left_out_does_not_count(opened: Opened) -> None:
    frontier = opened()
    frontier.add(
        new(f"{PATH}?n={number}", hops="L", state="out of scope: calendar") for number in range(MOST_VARIANTS + 1)
    )
    frontier.add([new(f"{PATH}?m=1", hops="L")])
    assert frontier.counts()["pending"] == 1


def test_a_host_ends_as_a_whole_and_others_go_on(opened: Opened) -> None:
    frontier = opened(obeys_robots=True)
    frontier.add([new("https://a.example/1"), new("https://a.example/2"), new("https://a.example/3.png", hops="E")])
    frontier.add([new("https://b.example/1")])
    assert leased(frontier.claim(START)) == "https://a.example/robots.txt"
    frontier.end_host("a.example", "private address", START)
    assert frontier.counts() == {
        "failed: private address": 2,
        "pending": 1,
        "requisite failed: private address": 1,
    }
    assert leased(frontier.claim(START)) == "https://b.example/robots.txt"
    assert frontier.claim(START) == Wait(None)


def test_a_host_that_ended_is_asked_for_its_robots_again_when_an_address_comes(opened: Opened) -> None:
    frontier = opened(obeys_robots=True)
    frontier.add([new("https://a.example/1")])
    frontier.claim(START)
    frontier.end_host("a.example", "private address", START)
    frontier.add([new("https://a.example/2")])
    assert leased(frontier.claim(START)) == "https://a.example/robots.txt"


def test_how_an_address_was_come_by_is_known(opened: Opened) -> None:
    frontier = opened()
    frontier.add([new("https://a.example/1", hops="LR")])
    found = frontier.hop_of("https://a.example/1")
    assert found is not None
    assert found.hops == "LR"
    assert frontier.hop_of("https://a.example/2") is None
