"""The drift alarm: a site whose templates change between runs, and one whose articles alone do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from crawler.demo.article import Article
from crawler.exit_codes import WAITING
from tests.crawler.cli.crawls import Crawl, Crawls
from tests.crawler.cli.redesigned import (
    redesigned_site,
    without_bodies,
    without_json_ld,
    without_markers,
    without_names,
    without_published_class,
)

EDITED = ("kidnapped-pilot-boat-crew", "container-seal-forgery", "customs-scanner-port-verrin")


def as_it_was(article: Article, body: bytes) -> bytes:
    return body


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Return a first crawl, and the server for those that go on from copies of it."""
    with redesigned_site() as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("drift") / "c")
        crawls("--strict")
        yield crawls


@pytest.fixture(scope="module")
def redesigned(first: Crawls, tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Crawl]:
    """Return, for each redesign, the crawl that met it after the first one."""
    met = {}
    for template in (without_markers, without_bodies, without_json_ld, without_names):
        first.server.site.redesign(template)
        met[template] = going_on(first, tmp_path_factory.mktemp("redesigned") / "c")("--recrawl")
    first.server.site.redesign(as_it_was)
    return met


@pytest.fixture(scope="module")
def crawls(first: Crawls, redesigned: dict[Any, Crawl], tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """Crawl a site that stays, is edited, changes its template and is left as it is."""
    crawls = going_on(first, tmp_path_factory.mktemp("changing") / "c")
    crawls("--recrawl", "--strict")
    for slug in EDITED:
        first.server.site.edit(slug)
    crawls("--recrawl", "--strict")
    first.server.site.redesign(without_published_class)
    crawls("--recrawl", "--strict")
    crawls("--recrawl", "--strict")
    return crawls


def going_on(first: Crawls, root: Path) -> Crawls:
    shutil.copytree(first.root, root)
    return Crawls(first.server, root, list(first.done))


def drift_of(crawl: Crawl, kind: str) -> list[dict[str, Any]]:
    return [drift for drift in crawl.report["drift"] if drift["kind"] == kind]


def test_a_first_crawl_has_nothing_to_drift_from(crawls: Crawls) -> None:
    assert crawls.done[0].report["drift"] == []
    assert crawls.done[0].ended.returncode == 0


def test_a_run_counts_which_rule_read_each_field(crawls: Crawls) -> None:
    coverage = crawls.done[0].report["coverage"]
    (rule,) = coverage["demo/newspack"]["published"]
    counted = coverage["demo/newspack"]["published"][rule]
    assert rule == "css time.entry-date.published @datetime"
    assert counted["pages"] == coverage[""]["reading"]["demo/newspack"]["pages"] == 11
    assert len(counted["examples"]) == 3
    assert coverage["demo/newspack"]["modified"][""]["pages"] == 7


def test_a_position_in_a_list_is_no_other_rule(crawls: Crawls) -> None:
    assert "json-ld $.@graph[].datePublished" in crawls.done[0].report["coverage"]["demo/theme2021"]["published"]


def test_pages_that_did_not_change_are_no_drift(crawls: Crawls) -> None:
    unchanged = crawls.done[1]
    assert unchanged.report["urls"]["not-modified"] == 29
    assert unchanged.report["coverage"] == {}
    assert unchanged.report["drift"] == []
    assert unchanged.ended.returncode == 0


def test_edited_articles_are_no_drift(crawls: Crawls) -> None:
    edited = crawls.done[2]
    assert edited.report["briefs"] == {"substantive": 3}
    assert edited.report["drift"] == []
    assert edited.ended.returncode == 0


def test_a_fallback_that_begins_to_win_is_told_with_both_rules_figures_and_captures(crawls: Crawls) -> None:
    (drift,) = crawls.done[3].report["drift"]
    assert (drift["kind"], drift["layout"], drift["field"]) == ("rule", "demo/newspack", "published")
    assert drift["rule_then"] == "css time.entry-date.published @datetime"
    assert drift["rule_now"] == "json-ld $.@graph[].datePublished"
    assert drift["now"] == {"count": 11, "pages": 11, "runs": 1}
    assert drift["then"]["count"] == 0
    assert len(drift["examples"]) == 3
    address, _, place = drift["examples"][0].partition(" in ")
    assert address in crawls.done[3].asked()
    warc, _, offset = place.partition(" at byte ")
    assert any(record.url == address and record.type == "response" for record in crawls.done[3].records), (warc, offset)


def test_drift_is_exit_code_1_with_strict_alone(crawls: Crawls, redesigned: dict[Any, Crawl]) -> None:
    assert crawls.done[3].ended.returncode == 1
    assert redesigned[without_json_ld].report["drift"]
    assert redesigned[without_json_ld].ended.returncode == 0


def test_a_run_that_reads_nothing_repeats_no_alarm(crawls: Crawls) -> None:
    assert crawls.done[4].report["drift"] == []
    assert crawls.done[4].ended.returncode == 0


def test_the_table_shows_the_rules_over_the_runs_and_the_newest_alarm(crawls: Crawls) -> None:
    told = crawls.told("drift").output
    lines = [line.split() for line in told.splitlines()]
    assert ["published", "css", "time.entry-date.published", "@datetime", "11", "0"] in lines  # none were edited
    assert ["json-ld", "$.@graph[].datePublished", "0", "11"] in lines
    assert told.splitlines()[-1].startswith("drift: demo/newspack: published is read by json-ld")


def test_the_table_as_json_holds_what_the_reports_do(crawls: Crawls) -> None:
    content = orjson.loads(crawls.told("drift", "--json").output)
    reports = [crawl.report for crawl in crawls.done if crawl.report["coverage"]]
    assert [run["run"] for run in content["runs"]] == [report["run"] for report in reports]
    assert [run["coverage"] for run in content["runs"]] == [report["coverage"] for report in reports]
    assert content["drift"] == crawls.done[3].report["drift"]


def test_a_summary_names_the_drift_and_where_it_shows(crawls: Crawls, tmp_path: Path) -> None:
    report = crawls.done[3].report
    (crawls.root / "runs" / "99990101000000-0000").mkdir()
    path = crawls.root / "runs" / "99990101000000-0000" / "report.json"
    path.write_bytes(orjson.dumps(report))
    try:
        told = crawls.told("status").output
    finally:
        path.unlink()
        path.parent.rmdir()
    assert f"drift: {report['drift'][0]['sentence']}; as in {report['drift'][0]['examples'][0]}" in told


def test_known_pages_that_another_layout_reads_are_drift(redesigned: dict[Any, Crawl]) -> None:
    (drift,) = drift_of(redesigned[without_markers], "moved")
    assert (drift["rule_then"], drift["rule_now"]) == ("demo/newspack", "demo/theme2021")
    assert "11 of 11 pages are read by another layout than before" in drift["sentence"]


def test_known_articles_that_lose_their_bodies_are_blocked_and_no_drift(redesigned: dict[Any, Crawl]) -> None:
    report = redesigned[without_bodies].report
    assert report["drift"] == []
    assert set(report["blocked"]["rules"]) == {"lost article"}
    assert list(report["parked"]) == report["blocked"]["stopped"]
    assert redesigned[without_bodies].ended.returncode == WAITING


def test_machines_told_nothing_are_drift_in_the_layout_that_read_them(redesigned: dict[Any, Crawl]) -> None:
    found = {(drift["layout"], drift["field"]) for drift in drift_of(redesigned[without_json_ld], "rule")}
    assert ("demo/theme2021", "published") in found
    assert ("demo/newspack", "published") not in found  # its first rule reads the page


def test_a_field_that_nothing_reads_any_more_is_drift(redesigned: dict[Any, Crawl]) -> None:
    fallen = {drift["field"]: drift for drift in drift_of(redesigned[without_names], "coverage")}
    assert {"byline", "authors"} <= set(fallen)
    assert fallen["byline"]["now"] == {"count": 0, "pages": 11, "runs": 1}
    assert fallen["byline"]["rule_then"] == "css .byline"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("DRIFT_WINDOW=0", "DRIFT_WINDOW is 0, expected a whole number from 1 to 1000"),
        ("DRIFT_THRESHOLD=2", "DRIFT_THRESHOLD is 2, expected a share above 0, 1 at the most"),
    ],
)
def test_a_setting_that_the_alarm_cannot_have_is_refused(
    setting: str, expected: str, crawls: Crawls, tmp_path: Path
) -> None:
    fresh = Crawls(crawls.server, tmp_path / "c")
    ended = fresh("-s", setting).ended
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (2, f"briefs: {expected}")
    assert not (tmp_path / "c").exists()
