"""`briefs crawl`."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson
from scrapy.settings import Settings

from archive.collection import Collection
from crawler.capture.connect import parse_connect_to
from crawler.cli.options import discover_option, json_option, metrics_option, requisites_option, trust
from crawler.cli.overrides import scrapy_settings
from crawler.cli.process import Finished, crawl_here
from crawler.cli.summary import summary
from crawler.ledger.reading import open_reading
from crawler.ledger.schema import LedgerOutdatedError, ledger_file
from crawler.plan import Plan, Reach, make_plan, parse_age, read_seeds
from crawler.report.metrics import write_run_metrics
from crawler.settings import RECRAWL_AFTER, SOURCES_AFTER
from crawler.spiders.reach import reach_by


@click.command(no_args_is_help=True, short_help="Crawl a site's briefs into a collection.")
@click.argument("site")
@click.option("--collection", required=True, type=click.Path(), help="Folder to keep everything in; made when new.")
@click.option("--contact", default="", envvar="BRIEFS_CONTACT", help="Web or mail address where you can be reached.")
@click.option("--seed", "seeds", multiple=True, metavar="URL", help="Start here instead of the site's own seeds.")
@click.option("--seeds", "seeds_file", type=click.Path(), help="Start from the addresses in this file, one a line.")
@click.option("--max-pages", type=int, help="Ask for at most this many pages; 0 means no limit.")
@click.option("--max-hops", type=int, help="Follow at most this many related links in a row; 0 means no limit.")
@click.option("--recrawl", is_flag=True, help="Ask every known page again; what did not change costs a 304.")
@click.option("--older-than", metavar="AGE", help="Ask known pages again that were asked longer ago: 12h, 7d, …")
@click.option("--translations", is_flag=True, default=None, help="Follow declared translations too.")
@discover_option
@requisites_option
@click.option("--requisites-scripts", is_flag=True, default=None, help="The same, and their scripts.")
@click.option("--connect-to", multiple=True, metavar="HOST1:PORT1:HOST2:PORT2", help="Connect elsewhere, as curl does.")
@click.option("--insecure", is_flag=True, help="Accept any TLS certificate; the records say so.")
@click.option("--ca-file", type=click.Path(), help="Trust the certificates in this PEM file instead of the system's.")
@click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Set any Scrapy setting.")
@click.option("--strict", is_flag=True, default=None, help="Exit with 1 for drift too.")
@metrics_option
@json_option
def crawl(site: str, as_json: bool, metrics: Path | None, **options: Any) -> None:
    """Crawl SITE's briefs into a collection.

    On a collection that has unfinished work, go on with it; on a finished one, ask what is due.

    Follows related-content links and redirects, stores every exchange as it went over the wire, and writes one JSON
    line a brief. `briefs sites` lists the sites.
    """
    overrides = settings_of(options)
    seeds_file = options["seeds_file"]
    plan = make_plan(
        site,
        options["collection"],
        str(overrides.get("CONTACT", "")),
        [*options["seeds"], *(read_seeds(Path(seeds_file)) if seeds_file else ())],
        reach_of(overrides, options),
    )
    parse_connect_to(options["connect_to"])
    trust(options["ca_file"])
    if not has_work(plan, overrides):
        click.echo(f"{plan.collection.root}: nothing is due (--recrawl asks every known page again)", err=True)
        return
    finished = crawl_here(plan, overrides)
    tell(plan, finished, as_json=as_json)
    if metrics:
        write_run_metrics(metrics, plan.collection, finished.report)
    if finished.signum is not None:
        click.echo(how_to_go_on(plan.collection, finished.signum), err=True)
    sys.exit(finished.exit_code)


_STANDS_FOR = {
    "contact": "CONTACT",
    "max_pages": "MAX_PAGES",
    "max_hops": "MAX_HOPS",
    "translations": "FOLLOW_TRANSLATIONS",
    "discover": "DISCOVER",
    "requisites": "REQUISITES",
    "requisites_scripts": "REQUISITES_SCRIPTS",
    "connect_to": "CONNECT_TO",
    "strict": "STRICT",
}
"""Option -> the setting that it stands for, and goes over."""


def settings_of(options: Mapping[str, Any]) -> dict[str, object]:
    """Return what `-s` and the options that stand for settings say; raise PlanError."""
    overrides = scrapy_settings(options["settings"])
    given = {setting: options.get(option) for option, setting in _STANDS_FOR.items()}
    overrides.update({name: value for name, value in given.items() if value is not None and value not in ("", ())})
    if options["insecure"]:
        overrides["DOWNLOAD_VERIFY_CERTIFICATES"] = "False"
    return overrides


def reach_of(overrides: Mapping[str, object], options: Mapping[str, Any]) -> Reach:
    """Return how far a crawl goes with those settings and options; raise PlanError."""
    older_than = parse_age(options["older_than"]) if options["older_than"] else None
    return reach_by(Settings(overrides), recrawl=options["recrawl"], older_than=older_than)


def has_work(plan: Plan, overrides: Mapping[str, Any]) -> bool:
    """Return whether a crawl by that plan has anything to ask; a collection that is new has."""
    if not plan.collection.exists() or not ledger_file(plan.collection).exists():
        return True
    ours = {"RECRAWL_AFTER": RECRAWL_AFTER, "SOURCES_AFTER": SOURCES_AFTER}
    settings = {**ours, **plan.site.settings, **overrides}
    before = plan.due_before(time.time(), float(settings["RECRAWL_AFTER"]))
    sources_before = time.time() - float(settings["SOURCES_AFTER"])
    try:
        with open_reading(plan.collection) as reading:
            has_source = bool(plan.reach.discover) and reading.has_due_source(plan.site.sources, sources_before)
            return has_source or reading.has_work(plan.seeds, before, plan.reach)
    except LedgerOutdatedError:  # its making was cut short, or an earlier brief-archive made it
        return True


def tell(plan: Plan, finished: Finished, *, as_json: bool) -> None:
    """Print how a crawl ended."""
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(finished.report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(summary(plan.collection, finished.report))


def how_to_go_on(collection: Collection, signum: int) -> str:
    """Return what to do after a signal stopped a crawl, in one line."""
    return (
        f"briefs: stopped by {signal.Signals(signum).name}; {collection.root} keeps what was done. "
        "To go on, give the same command again."
    )
