"""`briefs demo`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from crawler.cli.briefs_file import read_briefs
from crawler.cli.crawl import tell
from crawler.cli.options import discover_option, json_option, requisites_option, trust
from crawler.cli.process import crawl_here
from crawler.cli.program import called
from crawler.demo.expected import expected_outcomes
from crawler.demo.server import DemoServer
from crawler.plan import Reach, make_plan

CONTACT = "https://harbour.example/about-this-demo/"


@click.command(short_help="Crawl the bundled site, served on loopback.")
@click.option(
    "--collection", type=click.Path(), help="Folder for the collection; else demo-collection, or the next free."
)
@discover_option
@requisites_option
@json_option
def demo(collection: str | None, discover: bool | None, requisites: bool | None, as_json: bool) -> None:
    """Crawl the bundled site, served on loopback, and say how to look at what was made."""
    folder = _free_folder() if collection is None else collection
    plan = make_plan("demo", folder, CONTACT, reach=Reach(requisites=requisites, discover=discover))
    with DemoServer() as server:
        trust(str(server.ca_file))
        finished = crawl_here(plan, {"CONNECT_TO": server.connect_to, "RETRY_WAIT": 0.1}, quiet=as_json)
    tell(plan, finished, as_json=as_json)
    if finished.signum is not None:
        click.echo(f"briefs: the demo was stopped; to begin anew, run {called('briefs')} demo", err=True)
        sys.exit(finished.exit_code)
    as_expected = _is_as_expected(finished.report)
    if not as_json:
        click.echo("\n".join(_how_to_look(plan.collection, as_expected=as_expected)))
    sys.exit(0 if as_expected else finished.exit_code)


def _is_as_expected(report: dict[str, Any]) -> bool:
    """Return whether the only problem is the page that always answers 500, which the site has on purpose."""
    failing = {outcome.url for outcome in expected_outcomes() if outcome.state == "failed"}
    problems = {address for addresses in report["problems"].values() for address in addresses}
    return problems == failing and not report["broken"] and report["state"] == "finished"


def _free_folder() -> Path:
    names = (f"demo-collection{f'-{number}' if number > 1 else ''}" for number in count(1))
    return next(path for path in map(Path, names) if not path.exists())


def _how_to_look(collection: Collection, *, as_expected: bool) -> Iterator[str]:
    if as_expected:
        yield "\nThe page that failed is there on purpose: it always answers 500."
    briefs, root = called("briefs"), shlex.quote(str(collection.root))
    work = next((line["id"] for line in read_briefs(collection)), None)
    commands = [(f"show {root}", "every brief, a line each")]
    if work is not None:
        commands += [
            (f"show {root} {work}", "one brief, and which rule read each field"),
            (f"show {root} {work} --json", "its line, as programs read it"),
        ]
    commands += [
        (f"status {root}", "pages by outcome"),
        (f"verify {root}", "every record, line and index against each other"),
    ]
    yield "\nLook at what was made:\n"
    width = max(len(command) for command, _ in commands)
    yield from (f"  {briefs} {command:<{width}}   {meaning}" for command, meaning in commands)
    yield f"  {called('warcio')} index {shlex.quote(str(collection.archive))}/*.warc.gz"
