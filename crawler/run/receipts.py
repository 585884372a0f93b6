"""How each host was treated in a run: what a politeness receipt says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.frontier.backend import HostTurn
from crawler.frontier.turns import Wait
from crawler.run.gaps import Gaps


@dataclass(slots=True)
class Obeyed:
    """Waits of one kind."""

    times: int = 0
    seconds: float = 0.0
    longest_asked: float = 0.0


@dataclass(slots=True)
class Receipt:
    """One host's."""

    gaps: Gaps
    turn: HostTurn
    """As it is after the last answer."""
    requests: int = 0
    bytes: int = 0
    failures: int = 0
    waits: dict[str, Obeyed] = field(default_factory=dict)


class Receipts:
    """The receipts of a run, by host."""

    def __init__(self) -> None:
        self._of: dict[str, Receipt] = {}

    def __iter__(self) -> Iterator[Receipt]:
        return iter(self._of.values())

    def note(self, before: HostTurn, after: HostTurn, wait: Wait | None, *, sent: float | None) -> None:
        """Note an answer: the host's turn before and after it, the wait it brought, when its request went out.

        `sent` is None where no request went out.
        """
        receipt = self._of.setdefault(after.host, Receipt(Gaps(before.sent), before))
        receipt.turn = after
        receipt.bytes += after.bytes - before.bytes
        receipt.failures += after.streak > before.streak
        if sent is not None:
            receipt.requests += 1
            receipt.gaps.add(sent)
        if wait is not None:
            obeyed = receipt.waits.setdefault(wait.why, Obeyed())
            obeyed.times += 1
            obeyed.seconds += wait.seconds
            obeyed.longest_asked = max(obeyed.longest_asked, wait.asked)
