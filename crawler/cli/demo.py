"""`briefs demo`."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import click

from archive.collection import Collection
from crawler.cli.crawl import tell
from crawler.cli.options import json_option, trust
from crawler.cli.process import crawl_here
from crawler.demo.expected import expected_outcomes
from crawler.demo.server import DemoServer
from crawler.plan import make_plan

CONTACT = "https://harbour.example/about-this-demo/"


@click.command()
@click.option(
    "--collection", type=click.Path(), help="Folder for the collection; else demo-collection, or the next free."
)
@json_option
def demo(collection: str | None, as_json: bool) -> None:
    """Crawl the bundled site, served on loopback, and say how to look at what was made."""
    folder = Path(collection) if collection else _free_folder()
    plan = make_plan("demo", folder, CONTACT)
    with DemoServer() as server:
        trust(str(server.ca_file))
        finished = crawl_here(plan, {"CONNECT_TO": server.connect_to, "RETRY_WAIT": 0.1}, quiet=as_json)
    if not as_json:
        click.echo(_how_to_look(plan.collection))
    if finished.exit_code == 1 and _is_as_expected(finished.report):
        finished = replace(finished, exit_code=0)
    tell(plan, finished, as_json=as_json)


def _is_as_expected(report: dict[str, Any]) -> bool:
    """Return whether the only problem is the page that always answers 500, which the site has on purpose."""
    failing = {outcome.url for outcome in expected_outcomes() if outcome.state == "failed"}
    problems = {address for addresses in report["problems"].values() for address in addresses}
    return problems <= failing and not report["broken"]


def _free_folder() -> Path:
    names = (f"demo-collection{f'-{number}' if number > 1 else ''}" for number in count(1))
    return next(path for path in map(Path, names) if not path.exists())


def _how_to_look(collection: Collection) -> str:
    root = collection.root
    return f"""
The bundled site was crawled into {root}/. Look at what was made:

  briefs show {root}                          every brief, a line each
  briefs show {root} ID                       one brief, and which rule read each field
  briefs status {root}                        pages by outcome
  head -n 1 {collection.briefs} | python -m json.tool
  warcio index {collection.archive}/*.warc.gz
"""
