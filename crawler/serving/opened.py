"""A collection as it is served: its lines by the index, its runs by their reports, what counts by the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.catalog import Committed
from archive.collection import Collection
from archive.errors import ArchiveError, CollectionError, RecordError
from archive.replay.captures import Captures, Shown
from crawler.ledger.reading import open_reading
from crawler.ledger.schema import ledger_file
from crawler.report import read_report
from crawler.serving.search import SearchIndex
from crawler.sites import Site, get_site, site_names

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


class NotThereError(ArchiveError):
    """Nothing is at this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCollection:
    """One collection, under the name that its addresses have."""

    name: str
    places: Collection
    index: SearchIndex
    site_name: str

    @property
    def site(self) -> Site | None:
        """The site that its rules are those of; None where its site file is gone."""
        return get_site(self.site_name) if self.site_name in site_names() else None

    @property
    def label(self) -> str:
        """What readers call it."""
        return self.site.label if self.site else self.site_name

    def committed(self) -> Committed | None:
        """Return how much of each file counts; raise CollectionError while a takedown replaces files."""
        return _committed(self.places)

    def run_names(self) -> list[str]:
        """Return the names of all runs that have a report, the newest first."""
        return sorted((path.parent.name for path in self.places.runs.glob("*/report.json")), reverse=True)

    def runs(self, first: int = 0, count: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield the reports of so many runs, the newest first; one that cannot be read is left out."""
        for name in self.run_names()[first : None if count is None else first + count]:
            try:
                yield read_report(self.run_file(name))
            except CollectionError:
                continue

    def run(self, name: str) -> dict[str, Any]:
        """Return the report of a run; raise NotThereError."""
        return read_report(self.run_file(name))

    def run_file(self, name: str, file: str = "report.json") -> Path:
        """Return where a file of a run is, by the name of its folder alone; raise NotThereError."""
        if name not in self.run_names():
            raise NotThereError(f"run is {name[:80]!r}, expected one of the runs of {self.name}")
        return self.places.runs / name / file

    def lines(self, wanted: str) -> list[dict[str, Any]]:
        """Return the lines of the work that an id, its beginning or an address names; raise NotThereError."""
        work = self.work_named(wanted)
        if work is None:
            raise NotThereError(f"brief is {wanted[:80]!r}, expected the id or an address of one in {self.name}")
        return self.index.lines(work)

    def work_named(self, wanted: str) -> str | None:
        """Return the id of the work that an id, its beginning or an address, in any spelling of it, names."""
        canonical = self.site.scope.canonical(wanted) if self.site and "://" in wanted else None
        return self.index.named(wanted) or (self.index.named(canonical) if canonical else None)

    def version(self, wanted: str, version: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return all lines of a work and the one of that version, empty for the newest; raise NotThereError."""
        lines = self.lines(wanted)
        found = [line for line in lines if version in ("", str(line["version"]))]
        if not found:
            known = ", ".join(str(line["version"]) for line in lines)
            raise NotThereError(f"version is {version[:20]!r}, expected one of: {known}")
        return lines, found[-1]

    def captures(self, lines: Sequence[dict[str, Any]]) -> list[Shown]:
        """Return every capture of every address of a work, the oldest first."""
        return Captures(self.places, self.committed, _pass_over).of(lines)


def open_collections(folders: Sequence[Path]) -> dict[str, OpenCollection]:
    """Return the collections in these folders by the names that they are served under; raise CollectionError."""
    opened: dict[str, OpenCollection] = {}
    for folder in folders:
        places = Collection(folder)
        site = str(places.settings().get("site", ""))
        if any(other.places.root.resolve() == folder.resolve() for other in opened.values()):
            raise CollectionError(folder, "is given twice, expected once")
        name = _free_name(_UNFIT.sub("-", folder.resolve().name).strip("-.") or "collection", opened)
        index = SearchIndex(places, lambda places=places: _committed_lines(places))  # type: ignore[misc]
        opened[name] = OpenCollection(name=name, places=places, index=index, site_name=site)
    return opened


def _free_name(wanted: str, taken: dict[str, OpenCollection]) -> str:
    names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)


def _committed(places: Collection) -> Committed | None:
    if not ledger_file(places).exists():
        return None
    with open_reading(places) as ledger:
        if ledger.is_replacing():
            sentence = "a takedown is under way, or was killed: any command that writes ends it, `briefs crawl` too"
            raise CollectionError(places.root, sentence)
        return ledger.files()


def _committed_lines(places: Collection) -> int | None:
    committed = _committed(places)
    return None if committed is None else committed.get(places.briefs.name, 0)


def _pass_over(problem: RecordError) -> None:
    """Say nothing of a place that cannot be read: `briefs verify` tells them all."""
