"""The ledger's version, and the transaction that everything in it passes through."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.errors import CollectionError
from crawler.frontier.transaction import transaction
from crawler.ledger import schema
from crawler.ledger.schema import VERSION, open_ledger, read_ledger


def version_of(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def test_a_new_ledger_has_todays_version_and_syncs_every_commit(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as connection:
        assert version_of(connection) == VERSION
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_an_older_ledger_is_migrated_and_keeps_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_ledger(path)) as connection:
        connection.execute("INSERT INTO rejection VALUES ('https://a.example/', 'listing: ')")
    later = {**schema.MIGRATIONS, VERSION: ("ALTER TABLE rejection ADD COLUMN run TEXT",)}
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    monkeypatch.setattr(schema, "VERSION", VERSION + 1)
    with closing(open_ledger(path)) as connection:
        assert version_of(connection) == VERSION + 1
        assert connection.execute("SELECT * FROM rejection").fetchall() == [("https://a.example/", "listing: ", None)]


def test_a_migration_that_fails_leaves_the_older_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path).close()
    broken = ("CREATE TABLE extra (name TEXT)", "ALTER TABLE nowhere ADD COLUMN run TEXT")
    monkeypatch.setattr(schema, "MIGRATIONS", {**schema.MIGRATIONS, VERSION: broken})
    monkeypatch.setattr(schema, "VERSION", VERSION + 1)
    with pytest.raises(Exception, match="nowhere"):
        open_ledger(path)
    with closing(sqlite3.connect(path)) as connection:
        assert version_of(connection) == VERSION
        assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'extra'").fetchall()


def test_a_newer_ledger_is_refused_with_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_ledger(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    for opening in (open_ledger, read_ledger):
        with pytest.raises(CollectionError) as caught:
            opening(path)
        assert f"has version {VERSION + 1}, expected" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"no database at all\n" * 400])
def test_what_is_no_ledger_is_refused_for_reading(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(CollectionError):
        read_ledger(path)


def test_a_transaction_inside_another_is_a_part_of_it(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as connection:
        keep = "INSERT INTO rejection VALUES (?, 'x')"
        with pytest.raises(ZeroDivisionError):
            _fail_after_an_inner_one(connection, keep)
        assert not connection.in_transaction
        with transaction(connection), transaction(connection):
            connection.execute(keep, ("kept",))
        assert connection.execute("SELECT address FROM rejection").fetchall() == [("kept",)]


def _fail_after_an_inner_one(connection: sqlite3.Connection, keep: str) -> None:
    with transaction(connection):
        with transaction(connection):
            connection.execute(keep, ("inner",))
        assert connection.in_transaction
        connection.execute(keep, (str(1 // 0),))
