"""Shares of pages, held against those of earlier runs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.ledger.sensitivity import Sensitivity

_Z = 2.5758
"""Of the normal distribution: beyond it lies 1 % of what chance gives."""

Counts = Mapping[str, int]
"""How many pages of one run fell to each choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many pages, over so many runs."""

    count: int
    pages: int
    runs: int

    @property
    def part(self) -> float:
        """From 0 to 1."""
        return self.count / self.pages

    @property
    def rest(self) -> Share:
        """The pages that it leaves."""
        return Share(count=self.pages - self.count, pages=self.pages, runs=self.runs)

    def interval(self) -> tuple[float, float]:
        """Return what the true share may be: Wilson's score interval, which is honest for few pages too.

        Wilson, Journal of the American Statistical Association 22 (1927) 209.
        """
        square = _Z * _Z
        middle = self.part + square / (2 * self.pages)
        reach = _Z * math.sqrt(self.part * (1 - self.part) / self.pages + square / (4 * self.pages**2))
        whole = 1 + square / self.pages
        return (middle - reach) / whole, (middle + reach) / whole

    def __str__(self) -> str:
        return f"{self.count} of {self.pages}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A choice that more pages fall to than before, by more than the threshold and by more than chance."""

    choice: str
    then: Share
    now: Share
    then_runs: slice
    """Which of the runs `then` is of, and below `now`."""
    now_runs: slice


def rises(runs: Sequence[Counts], sensitivity: Sensitivity) -> Iterator[Rise]:
    """Yield what rose in the newest of these runs, the oldest first; each choice at most once, in their order.

    The newest runs that together have the least pages are held against each beginning of the window before them, so
    that a change is told of for as long as the window holds enough runs that were without it.
    """
    split = _split(runs, sensitivity.least_pages)
    if split is None:
        return
    first = max(0, split - sensitivity.window)
    beginnings = [slice(first, end) for end in range(first + 1, split + 1)]
    now_runs = slice(split, len(runs))
    for choice in sorted({choice for counts in runs[now_runs] for choice in counts}):
        now = _share(runs, now_runs, choice)
        found = [
            Rise(choice=choice, then=then, now=now, then_runs=then_runs, now_runs=now_runs)
            for then_runs in beginnings
            if (then := _share(runs, then_runs, choice)).pages >= sensitivity.least_pages
            and now.part - then.part >= sensitivity.threshold
            and now.interval()[0] > then.interval()[1]
        ]
        if found:
            yield min(found, key=lambda rise: (rise.then.part, -rise.then.pages))


def total(runs: Sequence[Counts], chosen: slice) -> Counter[str]:
    """Return the pages of those runs together."""
    pages: Counter[str] = Counter()
    for counts in runs[chosen]:
        pages.update(counts)
    return pages


def _split(runs: Sequence[Counts], least: int) -> int | None:
    """Return where the newest runs begin that together have so many pages; None where all have too few.

    None too where the newest has none at all: then it shows nothing that is new.
    """
    pages = 0
    for start in range(len(runs) - 1, -1, -1):
        pages += sum(runs[start].values())
        if not pages:
            return None
        if pages >= least:
            return start
    return None


def _share(runs: Sequence[Counts], chosen: slice, choice: str) -> Share:
    pages = total(runs, chosen)
    return Share(count=pages[choice], pages=pages.total(), runs=chosen.stop - chosen.start)
