"""Commands that read: `briefs show`, `status`, `sites`, `schema`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection
from crawler.cli.briefs_file import choose, read_briefs
from crawler.cli.options import collection_argument, json_option
from crawler.cli.summary import summary
from crawler.items import Brief, Rejection
from crawler.items import schema as schema_of
from crawler.report import latest_report
from crawler.sites import get_site, site_names


@click.command(short_help="Print a brief and where its fields came from.")
@collection_argument
@click.argument("work", required=False, metavar="[ID]")
@click.option("--version", "wanted", type=int, help="This version instead of the newest.")
@json_option
def show(collection: str, work: str | None, wanted: int | None, as_json: bool) -> None:
    """Print a brief and where each of its fields came from.

    ID is a work's id, the beginning of one, or an address of it. Without ID, list the newest version of every work;
    with --json as JSON lines.
    """
    if work is None and wanted is not None:
        raise click.UsageError("--version is of one work: give its ID too.")
    lines = list(read_briefs(Collection(Path(collection))))
    if work is None:
        _list_works({line["id"]: line for line in lines}.values(), as_json=as_json)
        return
    line = choose(lines, work, wanted)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(portrait(line))


@click.command(short_help="Print what the newest run has done.")
@collection_argument
@json_option
def status(collection: str, as_json: bool) -> None:
    """Print what the newest run of a collection has done: pages by outcome, briefs, bytes, rate, what remains."""
    places = Collection(Path(collection))
    report = latest_report(places)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(summary(places, report))


@click.command()
def sites() -> None:
    """List the sites that can be crawled."""
    for name in site_names():
        site = get_site(name)
        click.echo(f"{name:<16}{site.label}, https://{site.scope.hosts[0]}/")


@click.command(short_help="Print the JSON Schema of a kind of lines.")
@click.argument("lines", type=click.Choice(["brief", "reject"]), default="brief")
def schema(lines: str) -> None:
    """Print the JSON Schema of the lines of briefs.jsonl (brief) or rejects.jsonl (reject)."""
    generated = schema_of(Brief if lines == "brief" else Rejection)
    sys.stdout.buffer.write(orjson.dumps(generated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _list_works(newest: Iterable[dict[str, Any]], *, as_json: bool) -> None:
    for line in newest:
        if as_json:
            sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        else:
            click.echo(f"{line['id']}  {(line['published'] or '')[:10]:<10}  {line['title']}")


def portrait(line: dict[str, Any]) -> str:
    """Return a brief as text: what it says, then which rule read each field."""
    capture = line["capture"]
    rows = [
        line["title"],
        f"{line['byline'] or 'no byline'} · {line['published'] or 'no date'} · {line['kind']} · {line['language']}",
        line["url"],
        "",
        line["text"],
        "",
        f"version {line['version']} ({line['change']}) of work {line['id']}",
        f"tags: {', '.join(line['tags']) or 'none'}; countries: {', '.join(line['countries']) or 'none'}",
        *(f"alias: {alias}" for alias in line["aliases"]),
        *(f"related: {link['url']}" for link in line["related"]),
        "",
        f"evidence, by {line['extractor']}:",
        *(f"  {name:<16}{entry['rule']}  ←  {_short(entry['raw'])}" for name, entry in line["evidence"].items()),
        "",
        f"capture: {capture['warc']} at byte {capture['offset']}, {capture['length']} bytes",
        f"  {capture['record_id']}, {capture['timestamp']}, HTTP {capture['http_status']}",
        f"  payload {capture['payload_digest']}",
    ]
    return "\n".join(rows)


def _short(raw: str | list[str]) -> str:
    text = " ".join((raw if isinstance(raw, str) else " | ".join(raw)).split())
    return repr(text if len(text) <= 80 else text[:79] + "…")
