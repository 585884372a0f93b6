"""The captures of a work, in the order they were made, and what each of them is to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from archive.catalog import Catalog, Committed, OnProblem, catalog_of
from archive.cdxj import IndexedCapture
from archive.collection import Collection
from archive.model import NOT_MODIFIED
from archive.replay.shelf import addresses_of
from archive.surt import surt


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One capture of a work's address."""

    capture: IndexedCapture
    version: dict[str, Any] | None
    """The line that was read from it."""
    is_closed: bool
    """Whether its file is whole; an engine opens no other."""

    @property
    def is_opened(self) -> bool:
        """Whether an engine shows it."""
        return self.is_closed and self.capture.is_replayed

    @property
    def meaning(self) -> str:
        """What it is to the work, in words."""
        parts = [self._kind(), "" if self.is_closed else "its file is still being written: no engine opens it yet"]
        if self.version is not None:
            parts.insert(0, f"version {self.version['version']} ({self.version['change']})")
        return "; ".join(filter(None, parts))

    def _kind(self) -> str:
        if self.capture.type != "revisit":
            return "redirect" if (self.capture.status or "").startswith("3") else ""
        if self.capture.profile == NOT_MODIFIED:
            return "revisit: the server said that nothing had changed"
        return "revisit: the bytes of an earlier capture"


class Captures:
    """The captures of a collection, as its catalogue has them when they are asked for."""

    def __init__(
        self, collection: Collection, committed: Callable[[], Committed | None], on_problem: OnProblem
    ) -> None:
        self._collection = collection
        self._committed = committed
        self._on_problem = on_problem

    def of(self, versions: Sequence[dict[str, Any]]) -> list[Shown]:
        """Return every capture of every address of a work, the oldest first."""
        lines = {_place(line): line for line in versions}
        closed = {path.name for path in self._collection.warcs()}
        with catalog_of(self._collection, self._committed(), self._on_problem) as catalog:
            found = _of_addresses(catalog, addresses_of(versions))
        return [
            Shown(capture=capture, version=lines.get((capture.warc, capture.offset)), is_closed=capture.warc in closed)
            for capture in found
        ]

    def replayed(self) -> Iterator[IndexedCapture]:
        """Yield what an engine can open, in the order of time."""
        closed = {path.name for path in self._collection.warcs()}
        with catalog_of(self._collection, self._committed(), self._on_problem) as catalog:
            yield from (found for found in catalog.between() if found.is_replayed and found.warc in closed)


def _of_addresses(catalog: Catalog, addresses: Iterable[str]) -> list[IndexedCapture]:
    found = {
        (capture.warc, capture.offset): capture
        for key in {surt(address) for address in addresses}
        for capture in catalog.between(keys=(key, f"{key} "))  # no key holds a blank
    }
    return sorted(found.values(), key=attrgetter("date", "warc", "offset"))


def _place(line: dict[str, Any]) -> tuple[str, int] | None:
    capture = line.get("capture") or {}
    return (capture["warc"], capture["offset"]) if {"warc", "offset"} <= capture.keys() else None
