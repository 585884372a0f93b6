"""What is derived from the WARCs for readers: index.cdxj and catalog.sqlite both ways, and the page list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from archive.catalog import Catalog, catalog_file, catch_up
from archive.catalog.schema import memory_catalog, read_catalog
from archive.collection import Collection
from archive.errors import CollectionError
from archive.indexing import index_file, pages_file
from archive.pages import header, read_pages
from archive.problem import Problem
from crawler.rebuild.lines import lines_of
from crawler.verify.codes import (
    CATALOG_DIFFERS,
    INDEX_BEHIND,
    INDEX_EXTRA,
    INDEX_LACKS,
    INDEX_MISSING,
    INDEX_ORDER,
    PAGES_DIFFER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A collection at rest whose derived files are to be checked."""

    collection: Collection
    committed: Mapping[str, int] | None
    is_behind: bool
    """Whether the last crawl was killed, and so the newest captures may be missing from index and page list."""

    def check(self) -> Iterator[Problem]:
        """Yield what is wrong with index, catalogue and page list."""
        with Catalog(memory_catalog()) as made:
            try:
                catch_up(made, self.collection, self.committed, lambda problem: None)
            except CollectionError:
                return  # a WARC is missing, which was said
            yield from self._check_index(made)
            yield from self._check_catalog(made)
        yield from self._check_pages()

    def _check_index(self, made: Catalog) -> Iterator[Problem]:
        path = index_file(self.collection)
        if not path.exists():
            yield from self._missing(path, made.count())
            return
        unsorted = _first_unsorted(path)
        if unsorted is not None:
            sentence = "the line stands before one that is smaller by its bytes"
            yield Problem(code=INDEX_ORDER, path=path, line=unsorted, sentence=sentence)
        for number, line, is_extra in _merged(made, path, is_sorted=unsorted is None):
            if is_extra:
                yield Problem(
                    code=INDEX_EXTRA, path=path, line=number, sentence=f"no capture has the line {_shown(line)}"
                )
            else:
                code = INDEX_BEHIND if self.is_behind else INDEX_LACKS
                yield Problem(code=code, path=path, line=number, sentence=f"the line {_shown(line)} is missing")

    def _check_catalog(self, made: Catalog) -> Iterator[Problem]:
        path = catalog_file(self.collection)
        if not path.exists():
            yield from self._missing(path, made.count())
            return
        connection = read_catalog(path)
        if connection is None:
            yield Problem(code=CATALOG_DIFFERS, path=path, sentence="it cannot be read as a catalogue")
            return
        with Catalog(connection) as stored:
            try:
                pairs = enumerate(zip_longest(made.between(), stored.between()), 1)
                differs = next((number for number, (left, right) in pairs if left != right), None)
                if differs is not None:
                    sentence = f"its capture {differs} is not what the WARCs give"
                elif made.lengths() != stored.lengths():
                    sentence = "its lengths are not theirs"
                elif (surplus := path.stat().st_size - stored.size()) > 0 and not self.is_behind:
                    sentence = f"{surplus} bytes lie behind its end"
                else:
                    return
            except CollectionError as error:
                sentence = f"it cannot be read: {error.sentence}"
        yield Problem(code=CATALOG_DIFFERS, path=path, sentence=sentence)

    def _check_pages(self) -> Iterator[Problem]:
        path = pages_file(self.collection)
        if not path.exists():
            yield from self._missing(path, 1)
            return
        stored = enumerate(zip_longest(self._pages(), lines_of(path)), 1)
        try:
            differs = next(((number, right) for number, (left, right) in stored if left != right), None)
        except CollectionError:
            return  # a line of briefs.jsonl is none, which was said
        if differs is None:
            return
        number, line = differs
        code = INDEX_BEHIND if self.is_behind and line is None else PAGES_DIFFER
        yield Problem(code=code, path=path, line=number, sentence="the line is not what briefs.jsonl gives")

    def _pages(self) -> Iterator[bytes]:
        briefs = self.collection.briefs
        yield header(f"Briefs of {self.collection.settings().get('site')}")
        length = None if self.committed is None else self.committed.get(briefs.name, 0)
        for page in read_pages(briefs, length):
            yield page.line()

    def _missing(self, path: Path, expected: int) -> Iterator[Problem]:
        if expected:
            yield Problem(code=INDEX_BEHIND if self.is_behind else INDEX_MISSING, path=path, sentence="it is missing")


def _first_unsorted(path: Path) -> int | None:
    before = b""
    for number, line in enumerate(lines_of(path), 1):
        if line < before:
            return number - 1
        before = line
    return None


def _merged(made: Catalog, path: Path, *, is_sorted: bool) -> Iterator[tuple[int, bytes, bool]]:
    """Yield each line that only one side has, with where it stands (or would) in the file and whether it is extra."""
    wanted = (f"{line}\n".encode() for line in made.lines())
    stored = lines_of(path) if is_sorted else iter(sorted(lines_of(path)))
    number = 1
    left, right = next(wanted, None), next(stored, None)
    while left is not None or right is not None:
        if left == right:
            left = next(wanted, None)
        elif right is None or (left is not None and left < right):
            assert left is not None, "both were None before"
            yield number, left, False
            left = next(wanted, None)
            continue
        else:
            yield number, right, True
        right, number = next(stored, None), number + 1


def _shown(line: bytes) -> str:
    return repr(line.rstrip(b"\n").decode("utf-8", "replace")[:120])
