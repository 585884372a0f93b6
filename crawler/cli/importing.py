"""`briefs import`."""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.collection import Collection
from archive.errors import RecordError
from archive.timestamps import timestamp14
from crawler.cli.options import collection_argument, json_option
from crawler.cli.reading_bar import reading_bar
from crawler.importing import Import, Imported, TakenFile
from crawler.rebuild.workers import cores
from crawler.report.figures import readable_sum


@click.command("import", no_args_is_help=True, short_help="Take other crawlers' WARC files into a collection.")
@collection_argument
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read pages; else one a core.")
@json_option
def import_files(collection: str, files: tuple[str, ...], jobs: int | None, as_json: bool) -> None:
    """Take other crawlers' WARC files into COLLECTION.

    Each FILE is read to its end and copied, all of them or none; the files themselves are left alone. Captures of
    addresses in the site's scope become lines, behind those that are there: give files in the order in which they were
    made. Files that refer to each other may come one after the other.
    """
    run = f"{timestamp14(datetime.now(UTC))}-{uuid.uuid4().hex[:4]}"
    places = Collection(Path(collection))
    with reading_bar([]) as on_page:
        taking = Import(collection=places, run=run, jobs=jobs or cores(), on_problem=_tell, on_page=on_page)
        imported = taking.take([Path(file) for file in files])
    if as_json:
        sys.stdout.buffer.write((places.runs / run / "report.json").read_bytes())
    else:
        click.echo(_sentences(places, imported))


def _tell(problem: RecordError) -> None:
    click.echo(f"briefs: {problem}", err=True)


def _sentences(places: Collection, imported: Imported) -> str:
    return "\n".join(
        [
            *(_sentence(places, taken) for taken in imported.files),
            f"captures:     {imported.captures} of addresses in the scope of {imported.site}",
            f"briefs:       {readable_sum(imported.briefs, 'lines')}",
            f"rejects:      {readable_sum(imported.rejects, 'lines')}",
            f"report:       {places.runs / imported.run / 'report.json'}",
        ]
    )


def _sentence(places: Collection, taken: TakenFile) -> str:
    how = ", written anew as one gzip member a record" if taken.is_rewritten else ""
    return f"{taken.original}: {_records(len(taken.members))}, kept as {places.archive / taken.name}{how}"


def _records(count: int) -> str:
    return f"{count} record{'' if count == 1 else 's'}"
