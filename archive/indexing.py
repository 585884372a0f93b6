"""What is derived from a collection's WARCs and lines for others to read: catalogue, CDXJ, page list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.beside import written_beside
from archive.catalog import Catalog, Committed, OnProblem, make_again
from archive.collection import Collection
from archive.errors import CollectionError
from archive.pages import header, read_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """How much there is in each file."""

    captures: int
    """In the catalogue."""
    lines: int
    """Of the CDXJ: captures less the server-not-modified revisits."""
    pages: int
    """In the page list, its header not counted."""


def index_file(collection: Collection) -> Path:
    """Return the path of the CDXJ."""
    return collection.root / "indexes" / "index.cdxj"


def pages_file(collection: Collection) -> Path:
    """Return the path of the page list."""
    return collection.root / "pages" / "pages.jsonl"


def index_again(collection: Collection, committed: Committed | None, on_problem: OnProblem) -> Indexed:
    """Make catalogue, CDXJ and page list again, whatever there is of them; raise CollectionError.

    The caller has the write lock. `committed` are the ledger's lengths by name in the collection, None to take every
    file whole.
    """
    with make_again(collection, committed, on_problem) as catalog:
        return write_indexes(collection, catalog, committed)


def write_indexes(
    collection: Collection, catalog: Catalog, committed: Committed | None, *, made: Collection | None = None
) -> Indexed:
    """Write CDXJ and page list from a catalogue that is current; raise CollectionError.

    `made` is another folder, whose lines are listed and which gets the files; None for the collection itself.
    """
    into = made or collection
    length = None if committed is None else committed.get(into.briefs.name, 0)
    title = f"Briefs of {collection.settings().get('site')}"
    try:
        return Indexed(
            captures=catalog.count(),
            lines=_write_lines(index_file(into), catalog),
            pages=_write_pages(pages_file(into), title, into.briefs, length),
        )
    except OSError as error:
        raise CollectionError(error.filename or into.root, f"cannot be written: {error.strerror}") from error


def _write_lines(path: Path, catalog: Catalog) -> int:
    count = 0
    with written_beside(path) as stream:
        for line in catalog.lines():
            stream.write(f"{line}\n".encode("ascii"))
            count += 1
    return count


def _write_pages(path: Path, title: str, briefs: Path, length: int | None) -> int:
    count = 0
    with written_beside(path) as stream:
        stream.write(header(title))
        for page in read_pages(briefs, length):
            stream.write(page.line())
            count += 1
    return count
