"""The frontier in the ledger's SQLite file: one process, as many restarts as it takes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

from crawler.frontier.backend import (
    LEASED,
    MAX_HOPS,
    PENDING,
    REQUISITE,
    Lease,
    NewUrl,
    Politeness,
    Wait,
    Wanted,
)
from crawler.frontier.bounds import fail_pending, first_state
from crawler.frontier.kinds import (
    BECAME_PAGE,
    BECOME_PAGE,
    BECOME_REQUISITE,
    CLAIMABLE,
    NEXT_URL,
    READY_HOST,
    SHUT_HOSTS,
)
from crawler.frontier.transaction import transaction
from crawler.items import Hop

OPEN, UNKNOWN, ASKED, SHUT = "open", "unknown", "asked", "shut"
"""A host's gate: pages may be asked; robots.txt was not asked; it is being asked; it could not be had."""

_LEASE_SECONDS = 600.0
_Row = tuple[str, str, str | None, str, int]

_ADD = "INSERT OR IGNORE INTO url (address, host, state, seed, via, hops) VALUES (?, ?, ?, ?, ?, ?)"
_ADD_HOST = """INSERT INTO host (host, pending, gate) VALUES (?, ?, ?)
    ON CONFLICT (host) DO UPDATE SET pending = pending + excluded.pending"""
_LEASE = "UPDATE url SET state = 'leased', owner = ?, deadline = ?, attempts = attempts + 1 WHERE address = ?"
_TAKE_TURN = "UPDATE host SET pending = pending - ?, leased = leased + 1, next = ?, gate = ? WHERE host = ?"
_MOVE_TURN = """INSERT INTO host (host, next, gate) VALUES (?, ?, ?)
    ON CONFLICT (host) DO UPDATE SET next = excluded.next"""
_FINISH = """UPDATE url SET state = ?, owner = NULL, deadline = NULL, attempts = 0, finished = ?
    WHERE address = ? AND state = 'leased'"""
_BACK = """UPDATE url SET state = 'pending', owner = NULL, deadline = NULL
    WHERE address = ? AND state = 'leased' RETURNING host"""
_WITHIN = f"""WHERE state = '{MAX_HOPS}'
    AND (? = 0 OR length(hops) - length(replace(hops, 'L', '')) <= ?)"""
_ANSWERED = """UPDATE url SET deadline = NULL
    WHERE address = ? AND state = 'leased' AND deadline IS NOT NULL RETURNING host"""
_RECOUNT = """UPDATE host SET
    leased = (SELECT count(*) FROM url
        WHERE url.host = host.host AND url.state = 'leased' AND url.deadline IS NOT NULL) + (gate = 'asked'),
    pending = (SELECT count(*) FROM url WHERE url.host = host.host AND url.state = 'pending')"""


