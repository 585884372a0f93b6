"""`briefs replay`."""

from __future__ import annotations

import sys
import threading
import webbrowser
from pathlib import Path

import click

from archive.collection import Collection
from archive.errors import CollectionError, ReplayError
from archive.indexing import index_file
from archive.openfile import OPEN
from archive.replay.captures import Captures
from archive.replay.engine import Engine
from archive.replay.loopback import LoopbackServer
from archive.replay.places import cache_folder
from archive.replay.program import Program
from archive.replay.pywb import Pywb, PywbProgram
from archive.replay.replayweb import ReplayWeb, ReplayWebProgram
from archive.replay.shelf import Shelf
from archive.replay.site import ListSite
from crawler.cli.committed import committed_lengths
from crawler.cli.index import tell
from crawler.cli.options import collection_argument


@click.command(short_help="Show the captures in a browser.")
@collection_argument
@click.option("--engine", type=click.Choice(["pywb", "replayweb"]), default="pywb", help="What shows a capture.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the list; 0 takes any that is free.")
@click.option("--no-open", is_flag=True, help="Only print the list's address.")
@click.option("--yes", is_flag=True, help="Install the engine where it is missing, without asking.")
def replay(collection: str, engine: str, port: int, no_open: bool, yes: bool) -> None:
    """Show the captures in this machine's browser, until Ctrl-C.

    Prints the address of a list of the briefs, which leads to the captures of each. They are shown by an engine, a
    program of its own that is installed into the cache folder on its first use: pywb, or ReplayWeb.page where npm is.
    """
    places = Collection(Path(collection))
    name = str(places.settings().get("site", places.root.name))
    _check_index(places)
    program = _programs()[engine]
    shelf = Shelf(places, lambda: committed_lengths(places))
    captures = Captures(places, lambda: committed_lengths(places), tell)
    with LoopbackServer(port) as server:
        _have(program, yes=yes)
        shown_by: Engine
        if isinstance(program, PywbProgram):
            shown_by = Pywb(program, places, name=name, home=server.address)
        else:
            shown_by = ReplayWeb(program, places, captures, name=name, home=server.address)
        with shown_by:
            _tell_where(server.address, is_opened=not no_open)
            server.serve(ListSite(name, shelf, captures, shown_by.address_of).answer, shown_by.check)


def _tell_where(address: str, *, is_opened: bool) -> None:
    click.echo(address)
    sys.stdout.flush()
    click.echo("Ctrl-C ends it.", err=True)
    if is_opened:
        # A browser for the terminal is waited for, and needs us in the meantime.
        threading.Thread(target=_open, args=(address,), daemon=True).start()


def _programs() -> dict[str, PywbProgram | ReplayWebProgram]:
    cache = cache_folder()
    return {"pywb": PywbProgram(cache), "replayweb": ReplayWebProgram(cache)}


def _check_index(places: Collection) -> None:
    """Refuse a collection without its index; say which file's captures have to wait."""
    index = index_file(places)
    if not index.is_file():
        raise CollectionError(index, "is missing: a crawl writes it at its end, and `briefs index` from the WARC files")
    for warc in places.warcs():
        if warc.name.endswith(OPEN):
            click.echo(f"{warc}: is still being written; what only it holds is shown once it is whole", err=True)


def _have(program: Program, *, yes: bool) -> None:
    """Install the program where it is missing, with the person's consent."""
    if program.is_ready:
        return
    if not yes and not sys.stdin.isatty():
        raise ReplayError(f"{program.name} is not installed, and nobody is here to be asked; --yes installs it")
    click.echo(program.offer(), err=True)
    if not yes and not click.confirm("Install it?", err=True):
        raise ReplayError(f"{program.name} was not installed, and nothing else shows the captures")
    click.echo(f"Installing {program.name} …", err=True)
    program.install()


def _open(address: str) -> None:
    if not webbrowser.open(address):
        click.echo(f"no browser could be opened: open {address} in one", err=True)
