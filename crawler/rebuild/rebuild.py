"""Everything that is derived from a collection's WARCs, made again and held against what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from archive.catalog import Catalog, CatalogDamagedError, catalog_file, catch_up
from archive.catalog.schema import open_catalog, read_catalog
from archive.collection import Collection
from archive.errors import CollectionError, RecordError
from archive.indexing import Indexed, index_file, pages_file, write_indexes
from archive.openfile import OPEN
from crawler.rebuild.captured import Reading
from crawler.rebuild.exchanges import OnProblem
from crawler.rebuild.files import collection_files
from crawler.rebuild.lines import first_difference, new_folder, write_lines
from crawler.rebuild.pages import log_problem
from crawler.sites import get_site


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One derived file: as it was made again, beside as it is stored."""

    name: str
    """In the collection."""
    count: int
    """Lines; rows of the catalogue."""
    is_stored: bool
    is_compared: bool = True
    """False for what a crawl that is under way writes at its end."""
    differs_at: int | None = None
    """Number of the first line or row that is not the same, from 1; None when there is none."""

    @property
    def is_same(self) -> bool:
        """Whether the file is, byte for byte (the catalogue: row for row), what is stored."""
        return self.differs_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild made, and where it differs from what is stored."""

    parts: tuple[Part, ...]
    problems: int
    """Places in the WARCs that could not be read."""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return all(part.is_same for part in self.parts)

    def check_whole(self, archive: Path) -> None:
        """Raise CollectionError when places could not be read: in the place of the stored lines, theirs would miss."""
        if self.problems:
            sentence = (
                f"{self.problems} places cannot be read, expected none: the lines of their captures would be lost"
            )
            raise CollectionError(archive, sentence)

    def part(self, name: str) -> Part:
        """Return the part of that name."""
        return next(part for part in self.parts if part.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuild:
    """A collection, and how it is to be read again."""

    collection: Collection
    reading: Reading
    committed: Mapping[str, int] | None = None
    """Lengths by name in the collection; None takes all files whole."""

    @classmethod
    def of(cls, collection: Collection, committed: Mapping[str, int] | None = None, *, jobs: int = 1) -> Rebuild:
        """Return the rebuild of a collection by the rules of its site; raise CollectionError where there is none."""
        site = get_site(str(collection.settings().get("site")))
        reading = Reading(files=collection_files(collection, committed), site=site, jobs=jobs)
        return cls(collection=collection, reading=reading, committed=committed)

    def into(self, out: Path, draft: Path | None = None) -> Rebuilt:
        """Make all files in a new folder and compare them; the ledger of the new lines is kept as `draft`, if wanted.

        Raises CollectionError when the folder is not empty or cannot be written.
        """
        problems: Counter[str] = Counter()

        def note(problem: RecordError) -> None:
            problems["all"] += 1
            self.reading.on_problem(problem)

        reading = replace(self.reading, on_problem=note)
        made = Collection(out)
        with new_folder(out):
            written = write_lines(reading.pages(), reading.site, made, draft)
            indexed = self._index(made)
        counts = {
            made.briefs.name: written[made.briefs.name],
            made.rejects.name: written[made.rejects.name],
            _name(made, pages_file(made)): indexed.pages,
            _name(made, index_file(made)): indexed.lines,
            _name(made, catalog_file(made)): indexed.captures,
        }
        return Rebuilt(parts=self._compare(made, counts), problems=problems.total())

    def _index(self, made: Collection) -> Indexed:
        with Catalog(open_catalog(catalog_file(made))) as catalog:
            # What is damaged was told when the pages were read.
            catch_up(catalog, self.collection, self.committed, lambda problem: None)
            return write_indexes(self.collection, catalog, None, made=made)

    def _compare(self, made: Collection, counts: Mapping[str, int]) -> tuple[Part, ...]:
        is_open = any(path.name.endswith(OPEN) for path in self.collection.warcs())
        return tuple(self._part(made, name, count, is_open=is_open) for name, count in counts.items())

    def _part(self, made: Collection, name: str, count: int, *, is_open: bool) -> Part:
        own, stored = made.root / name, self.collection.root / name
        is_lines = own in (made.briefs, made.rejects)
        part = Part(name=name, count=count, is_stored=stored.exists())
        if is_open and not is_lines:
            return replace(part, is_compared=False)
        if own == catalog_file(made):
            return replace(part, differs_at=_first_row(made, self.collection))
        length = self.committed.get(name, 0) if self.committed is not None and is_lines else None
        return replace(part, differs_at=first_difference(own, stored, length))


def rebuild(
    collection: Collection,
    out: Path,
    files: Mapping[str, int] | None = None,
    *,
    on_problem: OnProblem = log_problem,
    jobs: int = 1,
) -> Rebuilt:
    """Make everything derived again from the WARCs, in a new folder, and compare it with what is stored.

    `files` are the committed lengths by name in the collection, its own lines' included; None takes all files whole.
    Raises CollectionError when the one folder is no collection, or the other is not empty or cannot be written.
    """
    whole = Rebuild.of(collection, files, jobs=jobs)
    return replace(whole, reading=replace(whole.reading, on_problem=on_problem)).into(out)


def _name(collection: Collection, path: Path) -> str:
    return str(path.relative_to(collection.root))


def _first_row(made: Collection, stored: Collection) -> int | None:
    """Return the number of the first capture that both catalogues do not have the same, from 1."""
    found = read_catalog(catalog_file(stored))
    if found is None:
        return 1
    with Catalog(open_catalog(catalog_file(made))) as ours, Catalog(found) as theirs:
        try:
            pairs = zip_longest(ours.between(), theirs.between())
            differs = next((number for number, (left, right) in enumerate(pairs, 1) if left != right), None)
            return differs or (None if ours.lengths() == theirs.lengths() else ours.count() + 1)
        except CatalogDamagedError:
            return 1
