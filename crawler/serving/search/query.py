"""The SQL of a search: one page of works, and the counts of every facet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from crawler.serving.search.asked import FACETS, Asked
from crawler.serving.search.found import Facet, FoundWork, Results

_NAMES = tuple(FoundWork.__dataclass_fields__)[:-2]
_COLUMNS = ", ".join(f"work.{name}" for name in _NAMES)
_ORDERS = {
    "relevance": "bm25(words, 8.0, 4.0, 4.0, 4.0, 1.0), work.published DESC, work.id",
    "newest": "work.published = '', work.published DESC, work.id",
    "oldest": "work.published = '', work.published, work.id",
    "title": "work.sorted, work.id",
}
_BEGIN, _END = "\x01", "\x02"
_MARKED = f"highlight(words, 0, '{_BEGIN}', '{_END}'), snippet(words, 4, '{_BEGIN}', '{_END}', ' … ', 36)"
_WITH = "work.key IN (SELECT rowid FROM words WHERE words MATCH ?)"
_WITHOUT = "work.key NOT IN (SELECT rowid FROM words WHERE words MATCH ?)"
_VALUE = "value = ?"
_RANGE = "(value = ? OR substr(value, 1, length(?) + 1) = ? || '-')"
"""RFC 4647 3.3.1: `es` takes `es-ES` too."""
_MOST_VALUES = 40
_VALUES = "SELECT value, count(*) FROM facet WHERE name = ? AND work IN (SELECT key FROM work WHERE {where})"
_BY_COUNT = " GROUP BY value ORDER BY count(*) DESC, value LIMIT ?"


def search(db: sqlite3.Connection, asked: Asked) -> Results:
    """Return what fits."""
    where, values = _conditions(asked)
    count = db.execute(f"SELECT count(*) FROM work WHERE {where}", values).fetchone()[0]  # noqa: S608 (constants)
    return Results(
        works=tuple(_page(db, asked, where, values)),
        count=count,
        facets={name: tuple(_facet(db, asked, name)) for name in FACETS},
    )


def _page(db: sqlite3.Connection, asked: Asked, where: str, values: list[str]) -> Iterator[FoundWork]:
    wanted, _ = asked.match()
    is_ranked = wanted and asked.sort == "relevance"
    order = _ORDERS["relevance" if is_ranked else "newest" if asked.sort in ("", "relevance") else asked.sort]
    bounds = (asked.per_page, (asked.page - 1) * asked.per_page)
    if wanted:
        query = f"SELECT {_COLUMNS}, {_MARKED} FROM words JOIN work ON work.key = words.rowid"  # noqa: S608
        rows = db.execute(
            f"{query} WHERE words MATCH ? AND {where} ORDER BY {order} LIMIT ? OFFSET ?", (wanted, *values, *bounds)
        )
    else:
        query = f"SELECT {_COLUMNS}, '', '' FROM work WHERE {where}"  # noqa: S608
        rows = db.execute(f"{query} ORDER BY {order} LIMIT ? OFFSET ?", (*values, *bounds))
    for *row, title, excerpt in rows:
        fields: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
        yield FoundWork(**fields, marked_title=_pieces(title or ""), excerpt=_pieces(excerpt or ""))


def _pieces(marked: str) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of a marked text, and whether each is a word that was asked for."""
    pieces: list[tuple[str, bool]] = []
    for number, piece in enumerate(marked.split(_BEGIN)):
        word, _, rest = piece.rpartition(_END) if number else ("", "", piece)
        pieces += [(word, True), (rest, False)]
    return tuple(piece for piece in pieces if piece[0])


def _facet(db: sqlite3.Connection, asked: Asked, name: str) -> Iterator[Facet]:
    """Yield the commonest values among what fits all else, and those that are chosen."""
    where, values = _conditions(asked, but=name)
    chosen = {value.casefold(): value for value in asked.chosen.get(name, ())}
    query = _VALUES.format(where=where)
    for value, count in db.execute(query + _BY_COUNT, (name, *values, _MOST_VALUES)):
        yield Facet(value=value, count=count, is_chosen=chosen.pop(value.casefold(), None) is not None)
    for value in chosen.values():
        count = db.execute(query + " AND value = ?", (name, *values, value)).fetchone()[1]
        yield Facet(value=value, count=count, is_chosen=True)


def _conditions(asked: Asked, *, but: str = "") -> tuple[str, list[str]]:
    """Return what must hold of a work, as SQL and the values for it; the facet `but` left out."""
    parts: list[str] = []
    values: list[str] = []
    wanted, unwanted = asked.match()
    for text, condition in ((wanted, _WITH), (unwanted, _WITHOUT)):
        if text:
            parts.append(condition)
            values.append(text)
    if asked.since:
        parts.append("work.published >= ?")
        values.append(asked.since)
    if asked.until:
        parts.append("work.published <> '' AND substr(work.published, 1, length(?)) <= ?")
        values += [asked.until, asked.until]
    for name, chosen in asked.chosen.items():
        if name != but:
            either, bound = _one_of(name, chosen)
            parts.append(either)
            values += bound
    if "change" not in asked.chosen:
        parts.append("work.change <> 'taken down'")
    return " AND ".join(parts) or "1", values


def _one_of(name: str, chosen: tuple[str, ...]) -> tuple[str, list[str]]:
    fits = _RANGE if name == "language" else _VALUE
    values = [one for one in chosen for _ in range(fits.count("?"))]
    either = " OR ".join([fits] * len(chosen))
    return f"work.key IN (SELECT work FROM facet WHERE name = ? AND ({either}))", [name, *values]  # noqa: S608
