"""`briefs report`: a run's page, made again from its report."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.cli.options import collection_argument
from crawler.report import latest_report, read_report
from crawler.report.page import write_page


@click.command(short_help="Write a run's report as a page, and say where it is.")
@collection_argument
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--open", "opens", is_flag=True, help="Open it in this machine's browser.")
def report(collection: str, run: str | None, opens: bool) -> None:
    """Write a run's report as a page, runs/RUN/report.html, and print its path.

    A crawl writes it when it ends; this writes it again, also of a run that is under way. RUN is a run's name, or the
    beginning of one; without it, the newest crawl. The page is one file that opens from disk.
    """
    places = Collection(Path(collection))
    chosen = latest_report(places) if run is None else read_report(_report_file(places, run))
    path = _written(places, chosen)
    click.echo(path)
    if opens:
        webbrowser.open(path.absolute().as_uri())


def _report_file(places: Collection, run: str) -> Path:
    places.settings()
    names = sorted(path.parent.name for path in places.runs.glob("*/report.json"))
    found = [name for name in names if name.startswith(run)] if run else []
    if len(found) != 1 and run not in found:
        newest = ", ".join(names[-3:]) or "none"
        raise CollectionError(places.runs, f"run is {run!r}, expected the beginning of one name; the newest: {newest}")
    return places.runs / (run if run in found else found[0]) / "report.json"


def _written(places: Collection, chosen: dict[str, Any]) -> Path:
    try:
        return write_page(places, chosen)
    except OSError as error:
        raise CollectionError(places.runs, f"report.html could not be written: {error.strerror}") from error
