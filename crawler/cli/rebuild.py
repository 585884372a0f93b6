"""`briefs rebuild`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from archive.collection import Collection
from archive.errors import RecordError
from crawler.cli.options import collection_argument, json_option
from crawler.ledger.opening import ledger_file
from crawler.ledger.reading import open_reading
from crawler.rebuild import Rebuilt
from crawler.rebuild import rebuild as rebuild_lines


@click.command(short_help="Make the lines again from the WARCs alone.")
@collection_argument
@click.option(
    "--out", required=True, type=click.Path(), help="New folder for the lines; the collection stays as it is."
)
@json_option
def rebuild(collection: str, out: str, as_json: bool) -> None:
    """Read every capture again, with today's rules, and compare.

    Makes briefs.jsonl and rejects.jsonl from the WARC files alone. Exit code 1 when a byte of them is not as the
    collection has it.
    """
    places, made = Collection(Path(collection)), Collection(Path(out))
    rebuilt = rebuild_lines(places, made.root, _committed(places), on_problem=_tell)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps({**asdict(rebuilt), "same": rebuilt.same}, option=_JSON))
    else:
        click.echo(_sentences(places, made, rebuilt))
    sys.exit(0 if rebuilt.same else 1)


_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def _committed(places: Collection) -> dict[str, int] | None:
    """Return the committed length of every file, also while a crawl writes them; None where no ledger says."""
    if not ledger_file(places).exists():
        return None
    with open_reading(places) as ledger:
        return ledger.files()


def _tell(problem: RecordError) -> None:
    click.echo(f"briefs: {problem}", err=True)


def _sentences(places: Collection, made: Collection, rebuilt: Rebuilt) -> str:
    rows = [
        (made.briefs, places.briefs, rebuilt.briefs, rebuilt.briefs_differ_at),
        (made.rejects, places.rejects, rebuilt.rejects, rebuilt.rejects_differ_at),
    ]
    sentences = [
        f"{path}: {number} lines, "
        + (f"the first that differs from {own} is {line}" if line else f"byte for byte those of {own}")
        for path, own, number, line in rows
    ]
    problems = [f"{rebuilt.problems} places in {places.archive} could not be read"] if rebuilt.problems else []
    return "\n".join([*sentences, *problems])
