"""`briefs index`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from archive.catalog import catalog_file
from archive.collection import Collection, WriteLock
from archive.errors import RecordError
from archive.indexing import index_again, index_file, pages_file
from crawler.cli.committed import committed_lengths
from crawler.cli.options import collection_argument, json_option


@click.command(short_help="Make the index, the page list and the catalogue again.")
@collection_argument
@json_option
def index(collection: str, as_json: bool) -> None:
    """Make the index (CDXJ), the page list and the catalogue again from the WARC files and briefs.jsonl.

    A crawl keeps them current by itself; this is for when they are lost, damaged or older than the program.
    """
    places = Collection(Path(collection))
    places.settings()
    lock = WriteLock(places)
    try:
        made = index_again(places, committed_lengths(places), tell)
    finally:
        lock.release()
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(asdict(made), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    click.echo(f"{index_file(places)}: {made.lines} lines")
    click.echo(f"{pages_file(places)}: {made.pages} pages")
    click.echo(f"{catalog_file(places)}: {made.captures} captures")


def tell(problem: RecordError) -> None:
    """Print a place that could not be read."""
    click.echo(f"briefs: {problem}", err=True)