class SqliteFrontier:
    """A Frontier on a connection to ledger.sqlite; a transaction that is under way is joined."""

    def __init__(self, connection: sqlite3.Connection, politeness: Politeness, owner: str) -> None:
        self._db = connection
        self._owner = owner
        self._politeness = politeness

    def add(self, urls: Iterable[NewUrl]) -> int:
        """Keep the addresses that are new and return how many were."""
        with self._transaction():
            return sum(self._add(url) for url in urls)

    def claim(self, now: float, wanted: Wanted = Wanted.ALL) -> Lease | Wait:
        """Lease the first address of the host whose turn is earliest, and move that host's turn, as one step."""
        ready = self._db.execute(READY_HOST[wanted], (self._politeness.concurrency,)).fetchone()
        if ready is None:
            return Wait(None)
        host, turn, gate = ready
        if turn > now:
            return Wait(turn - now)
        with self._transaction():
            row = self._db.execute(NEXT_URL[wanted], (host,)).fetchone()
            if row is None:  # the count was wrong: mend it rather than turn in circles
                self.recount()
                return Wait(0.0)
            return self._claim_page(host, row, now) if gate == OPEN else self._claim_robots(host, row[0], now)

    def extend(self, addresses: Iterable[str], now: float) -> None:
        """Put the deadlines of leases off."""
        with self._transaction():
            rows = ((now + _LEASE_SECONDS, address) for address in addresses)
            put_off = "UPDATE url SET deadline = ? WHERE address = ? AND state = 'leased' AND deadline IS NOT NULL"
            self._db.executemany(put_off, rows)

    def sent(self, host: str, at: float) -> None:
        """Let a host's next turn come no earlier than the delay after a request went out to it."""
        if self._politeness.delay:
            with self._transaction():
                turn = "UPDATE host SET next = max(next, ?) WHERE host = ?"
                self._db.execute(turn, (at + self._politeness.delay, host))

    def answered(self, address: str) -> None:
        """Count a lease no longer against its host's concurrency: its request has ended, its commit is to come."""
        with self._transaction():
            answered = self._db.execute(_ANSWERED, (address,)).fetchone()
            if answered is not None:
                self._db.execute("UPDATE host SET leased = leased - 1 WHERE host = ?", answered)

    def ack(self, address: str, state: str, children: Iterable[NewUrl], now: float) -> int:
        """End a lease in a final state and keep what the page led to, as one step."""
        with self._transaction():
            self.answered(address)
            if state.startswith(REQUISITE) and self._db.execute(BECAME_PAGE, (address,)).fetchone() is not None:
                self.requeue(address, 0.0)
            self._db.execute(_FINISH, (state, now, address))
            return sum(self._add(url) for url in children)

    def requeue(self, address: str, not_before: float) -> None:
        """End a lease without an outcome; its host is left alone until that moment."""
        with self._transaction():
            self.answered(address)
            ended = self._db.execute(_BACK, (address,)).fetchone()
            if ended is not None:
                turn = "UPDATE host SET pending = pending + 1, next = max(next, ?) WHERE host = ?"
                self._db.execute(turn, (not_before, *ended))

    def release(self) -> int:
        """Give every lease back: its process is gone. A gate that was being asked, or was shut, is asked anew."""
        with self._transaction():
            back = (
                "UPDATE url SET state = 'pending', owner = NULL, deadline = NULL, attempts = 0 WHERE state = 'leased'"
            )
            released = self._db.execute(back).rowcount
            again = """UPDATE host SET gate = ?, robots_url = NULL, robots_tries = 0
                WHERE gate != 'open' OR host NOT IN (SELECT host FROM robots)"""
            self._db.execute(again, (self._first_gate(),))
            self._db.execute("UPDATE host SET parked = NULL")
            self.recount()
        return released

    def restore(self, address: str, state: str, finished: float) -> None:
        """Say what became of an address long ago; `recount` is to follow."""
        self._db.execute("UPDATE url SET state = ?, finished = ? WHERE address = ?", (state, finished, address))

    def recount(self) -> None:
        """Count anew how many addresses of each host are pending."""
        self._db.execute("INSERT OR IGNORE INTO host (host) SELECT DISTINCT host FROM url WHERE state = 'pending'")
        self._db.execute(_RECOUNT)

    def has_claimable(self, wanted: Wanted = Wanted.ALL) -> bool:
        """Return whether any address will be claimed in time: one that is pending behind no shut gate."""
        return self._db.execute(CLAIMABLE[wanted], (SHUT,)).fetchone() is not None

    def counts(self) -> dict[str, int]:
        """Return how many addresses are in each state, the most frequent first."""
        return dict(self._db.execute("SELECT state, count(*) FROM url GROUP BY state ORDER BY count(*) DESC, state"))

    def in_state(self, state: str) -> Iterator[str]:
        """Yield the addresses in a state, or in one that begins with it and a colon, as they were seen."""
        query = "SELECT address FROM url WHERE state = ? OR state LIKE ? ORDER BY seq"
        return (address for (address,) in self._db.execute(query, (state, f"{state}:%")))

    def put_back(self, state: str) -> int:
        """Make every address in that state pending again, and return how many there were."""
        with self._transaction():
            back = "UPDATE url SET state = 'pending', attempts = 0 WHERE state = ? OR state LIKE ?"
            count = self._db.execute(back, (state, f"{state}:%")).rowcount
            self.recount()
        return count

    def put_back_finished(self, states: Iterable[str], before: float) -> int:
        """Make the addresses that ended in those states before that moment pending again; return how many."""
        back = """UPDATE url SET state = 'pending', attempts = 0
            WHERE finished < ? AND (state = ? OR state LIKE ? || ':%')"""
        with self._transaction():
            count = sum(self._db.execute(back, (before, state, state)).rowcount for state in states)
            self.recount()
        return count

    def reopen(self, max_hops: int) -> int:
        """Make addresses pending that a smaller limit of hops left out; 0 is no limit. Return how many."""
        with self._transaction():
            back = f"UPDATE url SET state = 'pending' {_WITHIN}"  # noqa: S608 (a constant)
            count = self._db.execute(back, (max_hops, max_hops)).rowcount
            self.recount()
        return count

    def could_reopen(self, max_hops: int) -> bool:
        """Return whether `reopen` would find any."""
        query = f"SELECT 1 FROM url {_WITHIN} LIMIT 1"  # noqa: S608 (a constant)
        return self._db.execute(query, (max_hops, max_hops)).fetchone() is not None

    def hop_of(self, address: str) -> Hop | None:
        """Return how an address was come by; None for one that was never seen."""
        row = self._db.execute("SELECT seed, via, hops FROM url WHERE address = ?", (address,)).fetchone()
        return None if row is None else Hop(seed=row[0], via=row[1], hops=row[2])

    def open_gate(self, host: str, rules: bytes, now: float) -> None:
        """Keep what a host's robots.txt says and let its pages be asked."""
        with self._transaction():
            self._end_robots(host, OPEN, None, 0.0)
            keep = "INSERT OR REPLACE INTO robots (host, fetched, rules) VALUES (?, ?, ?)"
            self._db.execute(keep, (host, now, rules))

    def retry_gate(self, host: str, not_before: float, url: str | None = None) -> None:
        """Let a host's robots.txt be asked again from that moment on, at the address that it redirected to."""
        with self._transaction():
            self._end_robots(host, UNKNOWN, url, not_before)

    def shut_gate(self, host: str) -> None:
        """Leave a host's pages pending: its robots.txt could not be had."""
        with self._transaction():
            self._end_robots(host, SHUT, None, 0.0)

    def end_host(self, host: str, cause: str, now: float) -> None:
        """Let every address of a host end as failed for that cause: none of them was asked, robots.txt first of all."""
        with self._transaction():
            self._end_robots(host, UNKNOWN, None, 0.0)
            fail_pending(self._db, host, cause, now)

    def robots(self, host: str) -> bytes | None:
        """Return the rules that a host's robots.txt gave, or None."""
        row = self._db.execute("SELECT rules FROM robots WHERE host = ?", (host,)).fetchone()
        return row[0] if row else None

    def forget_robots(self, before: float) -> None:
        """Let every robots.txt that is older than that moment be asked anew."""
        with self._transaction():
            stale = "UPDATE host SET gate = ? WHERE host IN (SELECT host FROM robots WHERE fetched < ?)"
            self._db.execute(stale, (self._first_gate(), before))

    def shut_hosts(self, wanted: Wanted = Wanted.ALL) -> list[str]:
        """Return the hosts where addresses wait because their robots.txt could not be had."""
        return [host for (host,) in self._db.execute(SHUT_HOSTS[wanted], (SHUT,))]

    def park(self, host: str, why: str) -> None:
        """Leave a host's addresses pending for the rest of this run; the first reason stands."""
        with self._transaction():
            park = """INSERT INTO host (host, parked, gate) VALUES (?, ?, ?)
                ON CONFLICT (host) DO UPDATE SET parked = coalesce(parked, excluded.parked)"""
            self._db.execute(park, (host, why, self._first_gate()))

    def parked(self) -> dict[str, str]:
        """Return the hosts that are parked, and why."""
        return dict(self._db.execute("SELECT host, parked FROM host WHERE parked IS NOT NULL ORDER BY host"))

    def _first_gate(self) -> str:
        return UNKNOWN if self._politeness.obeys_robots else OPEN

    def _add(self, url: NewUrl) -> int:
        hop = url.hop
        state = first_state(self._db, url)
        row = (url.address, url.host, state, hop.seed, hop.via, hop.hops)
        is_new = self._db.execute(_ADD, row).rowcount
        if is_new:
            self._db.execute(_ADD_HOST, (url.host, int(state == PENDING), self._first_gate()))
        elif url.state == PENDING:
            self._reconsider(url)
        return is_new

    def _reconsider(self, url: NewUrl) -> None:
        """Ask a known address after all, where it is wanted now as what it was not wanted as before."""
        hop = url.hop
        known = self._db.execute("SELECT state FROM url WHERE address = ?", (url.address,)).fetchone()[0]
        become = BECOME_REQUISITE if hop.is_requisite else BECOME_PAGE
        changed = self._db.execute(become, (hop.seed, hop.via, hop.hops, url.address)).rowcount
        if changed and known not in (PENDING, LEASED):
            self._db.execute(_ADD_HOST, (url.host, 1, self._first_gate()))

    def _claim_page(self, host: str, row: _Row, now: float) -> Lease:
        address, seed, via, hops, attempts = row
        self._db.execute(_LEASE, (self._owner, now + _LEASE_SECONDS, address))
        self._db.execute(_TAKE_TURN, (1, now + self._politeness.delay, OPEN, host))
        return Lease(address=address, host=host, hop=Hop(seed=seed, via=via, hops=hops), attempts=attempts)

    def _claim_robots(self, host: str, page: str, now: float) -> Lease | Wait:
        asked = "SELECT robots_url, robots_tries FROM host WHERE host = ?"
        url, tries = self._db.execute(asked, (host,)).fetchone()
        url = url or urljoin(page, "/robots.txt")
        if not self._takes_turn_of(urlsplit(url).hostname or host, host, now):
            return Wait(0.0)
        self._db.execute("UPDATE host SET robots_tries = robots_tries + 1 WHERE host = ?", (host,))
        self._db.execute(_TAKE_TURN, (0, now + self._politeness.delay, ASKED, host))
        return Lease(address=url, host=host, hop=None, attempts=tries)

    def _takes_turn_of(self, other: str, host: str, now: float) -> bool:
        """Take the turn of the host that another's robots.txt redirected to; or have this one wait for it."""
        if other == host:
            return True
        row = self._db.execute("SELECT next FROM host WHERE host = ?", (other,)).fetchone()
        if row is not None and row[0] > now:
            self._db.execute("UPDATE host SET next = ? WHERE host = ?", (row[0], host))
            return False
        self._db.execute(_MOVE_TURN, (other, now + self._politeness.delay, self._first_gate()))
        return True

    def _end_robots(self, host: str, gate: str, url: str | None, not_before: float) -> None:
        end = """UPDATE host SET gate = ?, robots_url = ?, leased = max(0, leased - 1), next = max(next, ?)
            WHERE host = ?"""
        self._db.execute(end, (gate, url, not_before, host))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Make the block one transaction, or a part of the one under way.

        A claim need not survive a power cut, only a killed process: what it leased is given back at the next start.
        """
        if self._db.in_transaction:
            yield
            return
        self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with transaction(self._db):
                yield
        finally:
            self._db.execute("PRAGMA synchronous = FULL")
