"""Whether the ledger's sums close, what was never captured, and what each source alone named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.frontier import backend
from crawler.ledger.closing import STATES, LedgerSums
from crawler.ledger.schema import open_ledger

HOME = "https://site.example"
FEED, LISTING = f"{HOME}/feed", f"{HOME}/news/"
_SIGHTING = """CREATE TABLE IF NOT EXISTS sighting (
    address TEXT NOT NULL, source TEXT NOT NULL, first REAL NOT NULL, PRIMARY KEY (address, source)) WITHOUT ROWID"""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as connection:
        yield connection


def see(ledger: sqlite3.Connection, path: str, state: str, *, hops: str = "L", seed: str = HOME) -> str:
    """Keep an address in a state, and return it."""
    address = f"{HOME}{path}"
    row = (address, "site.example", state, seed, f"{HOME}/by", hops)
    ledger.execute("INSERT INTO url (address, host, state, seed, via, hops) VALUES (?, ?, ?, ?, ?, ?)", row)
    return address


def capture(ledger: sqlite3.Connection, address: str, status: int = 200) -> None:
    row = (f"urn:{address}:{status}", address, status)
    ledger.execute(
        """INSERT INTO capture
            (record_id, url, warc, offset, length, timestamp, date, digest, status, original, reusable)
            VALUES (?, ?, 'a.warc.gz', 0, 1, '2026', '2026', 'd', ?, 'o', 0)""",
        row,
    )


def name(ledger: sqlite3.Connection, address: str, *sources: str) -> None:
    ledger.execute(_SIGHTING)
    ledger.executemany("INSERT INTO sighting VALUES (?, ?, 0)", [(address, source) for source in sources])


def test_a_ledger_that_closes_has_no_mismatch(ledger: sqlite3.Connection) -> None:
    capture(ledger, see(ledger, "/a", "done"))
    capture(ledger, see(ledger, "/b", "gone"), 404)
    see(ledger, "/c", "pending")
    see(ledger, "/d", "failed: dns")
    assert LedgerSums(ledger).mismatches() == []
    assert LedgerSums(ledger).seen() == 4


def test_a_state_that_nobody_knows_is_a_mismatch(ledger: sqlite3.Connection) -> None:
    see(ledger, "/a", "lost: somewhere")
    assert LedgerSums(ledger).mismatches() == [
        "1 addresses are in the state 'lost: somewhere', which is none that is known"
    ]


def test_an_address_that_is_still_being_asked_is_a_mismatch(ledger: sqlite3.Connection) -> None:
    see(ledger, "/a", "leased")
    assert LedgerSums(ledger).mismatches() == ["1 addresses are being asked, expected none at the end of a run"]


@pytest.mark.parametrize("state", ["done", "not-modified", "redirected", "gone", "rejected: listing"])
def test_an_answer_without_its_capture_is_a_mismatch(state: str, ledger: sqlite3.Connection) -> None:
    address = see(ledger, "/a", state)
    (mismatch,) = LedgerSums(ledger).mismatches()
    assert mismatch == f"1 addresses are said to have answered and have no capture, the first: {address}"


def test_a_capture_counts_under_the_address_as_it_was_asked(ledger: sqlite3.Connection) -> None:
    see(ledger, "/año nuevo", "done")
    capture(ledger, f"{HOME}/a%C3%B1o%20nuevo")
    assert LedgerSums(ledger).mismatches() == []


def test_what_a_source_named_and_nobody_keeps_is_a_mismatch(ledger: sqlite3.Connection) -> None:
    name(ledger, f"{HOME}/a", FEED)
    (mismatch,) = LedgerSums(ledger).mismatches()
    assert mismatch == f"1 addresses were named by a source and are in no state, the first: {HOME}/a"


def test_every_state_of_the_frontier_is_known() -> None:
    words = {value for word, value in vars(backend).items() if word.isupper() and isinstance(value, str)}
    assert {word.partition(":")[0] for word in words} <= STATES


def test_articles_that_related_links_name_and_nobody_captured_are_missing(ledger: sqlite3.Connection) -> None:
    states = ("pending", "failed: http 500", "refused: robots", "gone", "out of scope: max hops", "blocked: captcha")
    missing = [see(ledger, f"/missing/{number}", state) for number, state in enumerate(states)]
    capture(ledger, missing[3], 404)
    capture(ledger, missing[5])
    for number, state in enumerate(("done", "not-modified", "rejected: listing", "out of scope: other host")):
        see(ledger, f"/other/{number}", state)
    see(ledger, "/seed", "failed: dns", hops="")
    see(ledger, "/style", "pending", hops="LE")
    found = list(LedgerSums(ledger).missing())
    assert [one.url for one in found] == missing
    assert [one.state for one in found] == list(states)
    assert {one.named_by for one in found} == {f"{HOME}/by"}
    assert LedgerSums(ledger).count_missing() == 6


def test_what_was_captured_before_it_went_away_is_not_missing(ledger: sqlite3.Connection) -> None:
    capture(ledger, see(ledger, "/a", "gone"))
    capture(ledger, see(ledger, "/b", "failed: http 500"))
    blocked = see(ledger, "/c", "blocked: captcha")
    ledger.execute("INSERT INTO address VALUES (?, 'work', 1)", (blocked,))
    assert list(LedgerSums(ledger).missing()) == []


def test_an_article_that_a_source_named_first_is_missing_once_a_related_link_names_it(
    ledger: sqlite3.Connection,
) -> None:
    address = see(ledger, "/a", "failed: dns", hops="M")
    name(ledger, address, FEED)
    assert LedgerSums(ledger).count_missing() == 0
    name(ledger, address, "related")
    assert [one.url for one in LedgerSums(ledger).missing()] == [address]


def test_without_sightings_no_source_is_known(ledger: sqlite3.Connection) -> None:
    see(ledger, "/a", "done")
    assert LedgerSums(ledger).sources(5) == []


def test_each_source_tells_what_it_alone_has_named(ledger: sqlite3.Connection) -> None:
    see(ledger, "/feed", "source", hops="M", seed=FEED)
    see(ledger, "/news/", "source", hops="M", seed=LISTING)
    see(ledger, "/news/page/2/", "source", hops="M", seed=LISTING)
    both = see(ledger, "/both", "done")
    in_feed = see(ledger, "/feed-only", "pending")
    listed = [see(ledger, f"/listed/{number}", "done") for number in range(3)]
    related = see(ledger, "/related-only", "failed: dns")
    name(ledger, both, FEED, LISTING, "related")
    name(ledger, in_feed, FEED)
    for address in listed:
        name(ledger, address, f"{LISTING}page/2/")
    name(ledger, listed[0], LISTING)  # on two pages of one listing: still one source
    name(ledger, related, "related")
    name(ledger, see(ledger, "/elsewhere", "out of scope: other host"), "related")
    found = {source.source: source for source in LedgerSums(ledger).sources(2)}
    assert {name: (one.named, one.captured, one.alone) for name, one in found.items()} == {
        FEED: (2, 1, 1),
        LISTING: (4, 4, 3),
        "related": (2, 1, 1),
    }
    assert found[FEED].alone_first == (in_feed,)
    assert found[LISTING].alone_first == tuple(listed[:2])
    assert found["related"].alone_first == (related,)
