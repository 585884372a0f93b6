"""The fold over captured pages, written as the crawl writes it, and held against what the crawl wrote."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from archive.collection import Collection
from archive.openfile import sync_folder
from crawler.items import Brief, Rejection
from crawler.ledger.replacing import beside
from crawler.ledger.restoring import RestoredLedger
from crawler.sites import Site
from crawler.works.fold import CapturedPage, Fold


def write_lines(pages: Iterable[CapturedPage], site: Site, made: Collection, draft: Path) -> Counter[str]:
    """Write the lines that the pages make and return how many each file has; `draft` becomes the ledger of them.

    The files get their names when they are whole. A work's newest line is read back from its file, so that memory does
    not grow with their number.
    """
    written: Counter[str] = Counter()
    ledger = RestoredLedger(draft, beside(made.briefs), beside(made.rejects))
    fold = Fold(ledger.index, site.scope.canonical, site.name)
    try:
        with ledger.unit:
            for page in pages:
                lines = list(fold.add(page))
                ledger.keep_lines(lines)
                written.update(_file_of(line, made).name for line in lines)
    finally:
        ledger.close()
    for path in (made.briefs, made.rejects):
        beside(path).replace(path)
    sync_folder(made.root)
    return written


def folded(pages: Iterable[CapturedPage], fold: Fold) -> Iterator[Brief | Rejection]:
    """Yield the lines that the pages make, in their order."""
    for page in pages:
        yield from fold.add(page)


def first_difference(one: Path, other: Path, length: int | None = None) -> int | None:
    """Return the number of the first line that is not the same in both files, from 1; None when there is none.

    A file that is not there has no lines; of the other one, no more than `length` bytes count.
    """
    pairs = zip_longest(lines_of(one), lines_of(other, length))
    return next((number for number, (left, right) in enumerate(pairs, 1) if left != right), None)


def lines_of(path: Path, length: int | None = None) -> Iterator[bytes]:
    """Yield the lines in the first `length` bytes of a file; none of one that is not there."""
    left = sys.maxsize if length is None else length
    if not path.exists():
        return
    with path.open("rb") as stream:
        while line := stream.readline(left):
            left -= len(line)
            yield line


def _file_of(line: Brief | Rejection, made: Collection) -> Path:
    return made.briefs if isinstance(line, Brief) else made.rejects
