"""The addresses of a crawl and their states, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

PENDING = "pending"
LEASED = "leased"
DONE = "done"
GONE = "gone"
REDIRECTED = "redirected"
NOT_MODIFIED = "not-modified"


@dataclass(slots=True)
class UrlTable:
    """One row an address: an address is added once, whatever links to it how often."""

    _states: dict[str, str] = field(default_factory=dict)

    def add(self, address: str, state: str = PENDING) -> bool:
        """Keep a new address in that state; return False for one that is known."""
        if address in self._states:
            return False
        self._states[address] = state
        return True

    def set(self, address: str, state: str) -> None:
        """Put an address into its next state."""
        self._states[address] = state

    def state(self, address: str) -> str | None:
        """Return the state an address is in, or None for an unknown one."""
        return self._states.get(address)

    def counts(self) -> dict[str, int]:
        """Return how many addresses are in each state, the most frequent first."""
        return dict(Counter(self._states.values()).most_common())

    def in_state(self, state: str) -> Iterator[str]:
        """Yield the addresses in a state, in the order they were seen."""
        return (address for address, own in self._states.items() if own == state)

    def __len__(self) -> int:
        return len(self._states)
