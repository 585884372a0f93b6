"""The fold over captured pages, written as the crawl writes it, and held against what the crawl wrote."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.collection import Collection
from archive.errors import CollectionError
from archive.openfile import sync_folder
from crawler.items import Brief, Rejection
from crawler.ledger.replacing import beside
from crawler.ledger.restoring import RestoredLedger
from crawler.sites import Site
from crawler.works.fold import CapturedPage, Fold


def write_lines(pages: Iterable[CapturedPage], site: Site, made: Collection, draft: Path | None = None) -> Counter[str]:
    """Write the lines that the pages make to a new folder and return how many each file has.

    The files get their names when they are whole; `draft` keeps the ledger of them. A work's newest line is read back
    from its file, so that memory does not grow with their number. Raises CollectionError.
    """
    try:
        with new_folder(made.root):
            with TemporaryDirectory(dir=made.root) as working:
                written = _fold(pages, site, made, draft or Path(working) / "ledger.sqlite")
            for path in (made.briefs, made.rejects):
                beside(path).replace(path)
            sync_folder(made.root)
    except OSError as error:
        raise CollectionError(error.filename or made.root, f"cannot be read or written: {error.strerror}") from error
    return written


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


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make a folder, and remove it unless all that follows goes well; raise CollectionError when it is not empty."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise CollectionError(folder, "is not empty, expected a new folder")
    with ExitStack() as on_failure:
        on_failure.callback(shutil.rmtree, folder, ignore_errors=True)
        yield
        on_failure.pop_all()


def _fold(pages: Iterable[CapturedPage], site: Site, made: Collection, draft: Path) -> Counter[str]:
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
    return written


def _file_of(line: Brief | Rejection, made: Collection) -> Path:
    return made.briefs if isinstance(line, Brief) else made.rejects
