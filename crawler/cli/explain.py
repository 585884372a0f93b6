"""`briefs explain`: what a crawl of a site makes of an address, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection
from crawler.cli.options import json_option
from crawler.ledger.reading import FoundAddress, LedgerReading, open_reading
from crawler.plan import PlanError, named_collection
from crawler.robots import Robots
from crawler.settings import ROBOTSTXT_USER_AGENT
from crawler.sites import Site, get_site

_LONGEST_WAY = 100


@click.command(short_help="Say what a crawl makes of an address, and by which rule.")
@click.argument("url")
@click.option("--site", "name", metavar="SITE", help="Whose rules; those of the collection where one is given.")
@click.option("--collection", type=click.Path(), help="Say too what became of the address there, and how it came in.")
@json_option
def explain(url: str, name: str | None, collection: str | None, as_json: bool) -> None:
    """Say whether URL is in the scope of a site, by which rule, and how it is written canonically.

    With --collection, say also in which state it is there and from where it was come by. Nothing is asked on the
    network.
    """
    places = None if collection is None else named_collection(collection)
    site = _site_of(name, places)
    told = judge(url, site)
    if places is not None:
        with open_reading(places) as ledger:
            told["collection"] = str(places.root)
            told["found"] = look_up(url, told["canonical"], ledger)
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo("\n".join(_lines(told)))


def judge(url: str, site: Site) -> dict[str, Any]:
    """Return what the rules of a site say of an address."""
    verdict = site.scope.judge(url)
    return {
        "url": url,
        "site": site.name,
        "in_scope": verdict.in_scope,
        "rule": verdict.rule,
        "seen": verdict.seen,
        "canonical": site.scope.canonical(url),
        "kind": site.scope.kind_of(url),
        "language": site.scope.language_of(url) or site.language,
    }


def look_up(url: str, canonical: str | None, ledger: LedgerReading) -> dict[str, Any] | None:
    """Return what became of an address in a collection, and the way from its seed to it; None when it is unknown."""
    spellings = dict.fromkeys(spelling for spelling in (url, canonical) if spelling)
    found = next((known for spelling in spellings if (known := ledger.found(spelling)) is not None), None)
    if found is None:
        return None
    return {
        **asdict(found),
        "finished": _moment(found.finished),
        "rejected": ledger.rejected_for(canonical or url),
        "work": ledger.works_at(canonical or url),
        "robots_txt": _robots_txt(found.address, ledger),
        "way": [step.address for step in _way(found, ledger)],
    }


def _moment(finished: float | None) -> str | None:
    return None if finished is None else datetime.fromtimestamp(finished, UTC).isoformat(timespec="seconds")


def _robots_txt(address: str, ledger: LedgerReading) -> str:
    """Return what the host's robots.txt says of an address, as it was read last."""
    rules = ledger.robots(address)
    if rules is None:
        return "not read"
    return "allows it" if Robots(rules, ROBOTSTXT_USER_AGENT).allows(address) else "disallows it"


def _way(found: FoundAddress, ledger: LedgerReading) -> Iterator[FoundAddress]:
    """Yield the pages that led to an address, nearest first."""
    at: FoundAddress | None = found
    seen = {found.address}
    for _ in range(_LONGEST_WAY):
        at = ledger.found(at.via) if at is not None and at.via is not None else None
        if at is None or at.address in seen:
            return
        seen.add(at.address)
        yield at


def _site_of(name: str | None, places: Collection | None) -> Site:
    kept = str(places.settings().get("site")) if places is not None else None
    if name is None and kept is None:
        raise PlanError("no site is named, expected --site SITE or --collection DIR; `briefs sites` lists the sites")
    if name is not None and kept is not None and name != kept:
        root = places.root if places is not None else Path()
        raise PlanError(f"{root}: is a collection of {kept}, expected one of {name}")
    return get_site(name or kept or "")


def _lines(told: dict[str, Any]) -> Iterator[str]:
    verdict = f"in scope of {told['site']}" if told["in_scope"] else f"out of scope of {told['site']}"
    yield f"address:    {told['url']}"
    yield f"canonical:  {told['canonical'] or 'none: this is no http(s) address with a host'}"
    yield f"verdict:    {verdict}"
    yield f"rule:       {told['rule']}{': ' + told['seen'] if told['seen'] else ''}"
    if told["in_scope"]:
        yield f"would be:   {told['kind']}, {told['language']}, as far as the address tells"
    if "collection" in told:
        yield from _found_lines(told["found"], told["collection"])


def _found_lines(found: dict[str, Any] | None, collection: str) -> Iterator[str]:
    if found is None:
        yield f"state:      never seen in {collection}"
        return
    since = f", since {found['finished']}" if found["finished"] else ""
    yield f"state:      {found['state']}{since}"
    if found["rejected"]:
        yield f"rejected:   {found['rejected']}"
    if found["work"]:
        yield f"work:       {found['work']}"
    yield f"robots.txt: {found['robots_txt']}"
    yield f"come by:    {_steps(found['hops'])}"
    for address in found["way"]:
        yield f"  from      {address}"


def _steps(hops: str) -> str:
    words = {"L": "related link", "R": "redirect", "M": "feed or sitemap", "E": "what a page needs to look right"}
    return ", then ".join(words.get(hop, hop) for hop in hops) or "a seed"
