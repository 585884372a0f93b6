"""Single bits of a finished collection, turned over one at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.collection import Collection
from archive.problem import Problem
from crawler.verify import CollectionCheck

_SUFFIXES = (".gz", ".cdxj", ".jsonl", ".json", ".sqlite", ".sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One bit of one file."""

    path: Path
    offset: int
    bit: int

    @classmethod
    def random(cls, collection: Collection, chance: random.Random) -> Flip:
        """Return a bit at a random place of a random file."""
        path = chance.choice(files_of(collection))
        return cls(path=path, offset=chance.randrange(path.stat().st_size), bit=chance.randrange(8))

    def turn(self) -> None:
        """Turn the bit over; a second call undoes the first."""
        with self.path.open("r+b") as stream:
            stream.seek(self.offset)
            (byte,) = stream.read(1)
            stream.seek(self.offset)
            stream.write(bytes([byte ^ 1 << self.bit]))


def files_of(collection: Collection) -> list[Path]:
    """Return the files of which every bit counts."""
    found = (path for path in collection.root.rglob("*") if path.name.endswith(_SUFFIXES) and path.stat().st_size)
    return sorted(path for path in found if path.name != "catalog.sqlite")


def problems_with(collection: Collection, flip: Flip) -> list[Problem]:
    """Return what a quick check finds while the bit is turned over."""
    flip.turn()
    try:
        return list(CollectionCheck(collection=collection, quick=True).problems())
    finally:
        flip.turn()
        drop_logs(collection)


def drop_logs(collection: Collection) -> None:
    """Remove the empty files that SQLite puts beside a ledger which is read: they may be of the damaged one."""
    for path in collection.root.glob("ledger.sqlite-*"):
        path.unlink()


def flips(collection: Collection, count: int, seed: int) -> Iterator[Flip]:
    """Yield so many random flips, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        yield Flip.random(collection, chance)
