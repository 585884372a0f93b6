"""`briefs serve`."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from pathlib import Path

import click

from crawler.plan import named_collection
from crawler.serving.opened import OpenCollection, open_collections
from crawler.serving.server import Server

_LONG = 50_000_000
"""Bytes of lines from which on the reading takes long enough to be told of."""


@click.command(short_help="Show collections in a browser: briefs, evidence, runs.")
@click.argument("collections", nargs=-1, required=True, type=click.Path(), metavar="COLLECTION...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; not on loopback: with a token.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 takes any that is free.")
@click.option("--open", "opens", is_flag=True, help="Open it in this machine's browser.")
def serve(collections: tuple[str, ...], host: str, port: int, opens: bool) -> None:
    """Show collections as web pages, and as JSON below /api, until Ctrl-C.

    Briefs by words, date, tag and more; of each its versions, where in the captured page every field was read, its
    links and its captures; and runs, also while they run. Nothing can be changed there. Where others can reach the
    address, a token is asked for: that in BRIEFS_TOKEN, or a new one, which is printed.
    """
    for folder in collections:
        named_collection(folder)
    opened = open_collections([Path(folder) for folder in collections])
    server = Server.bound(host, port, os.environ.get("BRIEFS_TOKEN") or None)
    for one in opened.values():
        _read(one)
    server.serve(opened, lambda: _tell(server, opens=opens))


def _read(one: OpenCollection) -> None:
    briefs = one.places.briefs
    if briefs.exists() and briefs.stat().st_size > _LONG and not one.places.search.exists():
        click.echo(f"{briefs} is read for the search, once …", err=True)
    one.index.count()


def _tell(server: Server, *, opens: bool) -> None:
    click.echo(server.address_with_token)
    sys.stdout.flush()
    click.echo("Ctrl-C ends it.", err=True)
    if opens:
        threading.Thread(target=webbrowser.open, args=(server.address_with_token,), daemon=True).start()
