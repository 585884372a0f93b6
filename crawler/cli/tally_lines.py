"""What an export took and left out, for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.export import Counts, Selection, Tally


def counts_lines(counts: Counts) -> Iterator[str]:
    """Yield the lines that say what else is in a package."""
    yield f"  links: {counts.edges.total()}, {counts.edges_within} of them to works of the package"
    if counts.changes:
        changed = ", ".join(f"{count} {name}" for name, count in sorted(counts.changes.items()))
        yield f"  since the earlier package: {changed}"


def tally_lines(target: Path, tally: Tally, selection: Selection) -> Iterator[str]:
    """Yield the lines that say what was written and what was not."""
    place = "standard output" if str(target) == "-" else str(target)
    yield f"{place}: {tally.taken} of {tally.lines} lines"
    if tally.older:
        yield f"  left out, a newer version of the work is taken: {tally.older}"
    if tally.gone:
        yield f"  left out, the work is gone (--all-versions takes its last text): {tally.gone}"
    if tally.taken_down:
        yield f"  left out, the work was taken down: {tally.taken_down}"
    for option, count in sorted(tally.unfit.items()):
        yield f"  left out by {option}: {count}"
    if tally.forbidden:
        yield f"  left out for its rights, by --rights {selection.rights}: {tally.forbidden}"
        yield from (f"    {signal}: {count}" for signal, count in sorted(tally.signals.items()))
