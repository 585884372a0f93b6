"""Commands that read: `briefs show`, `status`, `sites`, `schema`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection, WriteLock
from archive.errors import CaptureNotFound, CollectionError
from crawler.cli.options import collection_argument, json_option
from crawler.cli.summary import summary
from crawler.frontier.backend import Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.items import Brief, Rejection
from crawler.items import schema as schema_of
from crawler.ledger.opening import ledger_file
from crawler.ledger.reading import open_reading
from crawler.ledger.schema import open_ledger
from crawler.report import latest_report
from crawler.sites import get_site, site_names


@click.command()
@collection_argument
@click.argument("work", required=False, metavar="[ID]")
@click.option("--version", "wanted", type=int, help="This version instead of the newest.")
@json_option
def show(collection: str, work: str | None, wanted: int | None, as_json: bool) -> None:
    """Print a brief and where each of its fields came from.

    ID is a work's id, the beginning of one, or an address of it. Without ID, list the newest version of every work.
    """
    lines = list(read_briefs(Collection(Path(collection))))
    if work is None:
        newest = {line["id"]: line for line in lines}
        for line in newest.values():
            click.echo(f"{line['id']}  {(line['published'] or '')[:10]:<10}  {line['title']}")
        return
    line = choose(lines, work, wanted)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(portrait(line))


@click.command()
@collection_argument
@click.option("--urls", "state", metavar="STATE", help="List the addresses in this state: failed, gone, pending, …")
@json_option
def status(collection: str, state: str | None, as_json: bool) -> None:
    """Print what became of every address, and what the newest run did; also while it runs."""
    places = Collection(Path(collection))
    with open_reading(places) as ledger:
        if state is not None:
            for address in ledger.in_state(state):
                click.echo(address)
            return
        report = {**latest_report(places), "urls": ledger.counts()}
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(summary(places, report))


@click.command()
@collection_argument
@click.option(
    "--state", required=True, help="Which addresses: failed, gone, rejected, refused, … or one with its cause."
)
def retry(collection: str, state: str) -> None:
    """Put addresses back, so that the next crawl asks them again."""
    places = Collection(Path(collection))
    places.settings()
    lock = WriteLock(places)
    connection = open_ledger(ledger_file(places))
    try:
        count = SqliteFrontier(connection, Politeness(), "retry").put_back(state)
    finally:
        connection.close()
        lock.release()
    click.echo(f"{count} addresses are asked again by the next `briefs crawl`")


@click.command()
@collection_argument
@click.argument("work", metavar="ID")
@json_option
def history(collection: str, work: str, as_json: bool) -> None:
    """Print the versions of a work and what changed from one to the next."""
    lines = list(read_briefs(Collection(Path(collection))))
    chosen = choose(lines, work, None)["id"]
    versions = [line for line in lines if line["id"] == chosen]
    if as_json:
        for line in versions:
            sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo("\n\n".join(chapter(line) for line in versions))


def chapter(line: dict[str, Any]) -> str:
    """Return one version of a work, and its differences from the one before, as text."""
    head = f"version {line['version']} ({line['change']}), captured {line['capture']['timestamp']}: {line['title']}"
    return "\n".join([head, *(f"  {text}" for change in line["diff"] or () for text in _difference(change))])


def _difference(change: dict[str, Any]) -> Iterator[str]:
    if not change["words"]:
        yield f"{change['field']}: {change['before']!r} -> {change['after']!r}"
        return
    yield f"{change['field']}:"
    for mark, words in change["words"]:
        text = " ".join(words.split())
        if mark != "=" and text:
            yield f"  {mark} {text}"


@click.command()
def sites() -> None:
    """List the sites that can be crawled."""
    for name in site_names():
        site = get_site(name)
        click.echo(f"{name:<16}{site.label}, https://{site.scope.hosts[0]}/")


@click.command()
@click.argument("lines", type=click.Choice(["brief", "reject"]), default="brief")
def schema(lines: str) -> None:
    """Print the JSON Schema of the lines of briefs.jsonl (brief) or rejects.jsonl (reject)."""
    generated = schema_of(Brief if lines == "brief" else Rejection)
    sys.stdout.buffer.write(orjson.dumps(generated, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def read_briefs(collection: Collection) -> Iterator[dict[str, Any]]:
    """Yield the committed lines of briefs.jsonl; raise CollectionError with the line that is none."""
    with open_reading(collection) as ledger:
        left = ledger.committed("briefs.jsonl")
    if not left:
        return
    with collection.briefs.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            left -= len(line)
            if left < 0:
                return  # a crawl is writing it
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise CollectionError(collection.briefs, f"line {number} is no JSON: {error}") from error


def choose(lines: list[dict[str, Any]], wanted: str, version: int | None) -> dict[str, Any]:
    """Return the line of the work that an id, its beginning, or an address names; raise CaptureNotFound."""
    found = [
        line
        for line in lines
        if line["id"].startswith(wanted) or wanted in (line["url"], line["captured_url"], *line["aliases"])
    ]
    works = sorted({line["id"] for line in found})
    if len(works) > 1:
        raise CaptureNotFound(f"{wanted!r} names {len(works)} works ({', '.join(works[:5])} …), expected one")
    found = [line for line in lines if line["id"] in works and version in (None, line["version"])]
    if not found:
        raise CaptureNotFound(f"no brief {wanted!r}" + (f" in version {version}" if version else ""))
    return found[-1]


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
