"""Where the payloads lie that revisits repeat, by each name that crawlers give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """A response record, and where it lies."""

    path: Path
    offset: int
    record_id: str


class Sort(Enum):
    """How a revisit names the record that it repeats."""

    RECORD_ID = "record id"
    MOMENT = "14 digits, a blank, the address"
    DIGEST = "labelled payload digest"


class Name(NamedTuple):
    """A name of a response record; several may have it, the first counts."""

    sort: Sort
    value: str


Earlier = Callable[[Name], Place | None]
"""Looks for a response in files before those of a walk."""


def nothing_earlier(name: Name) -> Place | None:
    """Return None: there are no files before."""
    return None


class Bodies:
    """The responses of a walk, and through `earlier` those of the files before it."""

    def __init__(self, earlier: Earlier = nothing_earlier) -> None:
        self._earlier = earlier
        self._places: dict[Name, Place] = {}

    def note(self, place: Place, names: Iterable[Name]) -> None:
        """Let a response be found by its names."""
        for name in names:
            if name.value:
                self._places.setdefault(name, place)

    def find(self, names: Iterable[Name]) -> Place | None:
        """Return the response that has the first of the names that any has."""
        for name in names:
            place = (self._earlier(name) or self._places.get(name)) if name.value else None
            if place is not None:
                return place
        return None


def moment_of(url: str | None, timestamp: str) -> Name:
    """Return the name of a response by address and second."""
    return Name(Sort.MOMENT, f"{timestamp} {url}" if url and timestamp else "")
