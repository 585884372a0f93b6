"""What differs between the works of a package and those of an earlier one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from archive.errors import ExportError
from archive.export.newest import GONE, TAKEN_DOWN
from archive.export.shape import Kind, Shape

ADDED, CHANGED, REREAD, LEFT_OUT = "added", "changed", "reread", "left out"
MEANINGS = {
    ADDED: "not in the earlier package",
    CHANGED: "in another version, or with another text",
    REREAD: "the same version, read anew by other rules",
    GONE: "in the earlier package; its address answers 404 or 410 now",
    TAKEN_DOWN: "in the earlier package, and removed from the archive since: earlier copies are not to be handed on",
    LEFT_OUT: "in the earlier package, and kept out of this one by what was asked for, by its rights, or because its "
    "line is no more",
}

CHANGE = Shape(
    kind=Kind.OBJECT,
    members={
        "change": Shape(kind=Kind.TEXT, description="; ".join(f"{name}: {text}" for name, text in MEANINGS.items())),
        "id": Shape(kind=Kind.TEXT, description="The work."),
        "version_before": Shape(kind=Kind.INTEGER, nullable=True, description="Its newest version in the earlier one."),
        "version": Shape(kind=Kind.INTEGER, nullable=True, description="Its newest version here."),
        "url": Shape(kind=Kind.TEXT, nullable=True, description="Its canonical address; null where it is not here."),
        "title": Shape(kind=Kind.TEXT, nullable=True, description="Its title; null where it is not here."),
    },
)
_TABLE = """CREATE TABLE {} (id TEXT PRIMARY KEY, version INTEGER, content TEXT, sum BLOB, url TEXT, title TEXT)
    WITHOUT ROWID"""
_PUT = "INSERT OR REPLACE INTO {} VALUES (?, ?, ?, ?, ?, ?)"
_HERE = """SELECT now.id, old.version, now.version, now.url, now.title,
    old.id IS NULL, now.version <> old.version OR now.content <> old.content
    FROM now LEFT JOIN old USING (id) WHERE old.sum IS NULL OR old.sum <> now.sum ORDER BY now.id"""
# Neither address nor title: what was taken down must not be named again.
_AWAY = """SELECT old.id, old.version FROM old LEFT JOIN now USING (id)
    WHERE now.id IS NULL ORDER BY old.id"""


def changes(before: Path | None, after: Path, tombstone: Callable[[str], str | None]) -> Iterator[dict[str, Any]]:
    """Yield a row for each work that differs, given the briefs.jsonl of both packages; none without an earlier one."""
    if before is None:
        return
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        for table, path in (("old", before), ("now", after)):
            connection.execute(_TABLE.format(table))
            connection.executemany(_PUT.format(table), _states(path))
        for work, was, version, url, title, is_new, has_changed in connection.execute(_HERE):
            yield _row(ADDED if is_new else CHANGED if has_changed else REREAD, work, (was, version), (url, title))
        for work, was in connection.execute(_AWAY):
            yield _row(tombstone(work) or LEFT_OUT, work, (was, None), (None, None))


def _row(
    change: str, work: str, versions: tuple[int | None, int | None], page: tuple[str | None, str | None]
) -> dict[str, Any]:
    before, version = versions
    url, title = page
    return {"change": change, "id": work, "version_before": before, "version": version, "url": url, "title": title}


def _states(path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                yield _state(path, number, line)
    except OSError as error:
        raise ExportError(f"{path}: cannot be read: {error.strerror}") from error


def _state(path: Path, number: int, line: bytes) -> tuple[Any, ...]:
    try:
        brief = orjson.loads(line)
        state = tuple(brief[name] for name in ("id", "version", "content_digest", "url", "title"))
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise ExportError(f"{path}: line {number} is no brief, expected a line of an earlier package") from error
    if [type(value) for value in state] != [str, int, str, str, str]:
        raise ExportError(f"{path}: line {number} is no brief, expected a line of an earlier package")
    return (*state[:3], hashlib.sha256(line.rstrip(b"\n")).digest(), *state[3:])
