"""The frontier in the ledger's SQLite file: one process, as many restarts as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.frontier.backend import (
    LEASED,
    MAX_HOPS,
    NOFOLLOW,
    NOT_WANTED,
    PENDING,
    REQUISITE,
    TAKEN_DOWN,
    Lease,
    NewUrl,
    Wait,
    Wanted,
)
from crawler.frontier.bounds import fail_pending, first_state
from crawler.frontier.gates import Gates
from crawler.frontier.kinds import (
    AGAIN,
    BECAME_PAGE,
    BECOME_PAGE,
    BECOME_REQUISITE,
    BECOME_SOURCE,
    CLAIMABLE,
    FOLLOW,
    LEAVE_SOURCES_OUT,
    NEXT_URL,
    READY,
    TAKE_SOURCES_IN,
)
from crawler.items import Hop

_LEASE_SECONDS = 600.0
_Row = tuple[str, str, str | None, str, str | None, int]

_ADD = """INSERT OR IGNORE INTO url (address, host, origin, state, seed, via, hops, source)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_LEASE = "UPDATE url SET state = 'leased', owner = ?, deadline = ?, attempts = attempts + 1 WHERE address = ?"
_IN_STATE = """SELECT address FROM url
    WHERE (state = ? OR state LIKE ?) AND coalesce(finished, 0) >= ? ORDER BY seq"""
_FINISH = """UPDATE url SET state = ?, owner = NULL, deadline = NULL, attempts = 0, finished = ?
    WHERE address = ? AND state = 'leased'"""
_BACK = """UPDATE url SET state = 'pending', owner = NULL, deadline = NULL
    WHERE address = ? AND state = 'leased' RETURNING origin"""
_WITHIN = f"""WHERE state = '{MAX_HOPS}'
    AND (? = 0 OR length(hops) - length(replace(hops, 'L', '')) <= ?)"""
_ANSWERED = """UPDATE url SET deadline = NULL
    WHERE address = ? AND state = 'leased' AND deadline IS NOT NULL RETURNING host"""
_COUNT_PENDING = """UPDATE gate SET
    pending = (SELECT count(*) FROM url WHERE url.origin = gate.origin AND url.state = 'pending')"""
_COUNT_LEASED = """UPDATE host SET
    leased = (SELECT count(*) FROM url
        WHERE url.host = host.host AND url.state = 'leased' AND url.deadline IS NOT NULL)
        + (SELECT count(*) FROM gate WHERE gate.host = host.host AND gate.state = 'asked')"""


