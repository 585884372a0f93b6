"""Every site file: found by itself, complete, and its rules readable."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from archive.errors import ArchiveError
from crawler.extract import parse
from crawler.extract.layouts import choose_layout
from crawler.extract.rules import Source
from crawler.sites import Layout, Site, UnknownSite, get_site, site_names

SITES = [get_site(name) for name in site_names()]
every_site = pytest.mark.parametrize("site", SITES, ids=site_names())
every_layout = pytest.mark.parametrize(
    ("site", "layout"),
    [(site, layout) for site in SITES for layout in site.layouts],
    ids=[f"{site.name}/{layout.name}" for site in SITES for layout in site.layouts],
)
REQUIRED = {"title", "byline", "published", "modified", "tags", "kind", "language"}


def test_the_sites_are_found_by_their_files() -> None:
    assert {"demo", "insightcrime", "planetarypress"} <= set(site_names())
    assert list(site_names()) == sorted(site_names())


def test_an_unknown_site_names_the_known_ones() -> None:
    with pytest.raises(UnknownSite, match=r"'nosuch'.*demo, insightcrime") as raised:
        get_site("nosuch")
    assert isinstance(raised.value, ArchiveError)
    assert raised.value.known == site_names()


@every_site
def test_a_site_is_complete(site: Site) -> None:
    assert site.name == site.name.lower()
    assert site.label
    assert site.scope.hosts
    assert set(site.scope.aliases.values()) <= set(site.scope.hosts)
    assert all(word == word.casefold() for word in (*site.kinds, *site.analysis, *site.related.headings))


@every_site
def test_hosts_and_aliases_are_in_scope(site: Site) -> None:
    for host in (*site.scope.hosts, *site.scope.aliases):
        assert site.scope.judge(f"http://{host}/nothing-here").rule != "other host"


@every_site
def test_a_site_can_be_sent_to_another_interpreter(site: Site) -> None:
    assert pickle.loads(pickle.dumps(site)).name == site.name


@every_layout
def test_every_field_has_rules_and_every_rule_can_be_read(site: Site, layout: Layout) -> None:
    source = Source(parse(b"<p>x</p>", url="https://x.example/"), site, layout, "https://x.example/")
    assert set(layout.rules) >= REQUIRED
    for rules in layout.rules.values():
        assert [source.read(rule) for rule in rules] == [None] * len(rules)
    source.page.tree.select_any((*layout.markers, *layout.content, *layout.drop))


def test_a_rule_of_no_known_kind_is_our_mistake() -> None:
    site = get_site("demo")
    source = Source(parse(b"<p>x</p>", url="https://x.example/"), site, site.layouts[0], "")
    with pytest.raises(ValueError, match="json-ld"):
        source.read("jsonld $.x")


@pytest.mark.parametrize(
    ("markup", "year", "layout"),
    [
        ("<div class=td-post-content>", 2020, "tagdiv"),
        ("<div class=td-post-content>", 2026, "tagdiv"),
        ("<div class=entry-content>", 2026, "newspack"),
        ("<div class=entry-content>", 2010, "newspack"),
        ("<div class='td-post-content entry-content'>", 2026, "newspack"),
        ("<div>", 2015, "joomla"),
        ("<div>", 2022, "theme2021"),
        ("<div>", 2030, "theme2021"),
    ],
)
def test_markers_choose_the_layout_and_the_day_breaks_ties(markup: str, year: int, layout: str) -> None:
    page = parse(markup.encode(), url="https://insightcrime.org/")
    assert choose_layout(page, get_site("insightcrime"), datetime(year, 1, 1, tzinfo=UTC)).name == layout
