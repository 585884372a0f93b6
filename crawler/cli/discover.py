"""`briefs discover`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import click
import orjson

from archive.collection import Collection
from crawler.cli.crawl import settings_of
from crawler.cli.options import json_option, trust
from crawler.cli.process import crawl_here
from crawler.plan import Plan, PlanError, Reach, check_contact, check_folder, named_collection
from crawler.scope import Scope, split_address
from crawler.sites import Source
from crawler.sites.layouts import POSTS
from crawler.sites.unknown import UNKNOWN

_COMMON = (
    ("sitemap", "/sitemap.xml"),
    ("sitemap", "/sitemap_index.xml"),
    ("sitemap", "/news-sitemap.xml"),
    ("feed", "/feed/"),
    ("wp-json", f"/wp-json/{POSTS}"),
)
"""Where sites have their sources when they name them nowhere."""
_LIMITS = {"SOURCES_MAX_DEPTH": 1, "SOURCES_MAX_PAGES": 1, "SOURCES_MAX": 50}
"""One page of each, and no sitemap of an index: what there is, not what is in it."""


@click.command(no_args_is_help=True, short_help="Print the feeds, sitemaps and lists that a site offers.")
@click.argument("url")
@click.option("--collection", type=click.Path(), help="Folder to keep what is captured in; else nothing is kept.")
@click.option("--contact", default="", envvar="BRIEFS_CONTACT", help="Web or mail address where you can be reached.")
@click.option("--connect-to", multiple=True, metavar="HOST1:PORT1:HOST2:PORT2", help="Connect elsewhere, as curl does.")
@click.option("--insecure", is_flag=True, help="Accept any TLS certificate; the records say so.")
@click.option("--ca-file", type=click.Path(), help="Trust the certificates in this PEM file instead of the system's.")
@click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Set any Scrapy setting.")
@json_option
def discover(url: str, collection: str | None, as_json: bool, **options: Any) -> None:
    """Print the feeds, sitemaps and lists that a site offers, as a site file names them.

    Asks the page at URL and the site's home, what these and robots.txt name, and the common places; politely, as a
    crawl does. Exit code 1 when nothing was found.
    """
    overrides = settings_of(options)
    contact = str(overrides.get("CONTACT", ""))
    check_contact(contact)
    trust(options["ca_file"])
    with _folder(collection) as places:
        plan = _plan(url, places, contact)
        report = crawl_here(plan, {**_LIMITS, **overrides}, quiet=True).report
    offers = [source for source in report["sources"]["each"] if _is_offer(source)]
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(_as_json(url, report, offers), option=_INDENTED))
    else:
        click.echo("\n".join(_to_paste(url, offers)) if offers else f"# {url} offers nothing that could be read")
        _tell_the_rest(report, collection)
    sys.exit(0 if offers else 1)


_INDENTED = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@contextmanager
def _folder(collection: str | None) -> Iterator[Collection]:
    """Give the collection to keep the captures in, or one that is gone afterwards."""
    if collection is not None:
        places = named_collection(collection)
        check_folder(places)
        site = places.settings().get("site") if places.exists() else UNKNOWN.name
        if site != UNKNOWN.name:
            raise PlanError(f"{places.root}: is a collection of {site}, expected one that briefs discover made")
        yield places
        return
    with tempfile.TemporaryDirectory(prefix="briefs-discover-") as folder:
        yield Collection(Path(folder) / "collection")


def _plan(url: str, places: Collection, contact: str) -> Plan:
    """Return the plan that asks for nothing but sources; raise PlanError for what is no web address."""
    address = split_address(url if "://" in url else f"https://{url}")
    if address is None:
        raise PlanError(f"{url!r} is no web address, expected one as https://news.example/")
    home = str(replace(address, path="/", query=""))
    bare = address.host.removeprefix("www.")
    common = [Source(kind=kind, address=urljoin(home, path)) for kind, path in _COMMON]
    homes = [Source(kind="home", address=each) for each in dict.fromkeys((str(address), home))]
    site = replace(UNKNOWN, scope=Scope(hosts=(bare, f"www.{bare}")), sources=(*homes, *common))
    return Plan(site=site, collection=places, seeds=(), contact=contact, reach=Reach(discover=True))


def _is_offer(source: Mapping[str, Any]) -> bool:
    return source["kind"] != "home" and source["state"] in ("source", "source not-modified")


def _to_paste(url: str, offers: list[dict[str, Any]]) -> Iterator[str]:
    yield f"# {url} offers, for its file in crawler/sites/:"
    yield "sources=("
    for offer in offers:
        yield f'    Source(kind="{offer["kind"]}", address={_quoted(offer["address"])}),  # {_amount(offer)}'
    yield "),"


def _quoted(address: str) -> str:
    return orjson.dumps(address).decode()


def _amount(offer: Mapping[str, Any]) -> str:
    if offer["state"] != "source":
        return "as it was"
    counts = [(offer["named"], "pages"), (offer["sources"], "sitemaps")]
    named = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{named or 'names nothing now'}{'; ' + offer['problem'] if offer['problem'] else ''}"


def _tell_the_rest(report: Mapping[str, Any], collection: str | None) -> None:
    """Say on standard error what could not be asked or read, and whether anything is kept."""
    for source in report["sources"]["each"]:
        word, _, why = str(source["state"]).partition(":")
        if word in ("source failed", "source refused", "source unreadable"):
            click.echo(f"{source['address']}: {word.removeprefix('source ')}:{why}", err=True)
    for host in report["waiting_for_robots"]:
        click.echo(f"{host}: robots.txt could not be had: nothing there was asked", err=True)
    kept = "nothing of it is kept; --collection DIR keeps what is captured"
    click.echo(kept if collection is None else f"captured in {collection}", err=True)


def _as_json(url: str, report: Mapping[str, Any], offers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"url": url, "offers": offers, "asked": report["sources"]["each"], "waiting": report["waiting_for_robots"]}
