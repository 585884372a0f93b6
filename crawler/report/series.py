"""One field of one layout over the runs: which rule read it on how many pages, and where that shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from crawler.ledger.coverage import Count, Coverage
from crawler.report.shares import Counts, total

Run = tuple[str, Coverage]
"""A run's name, and what it counted."""
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What fell to each rule, or another choice, run by run, the oldest first."""

    layout: str
    field: str
    counts: tuple[dict[str, Count], ...]

    @classmethod
    def of(cls, runs: Sequence[Run], run: str, layout: str, name: str) -> Series:
        """Return the runs that counted it; none of them where that run, the newest, did not."""
        found = []
        for known, coverage in runs:
            counts = {key.rule: count for key, count in coverage.items() if key[:2] == (layout, name)}
            if counts:
                found.append((known, counts))
        is_current = bool(found) and found[-1][0] == run
        return cls(layout=layout, field=name, counts=tuple(counts for _, counts in found) if is_current else ())

    def pages(self, gather: Callable[[str], str | None] = lambda choice: choice) -> Sequence[Counts]:
        """Return each run's pages by what a choice is gathered under; None leaves it out."""
        gathered = []
        for counts in self.counts:
            pages: Counter[str] = Counter()
            for choice, count in counts.items():
                name = gather(choice)
                if name is not None:
                    pages[name] += count.pages
            gathered.append(pages)
        return gathered

    def common(self, runs: slice, belongs: Callable[[str], bool] = bool) -> tuple[str, int]:
        """Return the most common choice that belongs in those runs, and its pages; ("", 0) where none does."""
        pages = total(self.pages(lambda choice: choice if belongs(choice) else None), runs)
        return min(pages.items(), key=lambda one: (-one[1], one[0]), default=("", 0))

    def examples(self, belongs: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the first captures with a choice that belongs, of the newest run that has one on."""
        found = (
            example
            for counts in reversed(self.counts)
            for choice in sorted(filter(belongs, counts))
            for example in counts[choice].examples
        )
        return tuple(islice(found, _EXAMPLES))
