"""`briefs crawl`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from crawler.capture.connect import parse_connect_to
from crawler.cli.options import json_option, scrapy_settings, trust
from crawler.cli.process import Finished, crawl_here
from crawler.cli.summary import summary
from crawler.ledger.opening import ledger_file
from crawler.ledger.reading import open_reading
from crawler.ledger.schema import LedgerOutdatedError
from crawler.plan import Plan, Reach, make_plan, parse_age, read_seeds
from crawler.settings import RECRAWL_AFTER


@click.command(no_args_is_help=True)
@click.argument("site")
@click.option("--collection", required=True, type=click.Path(), help="Folder to keep everything in; made when new.")
@click.option("--contact", default="", envvar="BRIEFS_CONTACT", help="Web or mail address where you can be reached.")
@click.option("--seed", "seeds", multiple=True, metavar="URL", help="Start here instead of the site's own seeds.")
@click.option("--seeds", "seeds_file", type=click.Path(), help="Start from the addresses in this file, one a line.")
@click.option("--max-pages", default=0, show_default="no limit", help="Ask for at most this many pages.")
@click.option("--max-hops", default=0, show_default="no limit", help="Follow at most this many related links in a row.")
@click.option("--recrawl", is_flag=True, help="Ask every known page again; what did not change costs a 304.")
@click.option(
    "--older-than", metavar="AGE", help="Ask known pages again that were asked longer ago, such as 12h or 7d."
)
@click.option("--translations", is_flag=True, help="Follow declared translations too.")
@click.option("--connect-to", multiple=True, metavar="HOST1:PORT1:HOST2:PORT2", help="Connect elsewhere, as curl does.")
@click.option("--insecure", is_flag=True, help="Accept any TLS certificate; the records say so.")
@click.option("--ca-file", type=click.Path(), help="Trust the certificates in this PEM file instead of the system's.")
@click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Set any Scrapy setting.")
@json_option
def crawl(site: str, as_json: bool, **options: Any) -> None:
    """Crawl SITE's briefs into a collection.

    On a collection that has unfinished work, go on with it; on a finished one, ask what is due.

    Follows related-content links and redirects, stores every exchange as it went over the wire, and writes one JSON
    line a brief. `briefs sites` lists the sites.
    """
    overrides: dict[str, object] = scrapy_settings(options["settings"])
    seeds_file = options["seeds_file"]
    plan = make_plan(
        site,
        options["collection"],
        options["contact"] or str(overrides.get("CONTACT", "")),
        [*options["seeds"], *(read_seeds(Path(seeds_file)) if seeds_file else ())],
        reach_of(options),
    )
    parse_connect_to(options["connect_to"])
    trust(options["ca_file"])
    if options["connect_to"]:
        overrides["CONNECT_TO"] = list(options["connect_to"])
    if options["insecure"]:
        overrides["DOWNLOAD_VERIFY_CERTIFICATES"] = "False"
    if not has_work(plan, overrides):
        click.echo(f"{plan.collection.root}: nothing is due (--recrawl asks every known page again)", err=True)
        return
    tell(plan, crawl_here(plan, overrides), as_json=as_json)


def reach_of(options: Mapping[str, Any]) -> Reach:
    """Return how far a crawl with these options goes."""
    return Reach(
        max_pages=options["max_pages"],
        max_hops=options["max_hops"],
        translations=options["translations"],
        recrawl=options["recrawl"],
        older_than=parse_age(options["older_than"]) if options["older_than"] else None,
    )


def has_work(plan: Plan, overrides: Mapping[str, Any]) -> bool:
    """Return whether a crawl by that plan has anything to ask; a collection that is new has."""
    if not plan.collection.exists() or not ledger_file(plan.collection).exists():
        return True
    settings = {"RECRAWL_AFTER": RECRAWL_AFTER, **plan.site.settings, **overrides}
    before = plan.due_before(time.time(), float(settings["RECRAWL_AFTER"]))
    try:
        with open_reading(plan.collection) as reading:
            return reading.has_work(plan.seeds, before, plan.reach.max_hops)
    except LedgerOutdatedError:  # its making was cut short, or an earlier brief-archive made it
        return True


def tell(plan: Plan, finished: Finished, *, as_json: bool) -> None:
    """Print how a crawl ended, and exit with its code."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(finished.report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(summary(plan.collection, finished.report))
    sys.exit(finished.exit_code)
