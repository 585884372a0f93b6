"""Which sources a run begins with: those of the site's file, and those that a stored robots.txt names."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.discovery import sitemaps_of_robots
from crawler.frontier.backend import SOURCE_FAILED, Frontier, NewUrl
from crawler.items import Hop
from crawler.ledger.sightings import Sightings
from crawler.plan import Plan


def begin_sources(frontier: Frontier, sightings: Sightings, plan: Plan, before: float) -> None:
    """Have every source asked again that was asked before that moment; none at all where the plan wants none."""
    frontier.want_sources(bool(plan.reach.discover))
    if not plan.reach.discover:
        return
    # What failed is asked again, also where it is the fifth page of a listing whose first one has nothing new.
    frontier.put_back_finished((SOURCE_FAILED,), before)
    sightings.forget_unfinished()
    frontier.add(_named_by_the_site(plan, before))
    for host in hosts_of(plan):
        rules = frontier.robots(f"https://{host}")
        if rules:
            frontier.add(named_by_robots(plan, rules, f"https://{host}/robots.txt", before))


def hosts_of(plan: Plan) -> tuple[str, ...]:
    """Return every host of a site, its aliases too."""
    return (*plan.site.scope.hosts, *plan.site.scope.aliases)


def _named_by_the_site(plan: Plan, before: float) -> Iterator[NewUrl]:
    for source in plan.site.sources:
        # A home page is a seed of sources, not one itself.
        hop = Hop(seed=source.address, hops="" if source.kind == "home" else "M", source=source.kind)
        yield NewUrl(address=source.address, hop=hop, again=before)


def named_by_robots(plan: Plan, rules: bytes, url: str, before: float | None = None) -> Iterator[NewUrl]:
    """Yield the sitemaps that the robots.txt of one of the site's hosts names on these hosts."""
    hosts = hosts_of(plan) if plan.reach.discover else ()
    for named in sitemaps_of_robots(rules, url):
        hop = Hop(seed=named.address, via=url, hops="M", source=named.kind)
        source = NewUrl(address=named.address, hop=hop, again=before)
        if source.host in hosts:
            yield source
