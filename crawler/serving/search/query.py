"""The SQL of a search: one page of works, and the counts of every facet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from crawler.serving.search.asked import FACETS, Asked
from crawler.serving.search.found import Facet, FoundWork, Results

_NAMES = tuple(FoundWork.__dataclass_fields__)[:-1]
_COLUMNS = ", ".join(f"work.{name}" for name in _NAMES)
_ORDERS = {
    "relevance": "bm25(words, 8.0, 4.0, 4.0, 4.0, 1.0), work.published DESC, work.id",
    "newest": "work.published = '', work.published DESC, work.id",
    "oldest": "work.published = '', work.published, work.id",
    "title": "work.sorted, work.id",
}
_BEGIN, _END = "\x01", "\x02"
_EXCERPT = f"snippet(words, -1, '{_BEGIN}', '{_END}', ' … ', 28)"
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
    order = _ORDERS[asked.sort or "newest"] if wanted else _ORDERS["newest" if asked.sort == "relevance" else asked.sort]
    bounds = (asked.per_page, (asked.page - 1) * asked.per_page)
    if wanted:
        query = f"SELECT {_COLUMNS}, {_EXCERPT} FROM words JOIN work ON work.key = words.rowid"  # noqa: S608
        rows = db.execute(
            f"{query} WHERE words MATCH ? AND {where} ORDER BY {order} LIMIT ? OFFSET ?", (wanted, *values, *bounds)
        )
    else:
        query = f"SELECT {_COLUMNS}, '' FROM work WHERE {where}"  # noqa: S608
        rows = db.execute(f"{query} ORDER BY {order} LIMIT ? OFFSET ?", (*values, *bounds))
    for *row, excerpt in rows:
        yield FoundWork(**dict(zip(_NAMES, row, strict=True)), excerpt=tuple(_pieces(excerpt or "")))


def _pieces(excerpt: str) -> Iterator[tuple[str, bool]]:
    for number, piece in enumerate(excerpt.split(_BEGIN)):
        marked, _, rest = piece.rpartition(_END) if number else ("", "", piece)
        if marked:
            yield marked, True
        if rest:
            yield rest, False


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
    for text, negation in ((wanted, ""), (unwanted, "NOT ")):
        if text:
            parts.append(f"work.key {negation}IN (SELECT rowid FROM words WHERE words MATCH ?)")
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
    fits, values = "value = ?", list(chosen)
    if name == "language":
        # RFC 4647 3.3.1: `es` takes `es-ES` too.
        fits, values = "(value = ? OR substr(value, 1, length(?) + 1) = ? || '-')", [one for one in chosen for _ in "123"]
    either = " OR ".join([fits] * len(chosen))
    return f"work.key IN (SELECT work FROM facet WHERE name = ? AND ({either}))", [name, *values]
