"""Which rule read each field of the pages that a run read, counted in the commit that takes them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from crawler.items import Brief, Evidence, Rejection
from crawler.ledger.entry import Entry
from crawler.works.fold import CapturedPage
from crawler.works.index import WorkIndex

SITE = ""
"""In the place of a layout: what is counted over all pages of the site."""
READING = "reading"
"""Counted over the site: the layout that a page was read by, or `rejected: REASON`."""
LAYOUT = "layout"
"""Counted over the site: `LAYOUT -> LAYOUT` where a page that had a line is read by another layout now."""
NONE = ""
"""In the place of a rule: nothing read the field, or nothing changed."""
FIELDS = (
    "url",
    "kind",
    "language",
    "title",
    "standfirst",
    "byline",
    "authors",
    "published",
    "modified",
    "tags",
    "body",
    "links",
    "see_also",
    "related",
    "images",
    "translations",
    "licence",
    "rights",
)
"""The fields that are followed: those that evidence stands for. Countries are derived of two of them."""

_INDEX = re.compile(r"\[\d+\]")
_EXAMPLES = 3
_KEEP = "INSERT OR REPLACE INTO coverage (run, layout, field, rule, pages, examples) VALUES (?, ?, ?, ?, ?, ?)"
_OF_RUN = "SELECT layout, field, rule, pages, examples FROM coverage WHERE run = ? ORDER BY layout, field, rule"
_PLACE = "SELECT url, warc, offset FROM capture WHERE record_id = ?"
_RUNS = """SELECT id FROM run WHERE EXISTS (SELECT 1 FROM coverage WHERE coverage.run = run.id)
    ORDER BY began DESC, id DESC LIMIT ?"""


class Key(NamedTuple):
    """What is counted."""

    layout: str
    """`SITE/LAYOUT`, without the version of its rules: a better rule is held against the one before."""
    field: str
    rule: str


class Count(NamedTuple):
    """How often, and the first captures that count: their record ids."""

    pages: int
    examples: tuple[str, ...]

    def and_one(self, record_id: str) -> Count:
        """Return the count with one page more."""
        return Count(self.pages + 1, (*self.examples, record_id)[:_EXAMPLES])


Coverage = dict[Key, Count]


def coverage_of(section: Mapping[str, Any]) -> Coverage:
    """Return the counts in a report's section `coverage`; raise an error of its kind where it is none."""
    return {
        Key(layout, name, rule): Count(int(count["pages"]), tuple(map(str, count["examples"])))
        for layout, fields in section.items()
        for name, rules in fields.items()
        for rule, count in rules.items()
    }


class CoverageLog:
    """Counts what the commits of one run take; every call belongs to the transaction under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._counts: Coverage = {}

    def keep(self, run: str, group: Sequence[Entry], rejected: Iterable[Rejection], known: Mapping[str, str]) -> None:
        """Count the pages of a group: `rejected` are the lines it made, `known` as `known_layouts` returns it."""
        changed: Coverage = {}
        for key, record_id in _keys(group, {_record_id(line) for line in rejected}, known):
            before = self._counts.get(key, Count(0, ()))
            changed[key] = self._counts[key] = before.and_one(record_id)
        self.restore(run, changed)

    def restore(self, run: str, coverage: Coverage) -> None:
        """Put counts of a run in the place of those before."""
        rows = ((run, *key, count.pages, " ".join(count.examples)) for key, count in coverage.items())
        self._db.executemany(_KEEP, rows)


class CoverageReading:
    """Reads the counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of(self, run: str) -> Coverage:
        """Return the counts of a run, in the order of layout, field and rule."""
        rows = self._db.execute(_OF_RUN, (run,))
        return {Key(*key): Count(pages, tuple(examples.split())) for *key, pages, examples in rows}

    def newest(self, most: int) -> list[tuple[str, Coverage]]:
        """Return the counts of the newest runs that read a page, the oldest of them first."""
        runs = [run for (run,) in self._db.execute(_RUNS, (most,))]
        return [(run, self.of(run)) for run in reversed(runs)]

    def places(self, record_ids: Iterable[str]) -> Iterator[str]:
        """Yield where captures lie, each as `ADDRESS in WARC at byte OFFSET`; those that are gone are left out."""
        for record_id in record_ids:
            row = self._db.execute(_PLACE, (record_id,)).fetchone()
            if row is not None:
                yield f"{row[0]} in {row[1]} at byte {row[2]}"


def known_layouts(group: Sequence[Entry], index: WorkIndex) -> dict[str, str]:
    """Return, by record id, the layout that the newest line of each page's work was read by; before the fold."""
    known = {}
    for page, reading in _readings(group):
        work = index.by_address(reading.url) if isinstance(reading, Brief) else None
        if work is not None:
            known[page.capture.record_id] = layout_of(work[0].latest)
    return known


def layout_of(brief: Brief) -> str:
    """Return the layout that a brief was read by, without the version of its rules."""
    return brief.extractor.partition("@")[0]


def _keys(group: Sequence[Entry], rejected: set[str], known: Mapping[str, str]) -> Iterator[tuple[Key, str]]:
    """Yield what to count, each with its capture.

    A rejection counts once, as its line does: pages that are none are asked in every run, while the others answer 304.
    """
    for page, reading in _readings(group):
        record_id = page.capture.record_id
        if isinstance(reading, Rejection):
            if record_id in rejected and not reading.reason.startswith("blocked"):  # no rule read it
                yield Key(SITE, READING, f"rejected: {reading.reason}"), record_id
            continue
        layout = layout_of(reading)
        yield Key(SITE, READING, layout), record_id
        before = known.get(record_id, layout)
        yield Key(SITE, LAYOUT, NONE if before == layout else f"{before} -> {layout}"), record_id
        yield from ((Key(layout, name, _rule(reading.evidence.get(name))), record_id) for name in FIELDS)


def _readings(group: Sequence[Entry]) -> Iterator[tuple[CapturedPage, Brief | Rejection]]:
    for entry in group:
        if entry.page is not None and entry.page.reading is not None:
            yield entry.page, entry.page.reading


def _rule(evidence: Evidence | None) -> str:
    """Return the rule without positions: which element of a list held it is no other rule."""
    return _INDEX.sub("[]", evidence.rule) if evidence is not None else NONE


def _record_id(line: Rejection) -> str:
    return line.capture.record_id if line.capture is not None else ""
