"""What becomes of a host's turn after each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from crawler.frontier.backend import HostTurn, Lease, Politeness
from crawler.frontier.turns import Answer, Wait, after, delay_of, spent
from tests.crawler.frontier.conftest import START, Opened, urls

USUAL = Politeness(
    delay=1.0, retry_wait=2.0, most_retry_wait=100.0, most_retry_after=600.0, most_failures=5,
    bad_statuses=frozenset({500}),
)  # fmt: skip


def heard(turn: HostTurn, politeness: Politeness = USUAL, **answer: Any) -> tuple[HostTurn, Wait | None]:
    """Return the turn after one more answer, asked as soon as the host may be."""
    sent = max(turn.next, START)
    return after(turn, Answer(**{"sent": sent, "ended": sent, **answer}), politeness, 0.0)


def all_heard(answers: Sequence[dict[str, Any]], politeness: Politeness = USUAL) -> tuple[HostTurn, list[float]]:
    turn, waits = HostTurn(host="a.example"), []
    for answer in answers:
        turn, wait = heard(turn, politeness, **answer)
        waits.append(wait.seconds if wait else 0.0)
    return turn, waits


OK: dict[str, Any] = {"status": 200}
BAD: dict[str, Any] = {"status": 500}
BUSY: dict[str, Any] = {"status": 429}
RESET: dict[str, Any] = {"cause": "disconnect"}


def test_back_off_doubles_with_each_failure_and_an_answer_ends_it() -> None:
    assert all_heard([BAD, RESET, BAD, OK, BAD])[1] == [2.0, 4.0, 8.0, 0.0, 2.0]


def test_back_off_has_a_ceiling_and_no_overflow() -> None:
    patient = replace(USUAL, most_failures=0)
    assert all_heard([BAD] * 2000, patient)[1][-1] == 100.0


def test_chance_puts_hosts_out_of_step() -> None:
    turn, answer = HostTurn(host="a"), Answer(sent=START, ended=START, cause="timeout")
    waits = [after(turn, answer, USUAL, chance)[1] for chance in (0.0, 0.5, 1.0)]
    assert [wait.seconds for wait in waits if wait] == [2.0, 2.25, 2.5]


@pytest.mark.parametrize("status", [429, 503, 500, 403, 404])
def test_retry_after_stops_the_host_for_that_long(status: int) -> None:
    turn, wait = heard(HostTurn(host="a"), status=status, retry_after=30.0)
    assert turn.next == START + 30
    assert wait == Wait(why=f"Retry-After of http {status}", seconds=30.0, asked=30.0)


@pytest.mark.parametrize("status", [200, 301, None])
def test_retry_after_means_nothing_in_a_good_answer(status: int | None) -> None:
    assert heard(HostTurn(host="a"), status=status, retry_after=30.0)[1] is None


def test_retry_after_has_a_ceiling() -> None:
    turn, wait = heard(HostTurn(host="a"), status=503, retry_after=1e12)
    assert (turn.next, wait and wait.asked) == (START + 600, 1e12)


def test_a_stop_is_followed_by_a_slow_start() -> None:
    turn, _ = heard(HostTurn(host="a"), status=429, retry_after=30.0)
    delays = [delay_of(turn, USUAL)]
    for _ in range(3):
        turn, _ = heard(turn, **OK)
        delays.append(delay_of(turn, USUAL))
    assert delays == [(2.0, "slow start"), (1.0, "DOWNLOAD_DELAY"), (1.0, "DOWNLOAD_DELAY"), (1.0, "DOWNLOAD_DELAY")]
    twice, _ = all_heard([BUSY, BUSY, BUSY])
    assert delay_of(twice, USUAL) == (8.0, "slow start")


def test_failures_in_a_row_park_a_host_and_one_is_enough_in_the_next_run() -> None:
    turn, _ = all_heard([BAD, BUSY, RESET, BAD])
    assert turn.parked is None
    turn, wait = heard(turn, **RESET)
    assert (turn.parked, wait) == ("5 failures in a row, the last one disconnect", None)
    again, _ = heard(replace(turn, parked=None), **BAD)
    assert again.parked == "6 failures in a row, the last one http 500"
    healed, _ = heard(replace(turn, parked=None), **OK)
    assert (healed.parked, healed.streak) == (None, 0)


def test_requests_that_were_under_way_together_are_one_failure() -> None:
    turn = HostTurn(host="a")
    for _ in range(9):
        turn, _ = after(turn, Answer(sent=START, ended=START + 1, **BUSY), USUAL, 0.0)
    assert (turn.streak, turn.parked) == (1, None)
    late, _ = after(turn, Answer(sent=START + 0.5, ended=START + 2, status=200), USUAL, 0.0)
    assert late.streak == 1, "it was sent before the failure, and tells nothing of what came after"


@pytest.mark.parametrize("answer", [{"status": 404}, {"status": 301}, {"status": 304}, {"status": 403}])
def test_any_answer_that_is_no_failure_is_a_sign_of_life(answer: dict[str, Any]) -> None:
    assert all_heard([BAD, BAD, answer])[0].streak == 0


def test_what_ends_at_a_limit_of_ours_tells_nothing_of_the_host() -> None:
    turn, waits = all_heard([BAD, {"status": 200, "cause": "size limit"}])
    assert (turn.streak, waits) == (1, [2.0, 0.0])


def test_the_delay_follows_the_latency_as_scrapys_autothrottle_does() -> None:
    adapting = replace(USUAL, delay=0.5, adapts=True, start_delay=5.0, most_delay=10.0, target_concurrency=2.0)
    turn, paces = HostTurn(host="a"), []
    assert delay_of(turn, adapting) == (5.0, "latency")
    for status, latency in ((200, 2.0), (200, 0.2), (404, 0.2), (500, 8.0), (200, 99.0)):
        turn, _ = heard(turn, adapting, status=status, latency=latency)
        paces.append(turn.pace)
    assert paces == [3.0, 1.55, 1.55, 4.0, 10.0]
    assert delay_of(replace(turn, slow=0.0), USUAL) == (1.0, "DOWNLOAD_DELAY"), "switched off, it is forgotten"


def test_the_longest_delay_counts() -> None:
    turn = HostTurn(host="a", floor=7.0, slow=3.0)
    assert delay_of(turn, USUAL) == (7.0, "robots.txt")
    assert delay_of(turn, replace(USUAL, obeys_robots=False)) == (3.0, "slow start")


def test_a_budget_is_spent_at_its_limit() -> None:
    turn = HostTurn(host="a", pages=3, bytes=500, began=START)
    assert spent(turn, USUAL, START + 1e9) is None
    assert spent(turn, replace(USUAL, most_pages=3), START) == "HOST_MAX_PAGES"
    assert spent(turn, replace(USUAL, most_pages=4, most_bytes=500), START) == "HOST_MAX_BYTES"
    assert spent(turn, replace(USUAL, most_seconds=9), START + 8.9) is None
    assert spent(turn, replace(USUAL, most_seconds=9), START + 9) == "HOST_MAX_SECONDS"


@pytest.mark.parametrize("obeys_robots", [True, False])
@pytest.mark.parametrize("adapts", [True, False])
@pytest.mark.parametrize("known", [{}, {"pace": 3.0}, {"slow": 5.0, "pace": 0.5}, {"floor": 7.0, "slow": 6.0}])
def test_a_claim_moves_the_turn_by_that_delay(
    known: dict[str, float], adapts: bool, obeys_robots: bool, opened: Opened
) -> None:
    politeness = {"delay": 1.0, "adapts": adapts, "start_delay": 2.0, "obeys_robots": obeys_robots}
    frontier = opened(concurrency=9, **politeness)
    frontier.add(urls("a.example", range(2)))
    turn = HostTurn(host="a.example", **known)  # type: ignore[arg-type]
    frontier.keep_turn(turn)
    frontier._db.execute("UPDATE host SET floor = ?", (turn.floor,))
    assert isinstance(frontier.claim(START), Lease)
    assert frontier.turn("a.example").next == START + delay_of(turn, Politeness(**politeness))[0]  # type: ignore[arg-type]
