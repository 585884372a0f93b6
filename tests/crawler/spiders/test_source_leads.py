"""What a source leads to, by which rule, and before which moment it must have been asked to be asked again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive.collection import Collection
from crawler.discovery import Named, NamedSource, SourceReading
from crawler.frontier.backend import PENDING, NewUrl, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.items import Hop
from crawler.ledger.schema import open_ledger
from crawler.ledger.sightings import RELATED, Sightings
from crawler.plan import Plan, Reach
from crawler.sites import get_site
from crawler.spiders.source_leads import Asked, SourceLeads, SourceLimits

HOME = "https://harbour.example"
LISTING, PAGE = f"{HOME}/category/news/", f"{HOME}/news/brief/a/"
DAY, BEGAN, AT = 86400.0, 1_800_000_000.0, 1_800_000_100.0


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as opened:
        yield opened


@pytest.fixture
def leads(connection: sqlite3.Connection, tmp_path: Path) -> SourceLeads:
    reach, collection = Reach(discover=True), Collection(tmp_path)
    plan = Plan(site=get_site("demo"), collection=collection, seeds=(), contact="a@b.example", reach=reach)
    return SourceLeads(plan=plan, sightings=Sightings(connection))


def asked(kind: str = "feed", url: str = f"{HOME}/feed/", hops: str = "M", seed: str | None = None) -> Asked:
    return Asked(url=url, hop=Hop(seed=seed or url, hops=hops, source=kind), at=AT, began=BEGAN)


def of_sources(leads: SourceLeads, *addresses: str, hops: str = "M") -> list[str]:
    sources = tuple(NamedSource(address=address, kind="sitemap") for address in addresses)
    return [url.state for url in leads.of_reading(SourceReading(sources=sources), asked(hops=hops))]


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        (None, None),
        (BEGAN - DAY, BEGAN - DAY),
        (BEGAN + 50, BEGAN),
        (AT + 1.4 * DAY, BEGAN),  # a day that ends later elsewhere
        (AT + 3 * DAY, None),  # the future says nothing
    ],
)
def test_what_a_source_says_is_due_once_a_run(changed: float | None, again: float | None, leads: SourceLeads) -> None:
    (page,) = leads.of_reading(SourceReading(pages=(Named(address=PAGE, changed=changed),)), asked())
    assert page == NewUrl(address=PAGE, hop=Hop(seed=f"{HOME}/feed/", via=f"{HOME}/feed/", hops="M"), again=again)


def test_a_redirected_source_still_has_the_letter_in_what_it_names(leads: SourceLeads) -> None:
    moved = leads.of_redirect("/rss", asked())[0]
    assert (moved.address, moved.hop.hops, moved.hop.source) == (f"{HOME}/rss", "MR", "feed")
    (page,) = leads.of_reading(SourceReading(pages=(Named(address=PAGE),)), asked(hops="MR"))
    assert page.hop.hops == "MRM"


def test_sources_stay_on_the_site_and_within_their_depth_and_number(leads: SourceLeads) -> None:
    assert of_sources(
        leads, f"{HOME}/a.xml", "https://es.harbour.example/b.xml", "https://media.harbour.example/c.xml"
    ) == [
        PENDING,
        PENDING,
        "source left out: other host",
    ]
    assert of_sources(leads, f"{HOME}/d.xml", hops="MMM") == ["source left out: too deep"]
    leads.limits = SourceLimits(sources=4)
    assert of_sources(leads, f"{HOME}/e.xml", f"{HOME}/f.xml") == [PENDING, "source left out: too many"]


@pytest.mark.parametrize(
    ("kind", "limit", "state"),
    [("listing", 2, PENDING), ("listing/2", 2, "source left out: page limit"), ("listing/2", 0, PENDING)],
)
def test_a_listing_goes_on_by_its_template_within_the_limit(
    kind: str, limit: int, state: str, leads: SourceLeads
) -> None:
    leads.limits = SourceLimits(pages=limit)
    here = asked(kind, url=LISTING, seed=LISTING)
    *_, following = leads.of_reading(SourceReading(pages=(Named(address=PAGE),)), here)
    assert (following.address, following.state) == (f"{LISTING}page/{here.page + 1}/", state)
    assert (following.hop.via, following.hop.hops, following.hop.source) == (LISTING, "M", f"listing/{here.page + 1}")


def test_what_others_named_and_what_was_never_followed_to_its_end_stops_no_listing(
    leads: SourceLeads, connection: sqlite3.Connection
) -> None:
    reading, here = SourceReading(pages=(Named(address=PAGE),)), asked("listing", url=LISTING, seed=LISTING)
    frontier = SqliteFrontier(connection, Politeness(), "test")
    frontier.add([NewUrl(address=LISTING, hop=here.hop)])
    (page, _) = leads.of_reading(reading, here)
    frontier.add([page])

    def goes_on() -> bool:
        return not leads.ends_walk(leads.of_reading(reading, here), here)

    leads.sightings.note_walked(LISTING)
    leads.sightings.keep([replace(page, hop=Hop(seed="x", via="https://x.example/", hops="L"))], BEGAN - 9)
    leads.sightings.keep([replace(page, hop=replace(page.hop, via=f"{HOME}/feed/"))], BEGAN - 9)
    assert goes_on()
    leads.sightings.keep([page], BEGAN - 9)
    assert not goes_on()
    frontier.add([NewUrl(address=f"{LISTING}page/2/", hop=replace(here.hop, source="listing/2"))])
    leads.sightings.forget_unfinished()
    assert goes_on()
    told = connection.execute("SELECT address, source FROM sighting ORDER BY source").fetchall()
    assert told == [(PAGE, LISTING), (PAGE, f"{HOME}/feed/"), (PAGE, RELATED)]
