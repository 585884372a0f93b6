"""Commands that read: `briefs show`, `status`, `sites`, `schema`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection
from crawler.cli.briefs_file import choose, read_briefs
from crawler.cli.options import collection_argument, json_option
from crawler.cli.watching import present, watch
from crawler.frontier.backend import MAX_HOPS, TAKEN_DOWN, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.items import Brief, Rejection
from crawler.items import schema as schema_of
from crawler.ledger.opening import change_ledger
from crawler.ledger.reading import LedgerReading, open_reading
from crawler.plan import PlanError
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
@click.option("--urls", "state", metavar="STATE", help="List the addresses in this state: failed, gone, pending, …")
@click.option("--missing", is_flag=True, help="List the articles that related links name and that were never captured.")
@click.option("--watch", "watches", is_flag=True, help="Show it anew each second, until the crawl ends.")
@json_option
def status(collection: str, state: str | None, missing: bool, watches: bool, as_json: bool) -> None:
    """Print what became of every address, and what the newest run did; also while it runs."""
    if watches and (state is not None or missing or as_json):
        raise click.UsageError("--watch goes with none of --urls, --missing and --json.")
    if missing and state is not None:
        raise click.UsageError("--urls and --missing exclude each other.")
    places = Collection(Path(collection))
    if watches:
        watch(places)
    elif missing or state is not None:
        with open_reading(places) as ledger:
            _list_addresses(ledger, state, as_json=as_json)
    else:
        _print_status(places, as_json=as_json)


def _list_addresses(ledger: LedgerReading, state: str | None, *, as_json: bool) -> None:
    """List the addresses in a state; without one, the articles that are missing."""
    if state is None:
        _list_missing(ledger, as_json=as_json)
        return
    is_none = True
    for address in ledger.in_state(state):
        click.echo(address)
        is_none = False
    if is_none:
        click.echo(f"briefs: no address is {state!r}; the states here: {', '.join(ledger.counts())}", err=True)


def _print_status(places: Collection, *, as_json: bool) -> None:
    report, text = present(places)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(text)


def _list_missing(ledger: LedgerReading, *, as_json: bool) -> None:
    for one in ledger.sums.missing():
        if as_json:
            sys.stdout.buffer.write(orjson.dumps(asdict(one), option=orjson.OPT_APPEND_NEWLINE))
        else:
            click.echo(f"{one.url}  {one.state}, named by {one.named_by or 'an unknown page'}")


@click.command()
@collection_argument
@click.option(
    "--state", required=True, help="Which addresses: failed, gone, rejected, refused, … or one with its cause."
)
def retry(collection: str, state: str) -> None:
    """Put addresses back, so that the next crawl asks them again."""
    if state.partition(":")[0] in NEVER_RETRIED and state != MAX_HOPS:
        raise PlanError(f"state is {state!r}, expected one that an address ends in, and that the scope does not refuse")
    if state == TAKEN_DOWN:
        raise PlanError("what was taken down is never asked again, expected another state")
    places = Collection(Path(collection))
    with change_ledger(places) as connection:
        count = SqliteFrontier(connection, Politeness(), "retry").put_back(state)
    click.echo(f"{count} addresses are asked again by the next `briefs crawl`")


@click.command(short_help="Print the versions of a work.")
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


NEVER_RETRIED = ("pending", "leased", "out of scope")


def chapter(line: dict[str, Any]) -> str:
    """Return one version of a work, and its differences from the one before, as text."""
    title = f": {line['title']}" if line["title"] else ""
    head = f"version {line['version']} ({line['change']}), captured {line['capture']['timestamp']}{title}"
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
            click.echo(f"{line['id']}  {(line['published'] or '')[:10]:<10}  {_title_of(line)}")


def _tombstone(line: dict[str, Any]) -> str:
    """Return what there is to say of a work that was taken down."""
    capture = line["capture"]
    rows = [
        _title_of(line),
        line["url"],
        *(f"alias: {alias}" for alias in line["aliases"]),
        f"work {line['id']}: {line['version'] - 1} versions, taken down {capture['timestamp']}",
        f"what and why: {capture['warc']} at byte {capture['offset']}",
    ]
    return "\n".join(rows)


def _title_of(line: dict[str, Any]) -> str:
    return line["title"] or f"({line['change']})"


def portrait(line: dict[str, Any]) -> str:
    """Return a brief as text: what it says, then which rule read each field."""
    capture = line["capture"]
    if line["change"] == "taken down":
        return _tombstone(line)
    rows = [
        _title_of(line),
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
