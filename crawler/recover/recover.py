"""`briefs recover`: the ledger, from the WARCs alone, and the lines held against it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive.collection import Collection, WriteLock
from archive.errors import RecordError
from crawler.ledger.gaps import write_gaps
from crawler.ledger.opening import torn_folder
from crawler.ledger.reading import open_reading
from crawler.ledger.restoring import RestoredLedger
from crawler.ledger.schema import ledger_file
from crawler.ledger.seal import seal, unseal
from crawler.plan import Plan, Reach, make_plan
from crawler.rebuild.exchanges import OnProblem
from crawler.recover.members import take_inventory
from crawler.recover.restore import Restorer

UNKNOWN = (
    "each host's robots.txt rules: they are asked again before its pages",
    "each host's turn: the first request to it does not wait",
    "sitemaps that robots.txt names and that were never asked: they are found with it",
    "addresses that robots.txt refused: they are pending, and judged again",
    "how often a failed address had been tried: its last failure stands as its outcome",
    "addresses put back by `briefs retry` or due again: their last outcome stands",
    "addresses that only pages named that were taken down since",
    "when earlier runs began and ended, and which rules won in them, where runs/ holds no whole report of theirs",
)
"""What a ledger holds and no WARC does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was made again, and what happened to the files that stood there."""

    captures: int
    states: dict[str, int]
    problems: int
    """Places in the WARCs that could not be read."""
    damaged: tuple[Path, ...]
    """The old ledger's files, moved aside."""
    lines: dict[str, str]
    """What was done to briefs.jsonl and rejects.jsonl."""


def recover(collection: Collection, run_id: str, on_problem: OnProblem) -> Recovered:
    """Make ledger.sqlite again; raise CollectionError, with everything as it was, where that cannot be."""
    plan = _plan_of(collection)
    problems: Counter[str] = Counter()

    def note(problem: RecordError) -> None:
        problems["all"] += 1
        on_problem(problem)

    lock = WriteLock(collection)
    try:
        beside = torn_folder(collection, run_id) / "recovering"
        beside.mkdir(parents=True)
        captures = _restore(plan, beside, note)
        unseal(ledger_file(collection))
        damaged = _move_aside(collection, run_id)
        lines = {path.name: _put_in_place(path, beside, run_id) for path in (collection.briefs, collection.rejects)}
        (beside / "ledger.sqlite").replace(ledger_file(collection))
        seal(ledger_file(collection))
        shutil.rmtree(beside)
        for folder in (beside.parent, beside.parent.parent):
            if not any(folder.iterdir()):  # nothing was cut off: no folder that looks like a run's
                folder.rmdir()
        with open_reading(collection) as reading:
            states = reading.counts()
            write_gaps(collection, reading.gaps)
    finally:
        lock.release()
    return Recovered(captures=captures, states=states, problems=problems.total(), damaged=tuple(damaged), lines=lines)


def _plan_of(collection: Collection) -> Plan:
    """Return the plan that the collection began with."""
    settings = collection.settings()
    kept = settings.get("reach")
    reach = Reach(**kept) if isinstance(kept, Mapping) else Reach()
    plan = make_plan(str(settings.get("site")), collection.root, str(settings.get("contact", "")))
    return replace(plan, reach=reach)


def _restore(plan: Plan, beside: Path, on_problem: OnProblem) -> int:
    ledger = RestoredLedger(beside / "ledger.sqlite", beside / "briefs.jsonl", beside / "rejects.jsonl")
    try:
        with ledger.unit:
            return Restorer(plan, ledger, take_inventory(plan.collection), on_problem).run()
    finally:
        ledger.close()


def _move_aside(collection: Collection, run_id: str) -> list[Path]:
    """Keep what is left of the old ledger under a name that tells when."""
    path, stamp = ledger_file(collection), run_id.partition("-")[0]
    moved = []
    for tail in ("", "-wal", "-shm"):
        old = path.with_name(path.name + tail)
        if old.exists():
            moved.append(old.rename(path.with_name(f"{path.name}.damaged-{stamp}{tail}")))
    return moved


def _put_in_place(path: Path, beside: Path, run_id: str) -> str:
    """Put the rebuilt lines in place; keep the old file apart unless they only add to it."""
    made = beside / path.name
    old, new = path.stat().st_size if path.exists() else 0, made.stat().st_size
    if _begins_with(made, path, old):
        made.replace(path)
        return "as it was" if old == new else f"{new - old} bytes added behind byte {old}"
    kept = path.rename(torn_folder(Collection(path.parent), run_id) / path.name)
    made.replace(path)
    return f"written anew: it was not what the WARCs give; the old one is kept in {kept}"


def _begins_with(whole: Path, start: Path, length: int) -> bool:
    """Return whether the one file begins with all of the other."""
    if length == 0:
        return True
    with whole.open("rb") as left, start.open("rb") as right:
        while piece := right.read(1 << 20):
            if left.read(len(piece)) != piece:
                return False
    return True
