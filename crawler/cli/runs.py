"""`briefs runs`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection, is_being_written
from archive.errors import CollectionError
from crawler.cli.options import collection_argument, json_option
from crawler.ledger.ledger import KILLED
from crawler.report import read_report
from crawler.report.figures import readable_seconds

_HEAD = ("run", "began", "duration", "state", "exit", "pages", "briefs", "problems")


@click.command(short_help="List the runs of a collection.")
@collection_argument
@json_option
def runs(collection: str, as_json: bool) -> None:
    """List the runs of a collection, the oldest first: when, how long, how each ended, and what it brought."""
    places = Collection(Path(collection))
    places.settings()
    listed = list(runs_of(places))
    if as_json:
        for run in listed:
            click.echo(orjson.dumps(run).decode())
        return
    rows = [_HEAD, *(tuple(map(_cell, run.values()))[: len(_HEAD)] for run in listed)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def runs_of(collection: Collection) -> Iterator[dict[str, Any]]:
    """Yield what the report of each run says; one that was killed before a later run said so is `killed` here too."""
    folders = sorted(folder for folder in collection.runs.glob("*") if folder.is_dir())
    for folder in folders:
        try:
            report = read_report(folder / "report.json")
        except CollectionError as error:
            report = {"state": "no report" if not (folder / "report.json").exists() else str(error)}
        if report["state"] == "running" and not (folder == folders[-1] and is_being_written(collection)):
            report["state"] = KILLED
        yield _line(folder, report)


def _line(folder: Path, report: dict[str, Any]) -> dict[str, Any]:
    problems = report.get("problems") or {}
    return {
        "run": folder.name,
        "began": report.get("began"),
        "seconds": report.get("seconds"),
        "state": report["state"],
        "exit_code": report.get("exit_code"),
        "pages": report.get("pages"),
        "briefs": sum((report.get("briefs") or {}).values()) if "briefs" in report else None,
        "problems": sum(map(len, problems.values())) if "problems" in report else None,
        "report": str(folder / "report.json"),
        "log": str(folder / "crawl.log"),
    }


def _cell(value: object) -> str:
    if isinstance(value, float):
        return readable_seconds(value)
    return "-" if value is None else str(value).replace("+00:00", "Z")
