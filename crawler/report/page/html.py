"""The page: a template filled with a report, its changes, and the runs before it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader, Template

from archive.collection import Collection, replace_file
from crawler.report.figures import readable_bytes, readable_seconds
from crawler.report.page.changes import changes_of, excerpt, listed
from crawler.report.page.plots import columns, sparkline
from crawler.report.page.series import field_series, runs_up_to
from crawler.report.page.verdict import headline, tasks

CHANGES = ("new", "substantive", "gone")


def write_page(collection: Collection, report: Mapping[str, Any]) -> Path:
    """Put report.html beside the report it is made from, and return its path; raise OSError."""
    path = collection.runs / str(report["run"]) / "report.html"
    replace_file(path, make_page(collection, report).encode("utf-8"))
    return path


def make_page(collection: Collection, report: Mapping[str, Any]) -> str:
    """Return the page: no script, no other file, nothing asked of the network."""
    runs = runs_up_to(collection, report)
    names = [str(run["run"]) for run in runs]
    return _template().render(
        collection=collection,
        report=report,
        headline=headline(report),
        tasks=tasks(collection, report),
        changes=changes_of(collection, report),
        runs=runs,
        fields=field_series(runs),
        briefs_plot=columns("Lines of each run, by change", names, _layers(runs, "briefs")),
        bytes_plot=columns(
            "Bytes on the wire in each run", names, {"bytes": [run.get("wire_bytes", 0) for run in runs]}
        ),
    )


def moment(iso: str | None) -> str:
    """Return an ISO 8601 time as a person reads it, in UTC as it is kept."""
    return iso[:19].replace("T", " ") + " UTC" if iso else "not yet"


def gap(seconds: float | None) -> str:
    """Return the seconds between two requests; a dash where there were none."""
    return "–" if seconds is None else f"{seconds:.2f} s"


def _layers(runs: list[Mapping[str, Any]], section: str) -> dict[str, list[float]]:
    return {change: [run.get(section, {}).get(change, 0) for run in runs] for change in CHANGES}


@cache
def _template() -> Template:
    loader = PackageLoader("crawler.report.page", "")
    # An import's report, and those of earlier versions, lack what others have.
    environment = Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=ChainableUndefined
    )
    environment.filters.update(
        bytes=readable_bytes, span=readable_seconds, excerpt=excerpt, listed=listed, moment=moment, gap=gap
    )
    environment.globals.update(sparkline=sparkline)
    return environment.get_template("report.html")
