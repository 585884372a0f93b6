"""A folder with the briefs as a data set that others can load, check, cite and compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from archive.errors import ExportError
from archive.export.about import About
from archive.export.addresses import Addresses, open_addresses
from archive.export.changes import CHANGE, changes
from archive.export.citation import citation
from archive.export.counts import Counts
from archive.export.csv_file import CsvWriter
from archive.export.formats import parquet_writer
from archive.export.graph import EDGE, edges_of
from archive.export.jsonl import JsonlWriter
from archive.export.manifest import Resource, manifest
from archive.export.place import MANIFEST, new_folder
from archive.export.readme import readme
from archive.export.selection import day
from archive.export.shape import Shape, shape_of
from archive.export.survey import Survey

BRIEFS = "data/briefs.jsonl"
_KEY = ("id", "version")


@dataclass(slots=True)
class Package:
    """Makes one package out of the lines that a survey wants."""

    about: About
    survey: Survey
    schema: Mapping[str, Any]
    """Of the lines, as `briefs schema` prints it."""
    known: Iterable[tuple[str, str]] = ()
    """Addresses and the ids of their works, beside those that the lines themselves tell."""
    counts: Counts = field(default_factory=Counts)

    def write(self, path: Path) -> None:
        """Make the folder, in place of one that is there; raise ExportError."""
        previous = self.about.previous / BRIEFS if self.about.previous else None
        with new_folder(path) as folder:
            (folder / "data").mkdir()
            with open_addresses() as addresses:
                self._write_briefs(folder, addresses)
                addresses.add_known(self.known)
                self._write_edges(folder, addresses)
            self._write_changes(folder, previous)
            option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
            (folder / "brief.schema.json").write_bytes(orjson.dumps(dict(self.schema), option=option))
            (folder / "CITATION.cff").write_text(citation(self.about, self.date), encoding="utf-8")
            resources = (resource.described(folder) for resource in self._resources())
            (folder / MANIFEST).write_bytes(manifest(self.about, self.date, resources))
            text = readme(self.about, self.date, self.counts, self.survey.tally)
            (folder / "README.md").write_text(text, encoding="utf-8")

    @property
    def date(self) -> str:
        """Return the day of this version: as asked, or that of the newest capture in it."""
        at = self.counts.newest
        return self.about.date or (f"{at[:4]}-{at[4:6]}-{at[6:8]}" if at else "1970-01-01")

    @property
    def _shape(self) -> Shape:
        return shape_of(self.schema)

    def _write_briefs(self, folder: Path, addresses: Addresses) -> None:
        with ExitStack() as stack:
            lines = JsonlWriter(stack.enter_context((folder / BRIEFS).open("wb")))
            binary = stack.enter_context((folder / "data/briefs.parquet").open("wb"))
            columns = stack.enter_context(closing(parquet_writer(binary, self._shape)))
            for line in self.survey.wanted():
                lines.write(line)
                columns.write(line)
                addresses.add(line.brief)
                self.counts.add(line.brief)
            columns.end()

    def _write_edges(self, folder: Path, addresses: Addresses) -> None:
        with (folder / BRIEFS).open("rb") as lines:
            edges = (edge for line in lines for edge in edges_of(orjson.loads(line), addresses))
            _write_table(folder / "data/links", EDGE, edges, self._count_edge)

    def _count_edge(self, edge: Mapping[str, Any]) -> None:
        self.counts.edges[edge["kind"]] += 1
        self.counts.edges_within += edge["target_id"] is not None

    def _write_changes(self, folder: Path, previous: Path | None) -> None:
        rows = changes(previous, folder / BRIEFS, self.survey.newest.tombstone)
        with (folder / "data/changes.csv").open("wb") as stream:
            writer = CsvWriter(stream, CHANGE)
            for row in rows:
                writer.add(row)
                self.counts.changes[row["change"]] += 1

    def _resources(self) -> tuple[Resource, ...]:
        to_work = (("source_id", "briefs", "id"), ("target_id", "briefs", "id"))
        return (
            Resource(name="briefs", path=BRIEFS, title="The briefs, a line each", shape=self._shape, key=_KEY),
            Resource(name="briefs-parquet", path="data/briefs.parquet", title="The same as Parquet"),
            Resource(name="links", path="data/links.csv", title="The links", shape=EDGE, links_to=to_work),
            Resource(name="links-parquet", path="data/links.parquet", title="The same as Parquet"),
            Resource(
                name="changes",
                path="data/changes.csv",
                title="Works that differ from the earlier package",
                shape=CHANGE,
                key=("id",),
            ),
            Resource(name="brief-schema", path="brief.schema.json", title="JSON Schema of a line of the briefs"),
        )


def _write_table(
    path: Path, shape: Shape, rows: Iterable[dict[str, Any]], on_row: Callable[[Mapping[str, Any]], None]
) -> None:
    """Write rows as CSV and as Parquet."""
    with (
        path.with_suffix(".csv").open("wb") as text,
        path.with_suffix(".parquet").open("wb") as binary,
        closing(parquet_writer(binary, shape)) as columns,
    ):
        cells = CsvWriter(text, shape)
        for row in rows:
            cells.add(row)
            columns.add(row, sum(len(str(value)) for value in row.values()))
            on_row(row)
        columns.end()


def earlier_package(path: Path, named: Path | None) -> Path | None:
    """Return the package to compare with: the one that is named, else the one that stands in this one's place."""
    if named is None:
        return path if (path / BRIEFS).is_file() else None
    if not (named / BRIEFS).is_file():
        raise ExportError(f"{named}: is no package, expected a folder with {BRIEFS}")
    return named


def check_date(text: str) -> str:
    """Return the day as it was given; raise ExportError for what is none."""
    if text and len(day("--date", text)) != len("2014-03-25"):
        raise ExportError(f"--date is {text!r}, expected a day such as 2014-03-25")
    return text
