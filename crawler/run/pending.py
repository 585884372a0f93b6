"""The requests that are under way, or have ended and wait for their commit."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from archive.message import Head
from archive.model import Capture
from crawler.ledger.entry import CommitQueue, Entry

if TYPE_CHECKING:
    from scrapy import Request


class Pending:
    """Which entry and which head belong to a request: to this very object, never to a copy of its meta."""

    def __init__(self) -> None:
        self.queue = CommitQueue()
        self._entries: WeakKeyDictionary[Request, Entry] = WeakKeyDictionary()
        self._heads: WeakKeyDictionary[Request, Head] = WeakKeyDictionary()

    def add(self, request: Request, entry: Entry, *, is_last: bool = True) -> None:
        """Put an entry behind all others; an attempt that is not the request's last is settled with it."""
        self.queue.add(entry)
        if is_last:
            entry.address = request.meta["address"]
            self._entries[request] = entry
        else:
            entry.settle(None)

    def note_head(self, request: Request, head: Head) -> None:
        """Keep the head of a request's response, as received."""
        self._heads[request] = head

    def entry_of(self, request: Request) -> Entry:
        """Return the entry of a request; one that reached no wire gets an entry without a record."""
        entry = self._entries.get(request)
        if entry is None:
            entry = Entry()
            self.add(request, entry)
        return entry

    def capture_of(self, request: Request) -> Capture | None:
        """Return the capture of the response that a request brought."""
        entry = self._entries.get(request)
        return entry.stored.capture if entry is not None and entry.stored is not None else None

    def head_of(self, request: Request) -> Head | None:
        """Return the head of that response; None when no byte came."""
        return self._heads.get(request)
