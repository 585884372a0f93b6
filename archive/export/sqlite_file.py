"""A SQLite database with a table of briefs, tables of what they hold, and a full-text index; Datasette opens it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from archive.errors import ExportError
from archive.export.lines import Line
from archive.export.links import addresses_of, links_of
from archive.export.shape import Kind, Shape
from archive.export.table import PLAIN, Column, columns_of

IN_TABLES = ("body", "links", "see_also", "related", "translations")
"""Fields that are in tables of their own alone."""

_TABLES = """
CREATE TABLE blocks (
    brief INTEGER NOT NULL REFERENCES briefs (line), position INTEGER NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (brief, position));
CREATE TABLE links (
    brief INTEGER NOT NULL REFERENCES briefs (line), kind TEXT NOT NULL, position INTEGER NOT NULL,
    url TEXT NOT NULL, title TEXT, language TEXT, target TEXT,
    PRIMARY KEY (brief, kind, position));
CREATE TABLE tags (
    brief INTEGER NOT NULL REFERENCES briefs (line), position INTEGER NOT NULL, tag TEXT NOT NULL,
    PRIMARY KEY (brief, position));
CREATE TABLE authors (
    brief INTEGER NOT NULL REFERENCES briefs (line), position INTEGER NOT NULL, author TEXT NOT NULL,
    PRIMARY KEY (brief, position));
CREATE TABLE countries (
    brief INTEGER NOT NULL REFERENCES briefs (line), position INTEGER NOT NULL, country TEXT NOT NULL,
    PRIMARY KEY (brief, position));
CREATE TABLE addresses (url TEXT PRIMARY KEY, id TEXT NOT NULL);
CREATE VIRTUAL TABLE briefs_fts USING FTS5 (
    title, standfirst, byline, text, content="briefs", content_rowid="line", tokenize="unicode61 remove_diacritics 2");
"""
_LISTS = {
    "tags": "INSERT INTO tags VALUES (?, ?, ?)",
    "authors": "INSERT INTO authors VALUES (?, ?, ?)",
    "countries": "INSERT INTO countries VALUES (?, ?, ?)",
}
_BLOCK = "INSERT INTO blocks VALUES (?, ?, ?, ?)"
_LINK = "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, NULL)"
_ADDRESS = "INSERT INTO addresses VALUES (?, ?) ON CONFLICT DO NOTHING"  # the first work keeps an address
# executescript commits what came before.
_END = """
BEGIN;
INSERT INTO briefs_fts (briefs_fts) VALUES ('rebuild');
INSERT INTO briefs_fts (briefs_fts) VALUES ('optimize');
UPDATE links SET target = (SELECT id FROM addresses WHERE addresses.url = links.url);
CREATE INDEX briefs_published ON briefs (published);
CREATE INDEX tags_tag ON tags (tag);
CREATE INDEX authors_author ON authors (author);
CREATE INDEX countries_country ON countries (country);
CREATE INDEX links_url ON links (url);
CREATE INDEX links_target ON links (target);
COMMIT;
"""
_TYPES = {Kind.INTEGER: "INTEGER", Kind.BOOLEAN: "INTEGER", Kind.NUMBER: "REAL"}


class SqliteWriter:
    """Fills an empty file; nothing of it counts before `end`."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._columns = [column for column in columns_of(shape) if column.path[0] not in IN_TABLES]
        marks = ", ".join("?" * (len(self._columns) + 1))
        self._add = f"INSERT INTO briefs VALUES ({marks})"  # noqa: S608 (question marks alone)
        self._db = sqlite3.connect(path, isolation_level=None)
        # The file is made beside, and synced by who made it: a journal would guard nothing.
        self._run(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; {_briefs(self._columns)} {_TABLES}")

    def write(self, line: Line) -> None:
        """Add a brief and all that it holds."""
        brief = line.brief
        try:
            self._db.execute(self._add, (line.number, *(column.cell(brief) for column in self._columns)))
            for name, statement in _LISTS.items():
                self._db.executemany(statement, ((line.number, *row) for row in enumerate(brief[name], 1)))
            blocks = enumerate(brief["body"], 1)
            self._db.executemany(_BLOCK, ((line.number, place, one["type"], one["text"]) for place, one in blocks))
            links = links_of(brief)
            rows = ((line.number, one.kind, one.position, one.url, one.title, one.language) for one in links)
            self._db.executemany(_LINK, rows)
            self._db.executemany(_ADDRESS, ((url, brief["id"]) for url in addresses_of(brief)))
        except (sqlite3.Error, OverflowError) as error:
            raise ExportError(f"line {line.number} cannot be written to SQLite: {error}") from error

    def end(self) -> None:
        """Make the indexes."""
        self._run(_END)

    def close(self) -> None:
        """Let go of the file, whole or not."""
        self._db.close()

    def _run(self, statements: str) -> None:
        try:
            self._db.executescript(statements)
        except sqlite3.Error as error:
            raise ExportError(f"SQLite: {error}") from error


def _briefs(columns: list[Column]) -> str:
    rows = ["line INTEGER PRIMARY KEY", *map(_column, columns), "UNIQUE (id, version)"]
    return f"CREATE TABLE briefs ({', '.join(rows)});"


def _column(column: Column) -> str:
    kind = column.shape.kind
    name = "_".join(column.path).replace('"', '""')
    return f'"{name}" {_TYPES.get(kind, "TEXT")}{"" if column.shape.nullable or kind not in PLAIN else " NOT NULL"}'
