"""The catalogue follows the WARCs, from wherever it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from archive.catalog import Catalog, Committed, catalog_file, catalog_of, catch_up, make_again, open_current
from archive.collection import Collection, WriteLock
from archive.errors import CollectionError
from archive.openfile import OPEN
from tests.archive.catalog.conftest import page, refuse, write


def lines(collection: Collection, committed: Committed | None = None) -> list[str]:
    with catalog_of(collection, committed, refuse) as catalog:
        return list(catalog.lines())


def anew(collection: Collection, committed: Committed | None = None) -> list[str]:
    """Return the lines of a catalogue that is made from nothing."""
    with make_again(collection, committed, refuse) as catalog:
        return list(catalog.lines())


@contextmanager
def changed(collection: Collection, statement: str) -> Iterator[None]:
    connection = sqlite3.connect(catalog_file(collection))
    connection.execute(statement)
    connection.commit()
    connection.close()
    yield


def test_a_catalogue_is_made_where_there_is_none(collection: Collection) -> None:
    write(collection, page("one"), page("two"))
    assert [line.split(" ")[0] for line in lines(collection)] == ["com,example)/one", "com,example)/two"]
    assert catalog_file(collection).is_file()


def test_only_what_is_new_is_read(collection: Collection) -> None:
    write(collection, page("one"))
    first = collection.warcs()[0]
    with open_current(collection, None, refuse) as catalog:
        write(collection, page("two"))
        first.write_bytes(bytes(first.stat().st_size))  # reading it again would give nothing but problems
        assert catch_up(catalog, collection, None, refuse)
        assert len(list(catalog.lines())) == 2
        assert not catch_up(catalog, collection, None, refuse)


def test_a_file_is_read_up_to_its_committed_length_and_on_from_there(collection: Collection) -> None:
    stored = write(collection, page("one"), page("two"), page("three"))
    (path,) = collection.warcs()
    path.rename(path.with_name(path.name + OPEN))  # as while it is written
    name = f"archive/{path.name}"
    for count, end in ((1, stored[1].offset), (2, stored[2].offset), (3, None)):
        length = end or path.with_name(path.name + OPEN).stat().st_size
        assert len(lines(collection, {name: length, "briefs.jsonl": 7})) == count
    assert lines(collection) == anew(collection)
    assert {line.rpartition('"filename": ')[2] for line in lines(collection)} == {f'"{path.name}"}}'}


def test_what_was_cut_off_a_file_is_forgotten(collection: Collection) -> None:
    stored = write(collection, page("one"), page("two"))
    (path,) = collection.warcs()
    assert len(lines(collection)) == 2
    assert len(lines(collection, {f"archive/{path.name}": stored[1].offset})) == 1
    with path.open("r+b") as file:
        file.truncate(stored[1].offset)
    assert len(lines(collection)) == 1


def test_a_file_that_is_gone_is_forgotten(collection: Collection) -> None:
    write(collection, page("one"))
    write(collection, page("two"))
    assert len(lines(collection)) == 2
    collection.warcs()[0].unlink()
    assert [line.split(" ")[0] for line in lines(collection)] == ["com,example)/two"]


def test_a_file_that_the_ledger_knows_and_that_is_not_there_is_named(collection: Collection) -> None:
    with pytest.raises(CollectionError, match=r"lost\.warc\.gz: is missing, expected 9 bytes"):
        lines(collection, {"archive/lost.warc.gz": 9})


@pytest.mark.parametrize(
    "content", [b"", b"no database", b"SQLite format 3\0" + bytes(5000)], ids=["empty", "text", "nulls"]
)
def test_a_file_that_is_no_catalogue_is_made_again(content: bytes, collection: Collection) -> None:
    write(collection, page("one"))
    catalog_file(collection).write_bytes(content)
    assert len(lines(collection)) == 1


def test_a_damaged_catalogue_is_made_again(collection: Collection) -> None:
    write(collection, *(page(f"page-{number}") for number in range(40)))
    whole = lines(collection)
    content = catalog_file(collection).read_bytes()
    catalog_file(collection).write_bytes(content[:4096] + bytes(len(content) - 4096))
    assert lines(collection) == whole


@pytest.mark.parametrize("version", [0, 99], ids=["older", "later"])
def test_a_catalogue_of_another_version_is_made_again(version: int, collection: Collection) -> None:
    write(collection, page("one"))
    whole = lines(collection)
    with changed(collection, f"PRAGMA user_version = {version}"):
        assert lines(collection) == whole


def test_another_process_that_writes_keeps_it_and_readers_take_what_there_is(collection: Collection) -> None:
    write(collection, page("one"))
    assert len(lines(collection)) == 1
    write(collection, page("two"))
    lock = WriteLock(collection)
    try:
        assert len(lines(collection)) == 1
    finally:
        lock.release()
    assert len(lines(collection)) == 2


def test_where_another_process_writes_and_there_is_none_it_is_made_in_memory(collection: Collection) -> None:
    write(collection, page("one"))
    lock = WriteLock(collection)
    try:
        assert len(lines(collection)) == 1
    finally:
        lock.release()
    assert not catalog_file(collection).exists()


def test_a_full_disk_is_said_and_leaves_the_catalogue_as_it_was(collection: Collection) -> None:
    write(collection, page("one"))
    lines(collection)
    write(collection, *(page(f"page-{number}") for number in range(400)))
    connection = sqlite3.connect(catalog_file(collection), isolation_level=None)
    connection.execute("PRAGMA max_page_count = 1")  # as small as it is
    with Catalog(connection) as catalog:
        with pytest.raises(CollectionError, match=r"catalog\.sqlite: cannot be used: database or disk is full"):
            catch_up(catalog, collection, None, refuse)
        assert catalog.count() == 1
    assert len(lines(collection)) == 401
