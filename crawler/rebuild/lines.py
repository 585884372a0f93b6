"""The fold over captured pages, written as the crawl writes it, and held against what the crawl wrote."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import IO

import orjson

from archive.collection import Collection
from archive.errors import CollectionError, RecordError
from archive.openfile import sync_folder
from crawler.items import Brief, Rejection
from crawler.rebuild.captured import captured_pages
from crawler.rebuild.exchanges import OnProblem
from crawler.rebuild.pages import log_problem
from crawler.sites import get_site
from crawler.works.fold import CapturedPage, Fold
from crawler.works.index import MemoryIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild made, and where it differs from the collection's own lines."""

    briefs: int
    """Lines of briefs.jsonl."""
    rejects: int
    """Lines of rejects.jsonl."""
    problems: int
    """Places in the WARCs that could not be read."""
    briefs_differ_at: int | None
    """Number of the first line that is not the same, from 1; None when all bytes are equal."""
    rejects_differ_at: int | None

    @property
    def same(self) -> bool:
        """Whether both files are, byte for byte, what the collection holds."""
        return self.briefs_differ_at is None and self.rejects_differ_at is None


def rebuild(
    collection: Collection,
    out: Path,
    files: Mapping[str, int] | None = None,
    *,
    on_problem: OnProblem = log_problem,
) -> Rebuilt:
    """Make briefs.jsonl and rejects.jsonl again from the WARCs, in a new folder, and compare them.

    `files` are the committed lengths by name in the collection, its own lines' included; None takes all files whole.
    Raises CollectionError when the one folder is no collection, or the other is not empty or cannot be written.
    """
    site = get_site(str(collection.settings().get("site")))
    problems: Counter[str] = Counter()

    def note(problem: RecordError) -> None:
        problems["all"] += 1
        on_problem(problem)

    pages = captured_pages(collection, site, files, on_problem=note)
    lines = folded(pages, Fold(MemoryIndex(), site.scope.canonical, site.name))
    made = Collection(out)
    written = _write(lines, made)
    return Rebuilt(
        briefs=written[made.briefs],
        rejects=written[made.rejects],
        problems=problems.total(),
        briefs_differ_at=first_difference(made.briefs, collection.briefs, _committed(files, collection.briefs)),
        rejects_differ_at=first_difference(made.rejects, collection.rejects, _committed(files, collection.rejects)),
    )


def folded(pages: Iterable[CapturedPage], fold: Fold) -> Iterator[Brief | Rejection]:
    """Yield the lines that the pages make, in their order."""
    for page in pages:
        yield from fold.add(page)


def first_difference(one: Path, other: Path, length: int | None = None) -> int | None:
    """Return the number of the first line that is not the same in both files, from 1; None when there is none.

    A file that is not there has no lines; of the other one, no more than `length` bytes count.
    """
    pairs = zip_longest(_lines_of(one), _lines_of(other, length))
    return next((number for number, (left, right) in enumerate(pairs, 1) if left != right), None)


def _write(lines: Iterable[Brief | Rejection], made: Collection) -> Counter[Path]:
    """Write each line to its file, beside, and put both in place; return how many lines each has."""
    written: Counter[Path] = Counter()
    try:
        _make_folder(made.root)
        with _beside(made.briefs) as briefs, _beside(made.rejects) as rejects:
            for line in lines:
                path, stream = (made.briefs, briefs) if isinstance(line, Brief) else (made.rejects, rejects)
                stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                written[path] += 1
        sync_folder(made.root)
    except OSError as error:
        raise CollectionError(made.root, f"cannot be written: {error.strerror}") from error
    return written


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise CollectionError(folder, "is not empty, expected a new folder")


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that gets its name when it is whole."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def _committed(files: Mapping[str, int] | None, path: Path) -> int | None:
    return None if files is None else files.get(path.name, 0)


def _lines_of(path: Path, length: int | None = None) -> Iterator[bytes]:
    left = sys.maxsize if length is None else length
    if not path.exists():
        return
    with path.open("rb") as stream:
        while line := stream.readline(left):
            left -= len(line)
            yield line
