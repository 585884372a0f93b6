"""The rows of gates: one a scheme, host and port, for its robots.txt (RFC 9309 2.3)."""

from __future__ import annotations

from crawler.frontier.backend import Lease, Wait, Wanted, host_of
from crawler.frontier.hosts import Hosts
from crawler.frontier.kinds import SHUT_HOSTS

OPEN, UNKNOWN, ASKED, SHUT = "open", "unknown", "asked", "shut"
"""A gate: pages may be asked; robots.txt was not asked; it is being asked; it could not be had."""

_END = "UPDATE gate SET state = ?, asking = ?, next = max(next, ?) WHERE origin = ? AND state = 'asked'"
_LEAST_LEASED = """UPDATE host SET leased = max(0, leased - 1)
    WHERE host = (SELECT host FROM gate WHERE origin = ? AND state = 'asked')"""


class Gates(Hosts):
    """The gates of a frontier, and what robots.txt said."""

    def open_gate(self, origin: str, rules: bytes, now: float, floor: float = 0.0) -> None:
        """Keep what a robots.txt says, the seconds between requests too, and let the pages be asked."""
        with self._transaction():
            self._end_robots(origin, OPEN, None, 0.0)
            opened = "UPDATE gate SET fetched = ?, floor = ?, tries = 0, redirects = 0 WHERE origin = ?"
            self._db.execute(opened, (now, floor, origin))
            self._db.execute("INSERT OR REPLACE INTO robots (origin, rules) VALUES (?, ?)", (origin, rules))
            slowest = "SELECT max(floor) FROM gate WHERE gate.host = host.host"
            # The first page keeps to it already: it comes that long after the robots.txt.
            keep = f"""UPDATE host SET floor = ({slowest}), next = max(next, sent + ({slowest}))
                WHERE host = (SELECT host FROM gate WHERE origin = ?)"""  # noqa: S608 (a constant)
            self._db.execute(keep, (origin,))

    def retry_gate(self, origin: str, not_before: float, address: str | None = None) -> None:
        """Let a robots.txt be asked again from that moment on."""
        with self._transaction():
            self._end_robots(origin, UNKNOWN, address, not_before)

    def redirect_gate(self, origin: str, address: str) -> None:
        """Let a robots.txt be asked at the address that it redirected to."""
        with self._transaction():
            self._end_robots(origin, UNKNOWN, address, 0.0)
            further = "UPDATE gate SET redirects = redirects + 1, tries = 0 WHERE origin = ?"
            self._db.execute(further, (origin,))

    def shut_gate(self, origin: str, not_before: float = 0.0) -> None:
        """Leave the pages pending: their robots.txt could not be had; it may be asked again from that moment on."""
        with self._transaction():
            self._end_robots(origin, SHUT, None, not_before)
            self._db.execute("UPDATE gate SET redirects = 0 WHERE origin = ?", (origin,))

    def robots(self, origin: str) -> bytes | None:
        """Return the rules that a robots.txt gave, or None."""
        row = self._db.execute("SELECT rules FROM robots WHERE origin = ?", (origin,)).fetchone()
        return row[0] if row else None

    def fetched(self, origin: str) -> float | None:
        """Return when that was."""
        row = self._db.execute("SELECT fetched FROM gate WHERE origin = ?", (origin,)).fetchone()
        return row[0] if row else None

    def shut_hosts(self, wanted: Wanted = Wanted.ALL) -> list[str]:
        """Return the hosts where addresses wait because their robots.txt could not be had."""
        return [host for (host,) in self._db.execute(SHUT_HOSTS[wanted])]

    def _first_gate(self) -> str:
        return UNKNOWN if self._politeness.obeys_robots else OPEN

    def _forget_gates(self) -> None:
        """Let every robots.txt be asked anew that was being asked, or could not be had."""
        again = """UPDATE gate SET state = ?, next = 0, asking = NULL, tries = 0, redirects = 0
            WHERE state != 'open' OR fetched IS NULL"""
        self._db.execute(again, (self._first_gate(),))

    def _is_open(self, state: str, fetched: float | None, now: float) -> bool:
        """Return whether pages may be asked: a robots.txt that is too old is asked first."""
        if state != OPEN or not self._politeness.obeys_robots:
            return state == OPEN
        return fetched is not None and now < fetched + self._politeness.robots_seconds

    def _claim_robots(self, origin: str, host: str, now: float) -> Lease | Wait:
        asked = "SELECT asking, tries, redirects FROM gate WHERE origin = ?"
        address, tries, redirects = self._db.execute(asked, (origin,)).fetchone()
        address = address or f"{origin}/robots.txt"
        other = host_of(address) or host
        if other != host and not self._takes_turn_of(other, origin, now):
            return Wait(0.0)
        self._db.execute("UPDATE gate SET state = ?, tries = tries + 1 WHERE origin = ?", (ASKED, origin))
        self._take_turn(host, now)
        return Lease(address=address, host=host, hop=None, attempts=tries, origin=origin, redirects=redirects)

    def _end_asking(self, host: str) -> None:
        """Let no robots.txt of a host be waited for any more."""
        asked = self._db.execute("SELECT origin FROM gate WHERE host = ? AND state = 'asked'", (host,)).fetchall()
        for (origin,) in asked:
            self._end_robots(origin, UNKNOWN, None, 0.0)

    def _end_robots(self, origin: str, state: str, address: str | None, not_before: float) -> None:
        self._db.execute(_LEAST_LEASED, (origin,))
        self._db.execute(_END, (state, address, not_before, origin))