class SqliteFrontier(Gates):
    """A Frontier on a connection to ledger.sqlite; a transaction that is under way is joined."""

    def add(self, urls: Iterable[NewUrl]) -> int:
        """Keep the addresses that are new and return how many were."""
        with self._transaction():
            return sum(self._add(url) for url in urls)

    def claim(self, now: float, wanted: Wanted = Wanted.ALL) -> Lease | Wait:
        """Lease the first address of the host whose turn is earliest, and move that host's turn, as one step."""
        limits = self._limits(now)
        ready = self._db.execute(READY[wanted], {**limits, "concurrency": self._politeness.concurrency}).fetchone()
        if ready is None:
            return Wait(None)
        origin, host, turn, gate, fetched = ready
        if turn > now:
            return Wait(turn - now)
        with self._transaction():
            if not self._is_open(gate, fetched, now):
                return self._claim_robots(origin, host, now)
            row = self._db.execute(NEXT_URL[self._left(wanted, host)], (origin,)).fetchone()
            if row is None:  # the count was wrong: mend it rather than turn in circles
                self.recount()
                return Wait(0.0)
            return self._claim_page(origin, host, row, now)

    def extend(self, addresses: Iterable[str], now: float) -> None:
        """Put the deadlines of leases off."""
        with self._transaction():
            rows = ((now + _LEASE_SECONDS, address) for address in addresses)
            put_off = "UPDATE url SET deadline = ? WHERE address = ? AND state = 'leased' AND deadline IS NOT NULL"
            self._db.executemany(put_off, rows)

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
                self._db.execute("UPDATE gate SET pending = pending + 1 WHERE origin = ?", ended)
                turn = """UPDATE host SET next = max(next, ?)
                    WHERE host = (SELECT host FROM gate WHERE origin = ?)"""
                self._db.execute(turn, (not_before, *ended))

    def release(self) -> int:
        """Give every lease back: its process is gone. A gate that was being asked, or was shut, is asked anew."""
        with self._transaction():
            back = (
                "UPDATE url SET state = 'pending', owner = NULL, deadline = NULL, attempts = 0 WHERE state = 'leased'"
            )
            released = self._db.execute(back).rowcount
            self._forget_gates()
            self.recount()
        return released

    def restore(self, address: str, state: str, finished: float) -> None:
        """Say what became of an address long ago; `recount` is to follow."""
        self._db.execute("UPDATE url SET state = ?, finished = ? WHERE address = ?", (state, finished, address))

    def recount(self) -> None:
        """Count anew how many addresses of each host are pending."""
        known = "INSERT OR IGNORE INTO host (host) SELECT DISTINCT host FROM url WHERE state = 'pending'"
        gates = "INSERT OR IGNORE INTO gate (origin, host, state) SELECT DISTINCT origin, host, ? FROM url"
        self._db.execute(known)
        self._db.execute(f"{gates} WHERE state = 'pending'", (self._first_gate(),))
        self._db.execute(_COUNT_PENDING)
        self._db.execute(_COUNT_LEASED)

    def has_claimable(self, wanted: Wanted = Wanted.ALL, now: float = 0.0) -> bool:
        """Return whether any address will be claimed in time: one that is pending behind no shut gate."""
        return self._db.execute(CLAIMABLE[wanted], self._limits(now)).fetchone() is not None

    def counts(self) -> dict[str, int]:
        """Return how many addresses are in each state, the most frequent first."""
        return dict(self._db.execute("SELECT state, count(*) FROM url GROUP BY state ORDER BY count(*) DESC, state"))

    def in_state(self, state: str, since: float = 0.0) -> Iterator[str]:
        """Yield the addresses in a state, or in one that begins with it and a colon, as they were seen."""
        return (address for (address,) in self._db.execute(_IN_STATE, (state, f"{state}:%", since)))

    def put_back(self, state: str) -> int:
        """Make every address in that state pending again, but what was taken down; return how many there were."""
        with self._transaction():
            back = "UPDATE url SET state = 'pending', attempts = 0 WHERE (state = ? OR state LIKE ?) AND state != ?"
            count = self._db.execute(back, (state, f"{state}:%", TAKEN_DOWN)).rowcount
            self.recount()
        return count

    def put_back_failed(self, addresses: Iterable[str]) -> None:
        """Make those of the addresses that failed pending again."""
        with self._transaction():
            back = "UPDATE url SET state = 'pending', attempts = 0 WHERE address = ? AND state LIKE 'failed%'"
            self._db.executemany(back, [(address,) for address in addresses])
            self.recount()

    def put_back_finished(self, states: Iterable[str], before: float) -> int:
        """Make the addresses that ended in those states before that moment pending again; return how many."""
        back = """UPDATE url SET state = 'pending', attempts = 0
            WHERE finished < ? AND (state = ? OR state LIKE ? || ':%')"""
        with self._transaction():
            count = sum(self._db.execute(back, (before, state, state)).rowcount for state in states)
            self.recount()
        return count

    def want_sources(self, wanted: bool) -> None:
        """Leave the sources out that are pending, or take them in again."""
        with self._transaction():
            self._db.execute(TAKE_SOURCES_IN if wanted else LEAVE_SOURCES_OUT, (NOT_WANTED,))
            self.recount()

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
        row = self._db.execute("SELECT seed, via, hops, source FROM url WHERE address = ?", (address,)).fetchone()
        return None if row is None else Hop(seed=row[0], via=row[1], hops=row[2], source=row[3])

    def end_host(self, host: str, cause: str, now: float) -> None:
        """Let every address of a host end as failed for that cause: none of them was asked, robots.txt first of all."""
        with self._transaction():
            self._end_asking(host)
            fail_pending(self._db, host, cause, now)

    def _add(self, url: NewUrl) -> int:
        hop = url.hop
        host, origin = url.host, url.origin
        state = first_state(self._db, url)
        row = (url.address, host, origin, state, hop.seed, hop.via, hop.hops, hop.source)
        is_new = self._db.execute(_ADD, row).rowcount
        if is_new:
            self._know(origin, host, self._first_gate(), int(state == PENDING))
        elif url.state == PENDING:
            self._reconsider(url)
        return is_new

    def _reconsider(self, url: NewUrl) -> None:
        """Ask a known address after all, where it is wanted now as what it was not wanted as before."""
        hop = url.hop
        known = self._db.execute("SELECT state FROM url WHERE address = ?", (url.address,)).fetchone()[0]
        become = BECOME_REQUISITE if hop.is_requisite else BECOME_SOURCE if hop.is_source else BECOME_PAGE
        row = (hop.seed, hop.via, hop.hops, hop.source, url.address)
        changed = self._db.execute(become if known != NOFOLLOW else FOLLOW, row).rowcount
        if not changed and url.again is not None:
            changed = self._db.execute(AGAIN, (url.address, url.again)).rowcount
        if changed and known not in (PENDING, LEASED):
            self._know(url.origin, url.host, self._first_gate(), 1)

    def _claim_page(self, origin: str, host: str, row: _Row, now: float) -> Lease:
        address, seed, via, hops, source, attempts = row
        hop = Hop(seed=seed, via=via, hops=hops, source=source)
        self._db.execute(_LEASE, (self._owner, now + _LEASE_SECONDS, address))
        self._db.execute("UPDATE gate SET pending = pending - 1 WHERE origin = ?", (origin,))
        self._take_turn(host, now, is_page=not hop.is_requisite)
        return Lease(address=address, host=host, hop=hop, attempts=attempts, origin=origin)

    def _left(self, wanted: Wanted, host: str) -> Wanted:
        """Return what of the wanted a host may still be asked for: beyond its limit of pages, requisites alone."""
        most = self._politeness.most_pages
        is_over = wanted is Wanted.ALL and most and self.turn(host).pages >= most
        return Wanted.REQUISITES if is_over else wanted

    def _limits(self, now: float) -> dict[str, float]:
        politeness = self._politeness
        return {
            "now": now,
            "most_pages": politeness.most_pages,
            "most_bytes": politeness.most_bytes,
            "most_seconds": politeness.most_seconds,
        }
