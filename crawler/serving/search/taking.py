"""A line of briefs.jsonl as rows of the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archive.replay.shelf import fold

_WORK = """INSERT INTO work (id, title, sorted, standfirst, byline, published, kind, language, change, url, version)
    VALUES (:id, :title, :sorted, :standfirst, :byline, :published, :kind, :language, :change, :url, :version)
    ON CONFLICT (id) DO UPDATE SET title = excluded.title, sorted = excluded.sorted, standfirst = excluded.standfirst,
    byline = excluded.byline, published = excluded.published, kind = excluded.kind, language = excluded.language,
    change = excluded.change, url = excluded.url, version = excluded.version RETURNING key"""
_FACET = "INSERT INTO facet (work, name, value) VALUES (?, ?, ?)"
_WORDS = "INSERT INTO words (rowid, title, standfirst, byline, tags, body) VALUES (?, ?, ?, ?, ?, ?)"
_LINK = "INSERT INTO link (work, place, url, title) VALUES (?, ?, ?, ?)"
_VERSION = "INSERT OR REPLACE INTO version (work, version, offset, length, run) VALUES (?, ?, ?, ?, ?)"
_ADDRESS = "INSERT OR REPLACE INTO address (address, work) VALUES (?, ?)"
_FORGET = (
    "DELETE FROM facet WHERE work = ?",
    "DELETE FROM link WHERE work = ?",
    "DELETE FROM words WHERE rowid = ?",
)
LINKS = {"related": "related", "see_also": "see also", "links": "link", "translations": "translation"}
"""Field of a brief -> what the links in it are called."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line, and where it lies."""

    brief: dict[str, Any]
    offset: int
    length: int


def take_line(db: sqlite3.Connection, line: PlacedLine) -> None:
    """Put a line into the index: it is the newest version of its work."""
    brief = line.brief
    values = {name: brief.get(name) or "" for name in ("id", "title", "standfirst", "byline", "published", "kind")}
    more = {"language": brief.get("language") or "", "change": brief["change"], "url": brief.get("url") or ""}
    key = db.execute(
        _WORK, {**values, **more, "sorted": fold(values["title"]), "version": brief["version"]}
    ).fetchone()[0]
    db.execute(_VERSION, (key, brief["version"], line.offset, line.length, brief.get("run") or ""))
    db.executemany(_ADDRESS, ((address, key) for address in dict.fromkeys(_addresses(brief))))
    if brief["change"] == "gone":
        # A tombstone has no text: the work is still found by what it said last.
        db.execute("UPDATE facet SET value = 'gone' WHERE work = ? AND name = 'change'", (key,))
        return
    for statement in _FORGET:
        db.execute(statement, (key,))
    db.executemany(_FACET, ((key, name, value) for name, value in _facets(brief)))
    db.executemany(_LINK, ((key, *link) for link in _links(brief)))
    tags = " · ".join(brief.get("tags") or ())
    db.execute(_WORDS, (key, values["title"], values["standfirst"], values["byline"], tags, brief.get("text") or ""))


def _facets(brief: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("kind", "language", "change"):
        if brief.get(name):
            yield name, brief[name]
    for name, field in (("country", "countries"), ("tag", "tags"), ("author", "authors")):
        yield from ((name, value) for value in _once(brief.get(field) or ()))


def _once(values: Iterable[str]) -> Iterator[str]:
    """Yield each value in its first spelling."""
    return iter({value.casefold(): value for value in reversed(tuple(values))}.values())


def _links(brief: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for field, place in LINKS.items():
        found = {link["url"]: link.get("title") or link.get("language") or "" for link in brief.get(field) or ()}
        yield from ((place, url, title) for url, title in found.items())


def _addresses(brief: dict[str, Any]) -> Iterator[str]:
    yield from (brief[name] for name in ("url", "captured_url") if brief.get(name))
    yield from brief.get("aliases") or ()
