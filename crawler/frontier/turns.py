"""The turn of a host: how long it is left alone after each answer. No clock, no chance, no database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.frontier.backend import HostTurn, Politeness

_LATENCY, _SLOW_START, _ROBOTS, _SETTING = "latency", "slow start", "robots.txt", "DOWNLOAD_DELAY"
_ASK_TO_WAIT = frozenset({429, 503})
_OURS = frozenset({"size limit", "head limit", "scheme", "proxy", "private address"})
"""Ends of a fetch that tell nothing of the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request, or how it failed."""

    sent: float
    ended: float
    size: int = 0
    """Bytes on the wire, both ways."""
    status: int | None = None
    cause: str | None = None
    """Why nothing came, or not all."""
    retry_after: float | None = None
    """Seconds that the answer asks to be left alone for."""
    latency: float | None = None
    """Seconds to its head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a host is left alone beyond its delay, and why."""

    why: str
    seconds: float
    asked: float
    """Seconds that it asked for, which a ceiling may cut."""


def delay_of(turn: HostTurn, politeness: Politeness) -> tuple[float, str]:
    """Return the seconds between two requests to a host, and what they come from."""
    delays = [(politeness.delay, _SETTING)]
    if politeness.obeys_robots:
        delays.append((turn.floor, _ROBOTS))
    if politeness.adapts:
        pace = politeness.first_pace if turn.pace is None else turn.pace
        delays.append((pace, _LATENCY))
    delays.append((turn.slow, _SLOW_START))
    return max(delays, key=lambda delay: delay[0])


def spent(turn: HostTurn, politeness: Politeness, now: float) -> str | None:
    """Return the setting that allows a host no more in this run."""
    if politeness.most_pages and turn.pages >= politeness.most_pages:
        return "HOST_MAX_PAGES"
    if politeness.most_bytes and turn.bytes >= politeness.most_bytes:
        return "HOST_MAX_BYTES"
    is_over = politeness.most_seconds and turn.began is not None and now >= turn.began + politeness.most_seconds
    return "HOST_MAX_SECONDS" if is_over else None


def after(turn: HostTurn, answer: Answer, politeness: Politeness, chance: float) -> tuple[HostTurn, Wait | None]:
    """Return a host's turn after an answer, and the wait that it brought; `chance` lies between 0 and 1."""
    began = answer.sent if turn.began is None else turn.began
    turn = replace(turn, sent=max(turn.sent, answer.sent), bytes=turn.bytes + answer.size, began=began)
    asked, wait = _asked_wait(answer, politeness), None
    if is_failure(answer, politeness):
        turn = _failed(turn, answer, politeness)
        wait = _back_off(turn, answer, politeness, chance) if turn.parked is None else None
    elif answer.cause is None and answer.status is not None and answer.sent >= turn.failed:
        turn = replace(turn, streak=0, slow=_less_slow(turn, politeness))
    if asked is not None:
        wait = asked
    if asked is not None or answer.status in _ASK_TO_WAIT:
        turn = replace(turn, slow=_slower(turn, politeness))
    turn = replace(turn, pace=_pace(turn, answer, politeness))
    until = answer.ended + wait.seconds if wait is not None else 0.0
    return replace(turn, next=max(turn.next, turn.sent + delay_of(turn, politeness)[0], until)), wait


def is_failure(answer: Answer, politeness: Politeness) -> bool:
    """Return whether an answer counts among a host's failures: it cannot serve, or asks to be left alone."""
    if answer.status in politeness.bad_statuses or answer.status in _ASK_TO_WAIT:
        return True
    return answer.cause is not None and answer.cause not in _OURS


def asks_to_wait(status: int) -> bool:
    """Return whether a status says that the host, not the address, has had enough for now."""
    return status in _ASK_TO_WAIT


def _asked_wait(answer: Answer, politeness: Politeness) -> Wait | None:
    if not answer.retry_after or answer.status is None or answer.status < 400:
        return None
    seconds = min(answer.retry_after, politeness.most_retry_after)
    return Wait(why=f"Retry-After of http {answer.status}", seconds=seconds, asked=answer.retry_after)


def _back_off(turn: HostTurn, answer: Answer, politeness: Politeness, chance: float) -> Wait:
    # Never in step: hosts that failed together are not asked together. 2.0**64 is enough, and no overflow.
    seconds = politeness.retry_wait * 2.0 ** min(turn.streak - 1, 64) * (1 + chance / 4)
    seconds = min(seconds, politeness.most_retry_wait)
    return Wait(why=f"back-off after {_word(answer)}", seconds=seconds, asked=seconds)


def _failed(turn: HostTurn, answer: Answer, politeness: Politeness) -> HostTurn:
    """Return the turn with one more failure in a row; those that were under way at the last one are part of it."""
    if answer.sent < turn.failed:
        return turn
    turn = replace(turn, streak=turn.streak + 1, failed=answer.ended)
    if not politeness.most_failures or turn.streak < politeness.most_failures or turn.parked:
        return turn
    return replace(turn, parked=f"{turn.streak} failures in a row, the last one {_word(answer)}")


def _word(answer: Answer) -> str:
    return f"http {answer.status}" if answer.cause is None else answer.cause


def _slower(turn: HostTurn, politeness: Politeness) -> float:
    slower = max(2 * delay_of(turn, politeness)[0], politeness.retry_wait)
    return min(slower, politeness.most_retry_wait)


def _less_slow(turn: HostTurn, politeness: Politeness) -> float:
    """Return half of it, and nothing once it hardly matters."""
    usual = max(delay_of(replace(turn, slow=0.0), politeness)[0], politeness.retry_wait / 8)
    return turn.slow / 2 if turn.slow / 2 > usual else 0.0


def _pace(turn: HostTurn, answer: Answer, politeness: Politeness) -> float | None:
    """Return the delay by latency, as Scrapy's AutoThrottle has it: errors, which come fast, never shorten it."""
    if not politeness.adapts or answer.latency is None:
        return turn.pace
    old = politeness.first_pace if turn.pace is None else turn.pace
    target = answer.latency / politeness.target_concurrency
    new = min(max(politeness.delay, target, (old + target) / 2), politeness.most_delay)
    return old if answer.status != 200 and new <= old else new
