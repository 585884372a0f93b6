"""The catalogue kept equal to the WARCs: only what is new of them is read, or all of it once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from archive.catalog.catalog import Catalog
from archive.catalog.schema import (
    CatalogDamagedError,
    catalog_file,
    discard,
    memory_catalog,
    open_catalog,
    read_catalog,
)
from archive.cdxj import IndexedCapture, read_captures
from archive.collection import Collection, WriteLock
from archive.errors import CollectionError, CollectionLocked, RecordError
from archive.openfile import OPEN, serial_of

OnProblem = Callable[[RecordError], None]
"""Is told of each place in a WARC that could not be read; what follows it is read."""
Committed = Mapping[str, int]
"""Name in the collection (`archive/…`, never `.open`) -> committed bytes."""


def catch_up(catalog: Catalog, collection: Collection, committed: Committed | None, on_problem: OnProblem) -> bool:
    """Read what the WARCs hold that the catalogue does not, forget what they hold no more; return if there was any.

    `committed` None takes every WARC whole.
    """
    lengths = _lengths(collection, committed)
    known = catalog.lengths()
    gone = [name for name, length in known.items() if length > lengths.get(name, 0)]
    for name in gone:
        catalog.drop(name)
        del known[name]
    behind = [name for name, length in lengths.items() if length > known.get(name, 0)]
    for name in behind:
        path = collection.warc(name)
        if not path.exists():
            raise CollectionError(collection.archive / name, f"is missing, expected {lengths[name]} bytes")
        catalog.add(name, lengths[name], _captures(path, known.get(name, 0), lengths[name], on_problem))
    return bool(gone or behind)


def open_current(collection: Collection, committed: Committed | None, on_problem: OnProblem) -> Catalog:
    """Return the catalogue, brought up to date; made anew when it is damaged. The caller has the write lock."""
    try:
        catalog = Catalog(open_catalog(catalog_file(collection)))
        catch_up(catalog, collection, committed, on_problem)
    except CatalogDamagedError:
        return make_again(collection, committed, on_problem)
    return catalog


def make_again(collection: Collection, committed: Committed | None, on_problem: OnProblem) -> Catalog:
    """Return the catalogue, made anew from the WARCs; the caller has the write lock."""
    discard(catalog_file(collection))
    catalog = Catalog(open_catalog(catalog_file(collection)))
    catch_up(catalog, collection, committed, on_problem)
    return catalog


@contextmanager
def catalog_of(collection: Collection, committed: Committed | None, on_problem: OnProblem) -> Iterator[Catalog]:
    """Open the catalogue for reading: brought up to date first, in memory where the folder can't be written.

    While another process writes, it is as that process left it last.
    """
    with ExitStack() as stack:
        yield stack.enter_context(_current(collection, committed, on_problem, stack))


def _current(collection: Collection, committed: Committed | None, on_problem: OnProblem, stack: ExitStack) -> Catalog:
    connection = read_catalog(catalog_file(collection))
    found = stack.enter_context(Catalog(connection)) if connection is not None else None
    if found is not None and _is_current(found, collection, committed):
        return found
    try:
        lock = WriteLock(collection)
    except CollectionError as error:
        if found is not None and isinstance(error, CollectionLocked):
            return found
        catalog = Catalog(memory_catalog())
        catch_up(catalog, collection, committed, on_problem)
        return catalog
    stack.callback(lock.release)
    return open_current(collection, committed, on_problem)


def _is_current(catalog: Catalog, collection: Collection, committed: Committed | None) -> bool:
    try:
        return catalog.lengths() == _lengths(collection, committed)
    except CatalogDamagedError:
        return False


def _lengths(collection: Collection, committed: Committed | None) -> dict[str, int]:
    """Return how long each WARC is, by its final name, in the order of the captures."""
    if committed is None:
        return {path.name.removesuffix(OPEN): path.stat().st_size for path in collection.warcs()}
    archive = "archive/"
    lengths = {
        name.removeprefix(archive): size for name, size in committed.items() if name.startswith(archive) and size
    }
    return dict(sorted(lengths.items(), key=lambda item: (serial_of(item[0]), item[0])))


def _captures(path: Path, start: int, end: int, on_problem: OnProblem) -> Iterator[IndexedCapture]:
    for found in read_captures(path, offset=start, limit=end):
        if isinstance(found, RecordError):
            on_problem(found)
        else:
            yield found
