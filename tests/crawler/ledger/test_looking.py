"""Ledgers of earlier versions are read as they are, and stay as they are."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from archive.errors import CollectionError
from crawler.ledger.looking import look_into_ledger
from crawler.ledger.schema import VERSION, LedgerOutdatedError, open_ledger
from tests.crawler.ledger.older import make_older


@pytest.mark.parametrize("version", range(1, VERSION))
def test_an_older_ledger_is_read_by_todays_tables_and_not_touched(version: int, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_ledger(path)) as connection:
        connection.execute("INSERT INTO rejection VALUES ('https://a.example/', 'listing: ')")
    make_older(path, version)
    before = path.read_bytes()
    with closing(look_into_ledger(path)) as connection:
        assert connection.execute("SELECT * FROM rejection").fetchall() == [("https://a.example/", "listing: ")]
        assert connection.execute("SELECT count(*) FROM gap").fetchone() == (0,)
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert path.read_bytes() == before


def test_one_whose_making_was_cut_short_is_none(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"")
    with pytest.raises(LedgerOutdatedError):
        look_into_ledger(path)


def test_one_that_is_not_what_its_version_says_gets_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_ledger(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(CollectionError, match=r"cannot be read as a ledger: .*duplicate column"):
        look_into_ledger(path)
