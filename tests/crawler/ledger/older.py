"""Ledgers as earlier versions wrote them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crawler.ledger.schema import MIGRATIONS


def make_older(path: Path, version: int) -> None:
    """Put in a ledger's place one of an earlier version, with what that can hold of its rows."""
    older = path.with_name("older.sqlite")
    with closing(sqlite3.connect(older, isolation_level=None)) as connection:
        for statements in (MIGRATIONS[before] for before in range(version)):
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("ATTACH ? AS today", (str(path),))
        kept = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT IN ('host', 'robots')"
        for (table,) in connection.execute(kept).fetchall():
            columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}")
    older.replace(path)
