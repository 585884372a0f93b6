"""README.md of a package: what is in it, how to load it, what may be done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archive.export.about import About
from archive.export.changes import MEANINGS
from archive.export.counts import Counts
from archive.export.survey import Tally

_CONFIGS = """---
configs:
  - config_name: briefs
    default: true
    data_files: data/briefs.parquet
  - config_name: links
    data_files: data/links.parquet
---

"""
"""What `datasets` reads to know which files belong together."""
_FILES = (
    (
        "data/briefs.jsonl",
        "the briefs, a line each, as the archive has them; `brief.schema.json` has the fields",
    ),
    (
        "data/briefs.parquet",
        "the same with types; in `diff`, `before` and `after`, in `evidence`, `raw` are JSON",
    ),
    ("data/links.csv, data/links.parquet", "the graph, an edge a row: from a work to an address, and the work there"),
    ("data/changes.csv", "the works that differ from the earlier package"),
    ("datapackage.json", "Frictionless Data Package: every file with its sha256, the tables with their fields"),
    ("CITATION.cff", "how to cite it"),
)
_LOADING = """## Load it

    pandas.read_parquet("data/briefs.parquet")
    polars.read_parquet("data/briefs.parquet")
    duckdb.sql("SELECT * FROM 'data/briefs.parquet'")
    datasets.load_dataset("parquet", data_files="data/briefs.parquet")

From elsewhere, `datasets` takes the name of this folder too, with `"briefs"` or `"links"` behind it.
In CSV, a text that a spreadsheet would take for a formula has one `'` in front; an empty cell is null.
"""


def readme(about: About, date: str, counts: Counts, tally: Tally) -> str:
    """Return README.md."""
    return _CONFIGS + "\n".join(
        [
            f"# {about.title}, {date}\n",
            f"{counts.lines} briefs, {counts.edges.total()} links. Holds {about.scope()}.",
            f"Captured from {_moment(counts.oldest)} to {_moment(counts.newest)} UTC. Made by {about.software}.\n",
            *_files(),
            _LOADING,
            *_rights(about, counts, tally),
            *_changes(about, counts),
            *_figures(counts),
        ]
    )


def _files() -> Iterator[str]:
    yield "## Files\n"
    yield from (f"- `{path.replace(', ', '`, `')}`: {meaning}" for path, meaning in _FILES)
    yield ""


def _rights(about: About, counts: Counts, tally: Tally) -> Iterator[str]:
    publisher = about.publisher
    yield "## Rights\n"
    yield f"The texts are those of {publisher.label}{f' ({publisher.url})' if publisher.url else ''}."
    yield f"Its licence: {publisher.licence}." if publisher.licence else "No licence of the whole site is known."
    yield f"How it asks to be named: {publisher.attribution}\n" if publisher.attribution else ""
    yield "What the pages themselves state (`licence` of each brief):\n"
    for text, count in _ranked(counts.licences):
        yield f"- {count}: {_quoted(text)}" if text else f"- {count}: nothing"
    yield f"\nLeft out for the rights at capture, by the policy `{about.selection.rights}`: {tally.forbidden}.\n"
    yield from (f"- {count}: {signal}" for signal, count in _ranked(tally.signals))
    yield ""


def _changes(about: About, counts: Counts) -> Iterator[str]:
    yield "## Changes since the last package\n"
    if about.previous is None:
        yield "No earlier package was compared with.\n"
        return
    yield "By work, in `data/changes.csv`:\n"
    yield from (f"- {counts.changes[name]} {name}: {meaning}" for name, meaning in MEANINGS.items())
    yield ""


def _figures(counts: Counts) -> Iterator[str]:
    yield "## Counts\n"
    links = f"{', '.join(f'{count} {kind}' for kind, count in _ranked(counts.edges))}" if counts.edges else "none"
    yield f"Links: {links}; {counts.edges_within} lead to a work of this package.\n"
    yield "| | briefs |\n| --- | --- |"
    for name, counted in (("kind", counts.kinds), ("language", counts.languages)):
        yield from (f"| {name} {_quoted(value)} | {count} |" for value, count in _ranked(counted))
    yield from (f"| published {value} | {counts.years[value]} |" for value in sorted(counts.years))
    for name, counted in (("country", counts.countries), ("tag", counts.tags)):
        ranked = _ranked(counted)
        yield from (f"| {name} {_quoted(value)} | {count} |" for value, count in ranked[:20])
        if len(ranked) > 20:
            yield f"| {name}: {len(ranked) - 20} more | |"
    yield ""


def _ranked(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def _quoted(text: str) -> str:
    """Return a text of a page in one line, of which Markdown makes nothing else."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _moment(timestamp: str) -> str:
    at = timestamp
    return f"{at[:4]}-{at[4:6]}-{at[6:8]} {at[8:10]}:{at[10:12]}:{at[12:]}" if at else "no time"
