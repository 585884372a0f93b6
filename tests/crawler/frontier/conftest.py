"""A frontier on a real ledger file, opened as often as a test likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.frontier.backend import PENDING, Lease, NewUrl, Politeness, Wait
from crawler.frontier.sqlite import SqliteFrontier
from crawler.items import Hop
from crawler.ledger.schema import open_ledger

Opened = Callable[..., SqliteFrontier]
START = 1_800_000_000.0
"""The first moment of every test."""


def new(address: str, hops: str = "", state: str = PENDING) -> NewUrl:
    """Return an address as a page's link brings it."""
    return NewUrl(address=address, hop=Hop(seed="https://a.example/", via=None, hops=hops), state=state)


def urls(host: str, numbers: Iterable[int]) -> list[NewUrl]:
    """Return addresses of one host."""
    return [new(f"https://{host}/{number}") for number in numbers]


def leased(claimed: Lease | Wait) -> str:
    """Return the address of a claim that must have brought one."""
    assert isinstance(claimed, Lease), claimed
    return claimed.address


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Open one more frontier, on a connection of its own, over the one ledger file of the test."""
    connections = []

    def open_one(delay: float = 0.0, concurrency: int = 1, **others: Any) -> SqliteFrontier:
        connections.append(open_ledger(tmp_path / "ledger.sqlite"))
        politeness = Politeness(delay=delay, concurrency=concurrency, **{"obeys_robots": False, **others})
        return SqliteFrontier(connections[-1], politeness, f"test/{len(connections)}")

    yield open_one
    for connection in connections:
        connection.close()
