"""Whatever the order of things: nothing is leased twice, nothing is lost."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.frontier.backend import DONE, LEASED, PENDING, Lease, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.ledger.schema import open_ledger
from tests.crawler.frontier.conftest import START, new

ADDRESSES = [f"https://{host}.example/{number}" for host in "abc" for number in range(4)]
some_addresses = st.lists(st.sampled_from(ADDRESSES), max_size=4)
steps = st.one_of(
    st.tuples(st.just("add"), some_addresses),
    st.tuples(st.just("claim"), st.integers(0, 1)),
    st.tuples(st.just("ack"), some_addresses),
    st.tuples(st.just("requeue"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.floats(0, 3)),
    st.tuples(st.just("restart"), st.none()),
)


class Walk:
    """Two processes on one frontier, and what a plain set says should be so."""

    def __init__(self, frontiers: tuple[SqliteFrontier, SqliteFrontier]) -> None:
        self.frontiers = frontiers
        self.now = START
        self.leased: list[str] = []
        self.claims: Counter[str] = Counter()
        self.known: set[str] = set()
        self.done: set[str] = set()

    def step(self, name: str, what: object) -> None:
        """Take one step and hold the counts against the sets."""
        getattr(self, name)(what)
        counts = self.frontiers[0].counts()
        assert counts.get(LEASED, 0) == len(self.leased)
        assert counts.get(DONE, 0) == len(self.done)
        assert sum(counts.values()) == len(self.known)

    def add(self, addresses: list[str]) -> None:
        fresh = set(addresses) - self.known
        assert self.frontiers[0].add(map(new, addresses)) == len(fresh)
        self.known |= fresh

    def claim(self, process: int) -> bool:
        claimed = self.frontiers[process].claim(self.now)
        if isinstance(claimed, Lease):
            assert claimed.address in self.known - self.done
            assert claimed.address not in self.leased
            assert sum(address[:9] == claimed.address[:9] for address in self.leased) < 2
            self.leased.append(claimed.address)
            self.claims[claimed.address] += 1
        return isinstance(claimed, Lease)

    def ack(self, children: list[str]) -> None:
        if self.leased:
            address = self.leased.pop(0)
            self.frontiers[1].ack(address, DONE, map(new, children), self.now)
            self.known |= set(children)
            self.done.add(address)

    def requeue(self, seconds: int) -> None:
        if self.leased:
            address = self.leased.pop()
            self.frontiers[0].requeue(address, self.now + seconds)
            self.claims[address] -= 1

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def restart(self, _: None) -> None:
        assert self.frontiers[1].release() == len(self.leased)
        self.claims -= Counter(self.leased)
        self.leased.clear()

    def finish(self) -> None:
        """Claim and end all that is left."""
        while self.leased or self.frontiers[0].has_claimable():
            self.now += 1
            while self.claim(0):
                pass
            self.ack([])


@contextmanager
def two_processes(delay: float) -> Iterator[Walk]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        with closing(open_ledger(path)) as one, closing(open_ledger(path)) as other:
            politeness = Politeness(delay=delay, concurrency=2, obeys_robots=False)
            yield Walk((SqliteFrontier(one, politeness, "one"), SqliteFrontier(other, politeness, "other")))


@settings(max_examples=60, deadline=None)
@given(walk=st.lists(steps, max_size=40), delay=st.sampled_from([0.0, 1.0]))
def test_every_address_is_leased_to_one_and_ends_once(walk: list[tuple[str, object]], delay: float) -> None:
    with two_processes(delay) as model:
        for name, what in walk:
            model.step(name, what)
        model.finish()
        assert model.done == model.known
        assert set(model.claims.values()) <= {1}
        assert model.frontiers[0].counts().get(PENDING) is None
        counts = "SELECT sum(gate.pending), sum(leased) FROM host JOIN gate USING (host)"
        hosts = model.frontiers[0]._db.execute(counts).fetchone()
        assert not any(hosts)
