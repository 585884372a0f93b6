"""What waits to be committed, in the order in which it lies in the WARC."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

from archive.model import Stored
from crawler.blocking import is_blocked
from crawler.frontier.backend import DONE, NewUrl
from crawler.items import Brief, Rejection
from crawler.works.fold import CapturedPage


@dataclass(slots=True, weakref_slot=True, eq=False)
class Entry:
    """One exchange or failed fetch in the WARC, or an outcome without either, until it is committed."""

    stored: Stored | None = None
    page: CapturedPage | None = None
    """What the fold is to see of it; None for robots.txt and for fetches without an answer."""
    repeats: bool = False
    """Whether it brought the payload of an earlier capture again."""
    address: str | None = None
    """The lease that ends with it."""
    state: str | None = None
    """The final state of that lease; None while it goes on: the address is asked once more."""
    children: list[NewUrl] = field(default_factory=list)
    """What the page led to."""
    new: int = 0
    """How many of these, sources left out, were not known before; told once it is committed."""
    end: Callable[[], None] | None = None
    """Changes what else is to change with this commit: the gate of a host whose robots.txt it is."""
    settled: bool = False

    def settle(self, state: str | None, reading: Brief | Rejection | None = None) -> None:
        """Say what came of it; the first word counts."""
        if self.settled:
            return
        self.settled = True
        self.state = state
        if self.page is not None and reading is not None:
            self.page = replace(self.page, reading=reading)


class CommitQueue:
    """The entries in their order; a commit takes those from the first one on that are all settled."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._by_record: WeakValueDictionary[str, Entry] = WeakValueDictionary()

    def add(self, entry: Entry) -> None:
        """Put an entry behind all others."""
        self._entries.append(entry)
        if entry.stored is not None and entry.stored.capture is not None:
            self._by_record[entry.stored.capture.record_id] = entry

    def of_record(self, record_id: str) -> Entry | None:
        """Return the entry of a capture that is not committed yet."""
        return self._by_record.get(record_id)

    def take_settled(self) -> list[Entry]:
        """Return, and let go of, the longest run of settled entries from the first one on."""
        taken = []
        while self._entries and self._entries[0].settled:
            taken.append(self._entries.popleft())
        return taken

    def settled(self) -> int:
        """Return how many entries a commit would take now, at least roughly: all but those behind one that waits."""
        count = 0
        for entry in self._entries:
            if not entry.settled:
                break
            count += 1
        return count

    def waiting(self) -> list[Entry]:
        """Return the entries that are not settled."""
        return [entry for entry in self._entries if not entry.settled]

    def __len__(self) -> int:
        return len(self._entries)


def is_blocked_page(page: CapturedPage | None) -> bool:
    """Return whether a blocked page came in an article's place."""
    return page is not None and isinstance(page.reading, Rejection) and is_blocked(page.reading.reason)


def state_of(reading: Brief | Rejection) -> str:
    """Return the state of an address whose page was read."""
    if isinstance(reading, Brief):
        return DONE
    # A mistake of ours, not the page's: somebody should look at it.
    if is_blocked(reading.reason):
        return reading.reason
    return "failed: reading" if reading.reason == "error" else f"rejected: {reading.reason}"
