"""Commands that look into the archive: `briefs list` and `briefs get`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from archive.catalog import Catalog, catalog_of
from archive.catalog.finding import key_range, nearest
from archive.cdxj import IndexedCapture
from archive.collection import Collection
from archive.contents import body_of, head_of, message_of
from archive.errors import CaptureNotFound
from archive.timestamps import Span, parse_span
from crawler.cli.committed import committed_lengths
from crawler.cli.index import tell
from crawler.cli.options import collection_argument, json_option

_TIME = "TIME is a date as 2026-11-24, with a time as 2026-11-24T01:32:05 (UTC), or 4 to 14 digits of it."


def _address(context: click.Context, parameter: click.Parameter, url: str | None) -> str | None:
    if url is not None and not url.strip():
        raise click.BadParameter("it is empty, expected an address")
    return url


@click.command("list", short_help="List the captures, by address and time.", epilog=_TIME)
@collection_argument
@click.option(
    "--url", callback=_address, help="Of this address, in any spelling; a * at the end stands for whatever follows."
)
@click.option("--since", metavar="TIME", help="From this time on.")
@click.option("--until", metavar="TIME", help="Up to this time, all of its day, month or year included.")
@json_option
def list_captures(collection: str, url: str | None, since: str | None, until: str | None, as_json: bool) -> None:
    """List the captures in the order of their times: what each is, where it lies, and its address.

    The columns are time, status, media type, kind (of a revisit: which), bytes in the WARC, WARC:offset, address.
    """
    places = Collection(Path(collection))
    places.settings()
    bounds = (parse_span(since).first if since else "", parse_span(until).last if until else "9")
    with catalog_of(places, committed_lengths(places), tell) as catalog:
        keys = key_range(url) if url else None
        captures = catalog.between(*bounds, keys=keys)
        count = _print(captures, as_json=as_json)
        if not count and url and not url.endswith("*"):
            nearest(catalog, url)  # raises, unless only the time is wrong
    if not count:
        raise CaptureNotFound(f"no capture in {places.root} is of that address and time")


_CHOICES = {
    "body": "The body, transfer and content coding removed, a revisit's out of its original (the default).",
    "raw": "What came over the wire, byte for byte; of a revisit only the head is stored, and printed.",
    "headers": "The status line and the header fields, as they came.",
}


@click.command(short_help="Print a capture's body, headers or raw bytes.", epilog=_TIME)
@collection_argument
@click.argument("url", metavar="URL", callback=_address)
@click.option(
    "--at", metavar="TIME", help="The newest capture in this second, day, month or year, or else the nearest to it."
)
@click.option("--body", "what", flag_value="body", default=True, help=_CHOICES["body"])
@click.option("--raw", "what", flag_value="raw", help=_CHOICES["raw"])
@click.option("--headers", "what", flag_value="headers", help=_CHOICES["headers"])
def get(collection: str, url: str, at: str | None, what: str) -> None:
    """Print what was captured of an address: the newest capture, or that of a time.

    What the capture is goes to standard error when it is not simply a page that was sent, or not of that time: a 404, a
    revisit, a redirect, one of another day.
    """
    places = Collection(Path(collection))
    places.settings()
    span = parse_span(at) if at else None
    with catalog_of(places, committed_lengths(places), tell) as catalog:
        capture = nearest(catalog, url, span)
        if capture.type != "response" or capture.status != "200" or not _is_in(span, capture):
            click.echo(f"briefs: {_row(capture)}", err=True)
        _write(_content(places, catalog, capture, what))


def _is_in(span: Span | None, capture: IndexedCapture) -> bool:
    return span is None or span.first <= capture.timestamp <= span.last


def _content(places: Collection, catalog: Catalog, capture: IndexedCapture, what: str) -> Iterator[bytes]:
    if what == "raw":
        yield from message_of(places, capture)
    elif what == "headers":
        yield head_of(places, capture)
    else:
        body = body_of(places, catalog, capture)
        yield from body.pieces
        if not body.complete:
            click.echo("briefs: the body is cut or corrupt here; this is what came before", err=True)


def _write(content: Iterable[bytes]) -> None:
    is_first = True
    for piece in content:
        if is_first and sys.stdout.isatty() and b"\0" in piece:
            raise click.UsageError("this is no text, and standard output is a terminal: add `> FILE`.")
        is_first = False
        sys.stdout.buffer.write(piece)


def _print(captures: Iterable[IndexedCapture], *, as_json: bool) -> int:
    count = 0
    for capture in captures:
        count += 1
        if as_json:
            sys.stdout.buffer.write(orjson.dumps(asdict(capture), option=orjson.OPT_APPEND_NEWLINE))
        else:
            click.echo(_row(capture))
    return count


def _row(capture: IndexedCapture) -> str:
    kind = capture.profile or capture.type
    place = f"{capture.warc}:{capture.offset}"
    columns = f"{capture.timestamp}  {capture.status or '-':<3}  {capture.mime or '-':<16}  {kind:<24}"
    return f"{columns}  {capture.length:>8}  {place}  {capture.url}"
