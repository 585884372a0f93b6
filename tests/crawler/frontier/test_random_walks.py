"""Whatever the order of things: nothing is leased twice, nothing is lost."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.frontier.backend import DONE, LEASED, PENDING, Lease, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.frontier.turns import Answer, after
from crawler.ledger.schema import open_ledger
from tests.crawler.frontier.conftest import START, new

ADDRESSES = [f"https://{host}.example/{number}" for host in "abc" for number in range(4)]
some_addresses = st.lists(st.sampled_from(ADDRESSES), max_size=4)
some_hosts = st.sampled_from(["a.example", "b.example", "c.example"])
steps = st.one_of(
    st.tuples(st.just("add"), some_addresses),
    st.tuples(st.just("claim"), st.integers(0, 1)),
    st.tuples(st.just("ack"), some_addresses),
    st.tuples(st.just("requeue"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.floats(0, 3)),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("park"), some_hosts),
    st.tuples(st.just("end_run"), st.none()),
    st.tuples(st.just("answer"), st.tuples(some_hosts, st.sampled_from([200, 429, 500]), st.floats(0, 9))),
)


class Walk:
    """Two processes on one frontier, and what a plain set says should be so."""

    def __init__(self, frontiers: tuple[SqliteFrontier, SqliteFrontier], politeness: Politeness) -> None:
        self.politeness, self.delay = politeness, politeness.delay
        self.frontiers = frontiers
        self.now = START
        self.leased: list[str] = []
        self.claims: Counter[str] = Counter()
        self.known: set[str] = set()
        self.done: set[str] = set()
        self.parked: set[str] = set()
        self.not_before: defaultdict[str, float] = defaultdict(float)
        """The earliest moment of each host's next claim, where one is known to this model."""

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
            assert claimed.host not in self.parked
            assert self.now >= self.not_before[claimed.host]
            self.not_before[claimed.host] = self.now + self.delay
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

    def park(self, host: str) -> None:
        self.frontiers[0].park(host, "said so")
        self.parked.add(host)
        assert set(self.frontiers[1].parked()) == self.parked

    def end_run(self, _: None) -> None:
        self.frontiers[1].end_run()
        self.parked.clear()

    def answer(self, heard: tuple[str, int, float]) -> None:
        host, status, seconds = heard
        answer = Answer(sent=self.now, ended=self.now, status=status, retry_after=seconds)
        turn, _ = after(self.frontiers[0].turn(host), answer, self.politeness, 0.0)
        self.frontiers[0].keep_turn(turn)
        until = self.now + max(self.delay, seconds if status != 200 else 0.0)
        self.not_before[host] = max(self.not_before[host], until)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def restart(self, _: None) -> None:
        assert self.frontiers[1].release() == len(self.leased)
        self.claims -= Counter(self.leased)
        self.leased.clear()

    def finish(self) -> None:
        """Claim and end all that is left."""
        self.end_run(None)
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
            yield Walk((SqliteFrontier(one, politeness, "one"), SqliteFrontier(other, politeness, "other")), politeness)


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


class GateWalk:
    """A frontier of two hosts with three origins, and what is known of each gate."""

    def __init__(self, frontier: SqliteFrontier) -> None:
        self.frontier = frontier
        self.now = START
        self.asked: dict[str, str] = {}
        self.opened: dict[str, float] = {}
        self.leased: list[str] = []
        self.shut: dict[str, float] = {}

    def claim(self, _: int) -> None:
        claimed = self.frontier.claim(self.now)
        if not isinstance(claimed, Lease):
            return
        if claimed.hop is None:
            assert claimed.origin not in self.asked
            assert self.now >= self.shut.get(claimed.origin, 0.0)
            assert self.now >= self.opened.get(claimed.origin, -MAX_AGE) + MAX_AGE
            self.asked[claimed.origin] = claimed.address
        else:
            assert claimed.origin not in self.asked
            assert self.now < self.opened[claimed.origin] + MAX_AGE, "its robots.txt is open, and not too old"
            self.leased.append(claimed.address)

    def end_gate(self, how: str) -> None:
        if not self.asked:
            return
        origin = self.asked.popitem()[0]
        if how == "open":
            self.frontier.open_gate(origin, b"rules", self.now)
            self.opened[origin] = self.now
            assert self.frontier.fetched(origin) == self.now
        elif how == "shut":
            self.frontier.shut_gate(origin, self.now + 5)
            self.shut[origin] = self.now + 5
            assert urlsplit(origin).hostname in self.frontier.shut_hosts()
        elif how == "retry":
            self.frontier.retry_gate(origin, self.now)
        else:
            self.frontier.redirect_gate(origin, "https://b.example/rules.txt")

    def ack(self, _: int) -> None:
        if self.leased:
            self.frontier.ack(self.leased.pop(), DONE, [], self.now)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def restart(self, _: int) -> None:
        self.frontier.release()
        self.asked.clear()
        self.shut.clear()
        self.leased.clear()


MAX_AGE = 20.0
GATED = [f"{origin}/{number}" for origin in ("http://a.example", "https://a.example", "https://b.example:8443")
         for number in range(4)]  # fmt: skip
gate_steps = st.one_of(
    st.tuples(st.just("claim"), st.just(0)),
    st.tuples(st.just("end_gate"), st.sampled_from(["open", "shut", "retry", "redirect"])),
    st.tuples(st.just("ack"), st.just(0)),
    st.tuples(st.just("wait"), st.floats(0, 9)),
    st.tuples(st.just("restart"), st.just(0)),
)


@settings(max_examples=60, deadline=None)
@given(walk=st.lists(gate_steps, max_size=60))
def test_no_page_is_claimed_whose_robots_txt_is_not_known_or_too_old(walk: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(open_ledger(Path(folder) / "ledger.sqlite")) as connection:
        politeness = Politeness(concurrency=2, robots_seconds=MAX_AGE)
        model = GateWalk(SqliteFrontier(connection, politeness, "one"))
        model.frontier.add(map(new, GATED))
        for name, what in walk:
            getattr(model, name)(what)
        model.restart(0)
        while model.frontier.has_claimable():
            model.wait(1)
            model.claim(0)
            model.end_gate("open")
            model.ack(0)
        assert model.frontier.counts() == {DONE: len(GATED)}
        counts = "SELECT sum(gate.pending), sum(leased) FROM host JOIN gate USING (host)"
        assert connection.execute(counts).fetchone() == (0, 0)
