"""`briefs drift`: which rule read each field, run by run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

import click
import orjson

from archive.collection import Collection
from archive.timestamps import parse_timestamp
from crawler.cli.options import collection_argument, json_option
from crawler.ledger.coverage import FIELDS, LAYOUT, READING, SITE
from crawler.ledger.reading import open_reading
from crawler.ledger.sensitivity import Sensitivity
from crawler.report.drift import coverage_section, drift_section
from crawler.report.series import Run
from crawler.sites import get_site

_WIDEST = 56


@click.command(short_help="Print which rule read each field of how many pages, run by run.")
@collection_argument
@click.option("--runs", "most", type=click.IntRange(1), default=6, metavar="N", help="Of the newest N runs; else 6.")
@json_option
def drift(collection: str, most: int, as_json: bool) -> None:
    """Print which rule read each field of how many pages, run by run, and what drifted in the newest run.

    Runs that read no page are left out: pages that did not change are not read again.
    """
    places = Collection(Path(collection))
    sensitivity = sensitivity_of(places)
    with open_reading(places) as ledger:
        runs = ledger.coverage.newest(most)
        found = drift_section(ledger.coverage, runs[-1][0], sensitivity) if runs else []
    if as_json:
        told = [{"run": run, "coverage": coverage_section(coverage)} for run, coverage in runs]
        content = {"runs": told, "drift": found}
        sys.stdout.buffer.write(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    lines = [*table(runs), *(f"drift: {one['sentence']}" for one in found)]
    click.echo("\n".join(lines) if runs else "no run has read a page yet")


def sensitivity_of(collection: Collection) -> Sensitivity:
    """Return how easily the alarm goes off for the collection's site."""
    given = get_site(str(collection.settings().get("site"))).settings
    values = {field.name: given.get(f"DRIFT_{field.name.upper()}", field.default) for field in fields(Sensitivity)}
    return Sensitivity(**values)  # type: ignore[arg-type]


def table(runs: Sequence[Run]) -> Iterator[str]:
    """Yield a table: a row for each rule of each field of each layout, a column for each run, the newest last."""
    began = [parse_timestamp(run.partition("-")[0]) for run, _ in runs]
    layouts = sorted({key.layout for _, coverage in runs for key in coverage})
    for layout in layouts:
        yield _row(layout or "all pages", [f"{at:%m-%d %H:%M}" for at in began])
        for field in (READING, LAYOUT) if layout == SITE else FIELDS:
            yield from _rows(runs, layout, field)


def _rows(runs: Sequence[Run], layout: str, field: str) -> Iterator[str]:
    counts = [{key.rule: count.pages for key, count in run.items() if key[:2] == (layout, field)} for _, run in runs]
    totals = {rule: sum(one.get(rule, 0) for one in counts) for one in counts for rule in one}
    for number, rule in enumerate(sorted(totals, key=lambda rule: (not rule, -totals[rule], rule))):
        said = rule or ("as before" if layout == SITE else "nothing")
        label = f"  {field if not number else '':<13} {said}"
        yield _row(label, [str(one.get(rule, 0)) if one else "" for one in counts])


def _row(label: str, cells: Sequence[str]) -> str:
    shown = label if len(label) <= _WIDEST else label[: _WIDEST - 1] + "…"
    return (f"{shown:<{_WIDEST}}" + "".join(f"{cell:>13}" for cell in cells)).rstrip()
