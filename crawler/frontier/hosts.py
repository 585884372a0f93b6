"""The rows of hosts: their turns, kept over runs, and which of them are left alone."""

from __future__ import annotations

from dataclasses import asdict, fields

from crawler.frontier.backend import HostTurn
from crawler.frontier.rows import Rows
from crawler.frontier.turns import delay_of

_COLUMNS = [field.name for field in fields(HostTurn)]
_TURN = f"SELECT {', '.join(_COLUMNS)} FROM host WHERE host = ?"  # noqa: S608 (names of our own)
_KEEP = """INSERT INTO host (host, next, sent, streak, failed, pace, slow, parked, pages, bytes, began)
    VALUES (:host, :next, :sent, :streak, :failed, :pace, :slow, :parked, :pages, :bytes, :began)
    ON CONFLICT (host) DO UPDATE SET next = max(next, excluded.next), sent = max(sent, excluded.sent),
        streak = excluded.streak, failed = excluded.failed, pace = excluded.pace, slow = excluded.slow,
        parked = coalesce(parked, excluded.parked), bytes = excluded.bytes, began = excluded.began"""
# The delay is that of `delay_of`.
_TAKE_TURN = """UPDATE host SET leased = leased + 1, pages = pages + :is_page,
    next = :now + max(:delay, slow, iif(:obeys_robots, floor, 0), iif(:adapts, coalesce(pace, :start), 0))
    WHERE host = :host"""
_PARK = """INSERT INTO host (host, parked) VALUES (?, ?)
    ON CONFLICT (host) DO UPDATE SET parked = coalesce(parked, excluded.parked)"""
_MOVE_TURN = "INSERT INTO host (host, next) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET next = excluded.next"


class Hosts(Rows):
    """The hosts of a frontier."""

    def turn(self, host: str) -> HostTurn:
        """Return what is remembered of a host."""
        row = self._db.execute(_TURN, (host,)).fetchone()
        return HostTurn(**dict(zip(_COLUMNS, row, strict=True))) if row else HostTurn(host=host)

    def keep_turn(self, turn: HostTurn) -> None:
        """Remember a host's turn; its next one never comes earlier than it was to."""
        with self._transaction():
            self._db.execute(_KEEP, asdict(turn))

    def park(self, host: str, why: str) -> None:
        """Leave a host's addresses pending for the rest of this run; the first reason stands."""
        with self._transaction():
            self._db.execute(_PARK, (host, why))

    def parked(self) -> dict[str, str]:
        """Return the hosts that are parked, and why."""
        return dict(self._db.execute("SELECT host, parked FROM host WHERE parked IS NOT NULL ORDER BY host"))

    def end_run(self) -> None:
        """Let what holds for one run hold no more: the parked hosts, and what was spent of their budgets."""
        with self._transaction():
            self._db.execute("UPDATE host SET parked = NULL, pages = 0, bytes = 0, began = NULL")

    def _take_turn(self, host: str, now: float, *, is_page: bool = False) -> None:
        """Count a request that is about to go out, and let the next one come no earlier than the delay."""
        politeness = self._politeness
        values = {
            "host": host,
            "now": now,
            "is_page": is_page,
            "delay": politeness.delay,
            "obeys_robots": politeness.obeys_robots,
            "adapts": politeness.adapts,
            "start": politeness.first_pace,
        }
        self._db.execute(_TAKE_TURN, values)

    def _takes_turn_of(self, other: str, origin: str, now: float) -> bool:
        """Take the turn of the host that another's robots.txt redirected to; or have that robots.txt wait for it."""
        turn = self.turn(other)
        if turn.next > now:
            self._db.execute("UPDATE gate SET next = ? WHERE origin = ?", (turn.next, origin))
            return False
        self._db.execute(_MOVE_TURN, (other, now + delay_of(turn, self._politeness)[0]))
        return True

    def _know(self, origin: str, host: str, gate: str, pending: int) -> None:
        """Count addresses that are pending behind a gate; what is not known yet of it, or of its host, is now."""
        count = "UPDATE gate SET pending = pending + ? WHERE origin = ?"
        if self._db.execute(count, (pending, origin)).rowcount:
            return
        self._db.execute("INSERT OR IGNORE INTO host (host) VALUES (?)", (host,))
        known = "INSERT INTO gate (origin, host, pending, state) VALUES (?, ?, ?, ?)"
        self._db.execute(known, (origin, host, pending, gate))
