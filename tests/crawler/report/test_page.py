"""report.html from reports alone: what a person reads first, plots, fields, and nothing that the network wrote runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.collection import Collection
from crawler.report.page import make_page, write_page
from crawler.report.page.changes import MOST, changes_of, excerpt
from crawler.report.page.plots import columns, sparkline
from crawler.report.page.series import MOST_RUNS, field_series, runs_up_to
from crawler.report.page.verdict import headline, tasks

BASE: dict[str, Any] = {
    "schema": "report/1",
    "run": "20261126000000-aaaa",
    "site": "demo",
    "software": "brief-archive/0.1.0",
    "state": "finished",
    "began": "2026-11-26T00:00:00+00:00",
    "ended": "2026-11-26T00:01:00+00:00",
    "seconds": 60.0,
    "briefs": {},
    "rejects": {},
    "problems": {},
    "urls": {"done": 3},
    "remaining": 0,
}


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    collection = Collection(tmp_path / "c & d")
    collection.create({"site": "demo"})
    return collection


def line(number: int, **changes: Any) -> bytes:
    fields = {
        "run": BASE["run"], "change": "new", "title": f"Title {number}", "url": f"https://harbour.example/{number}/",
        "language": "en", "published": None, "byline": None, "kind": "brief", "version": 1, "id": f"{number:016x}",
        "diff": None, "capture": {"http_status": 200},
    }  # fmt: skip
    return orjson.dumps({**fields, **changes}, option=orjson.OPT_APPEND_NEWLINE)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        ({}, "Nothing new."),
        ({"briefs": {"new": 2, "substantive": 1}}, "2 new, 1 changed."),
        ({"state": "running"}, "Running. Nothing new."),
        ({"state": "interrupted", "briefs": {"gone": 1}}, "Interrupted. 1 gone."),
        ({"broken": "the disk is full"}, "The run stopped: the disk is full."),
    ],
)
def test_the_headline_says_how_it_went(report: dict[str, Any], sentence: str) -> None:
    assert headline({**BASE, **report}) == sentence


def test_what_is_to_be_looked_at_comes_with_the_command_that_shows_it(collection: Collection) -> None:
    report = {**BASE, "problems": {"failed: http 500": ["https://a.example/"]}, "remaining": 2}
    failed, left = tasks(collection, report)
    assert failed.command == f"briefs status '{collection.root}' --urls 'failed: http 500'"
    assert left.sentence.startswith("2 addresses are still to be asked")


def test_nothing_to_look_at_is_said(collection: Collection) -> None:
    assert "Nothing needs to be looked at." in make_page(collection, BASE)


def test_what_a_site_printed_is_text_on_the_page(collection: Collection) -> None:
    collection.briefs.write_bytes(line(1, title="<script>alert(1)</script>", url="javascript:alert(1)"))
    page = make_page(collection, {**BASE, "briefs": {"new": 1}})
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'href="javascript:' not in page


def test_only_the_lines_of_the_run_are_shown(collection: Collection) -> None:
    of_others = line(1, run="20261125000000-bbbb") + line(3, run="20261127000000-cccc", title=BASE["run"])
    collection.briefs.write_bytes(of_others + line(2) + line(4)[:-1])
    changes = changes_of(collection, {**BASE, "briefs": {"new": 1}})
    assert [each["title"] for each in changes.new] == ["Title 2"]


def test_a_long_run_shows_the_first_lines_and_counts_the_others(collection: Collection) -> None:
    collection.briefs.write_bytes(b"".join(line(number) for number in range(MOST + 7)))
    report = {**BASE, "briefs": {"new": MOST + 7}}
    assert len(changes_of(collection, report).new) == MOST
    assert "… and 7 more in" in make_page(collection, report)


def test_a_diff_keeps_the_words_beside_what_changed() -> None:
    words = [["=", " ".join(f"a{n}" for n in range(30))], ["-", "old"], ["+", "new"], ["=", " b0 b1"]]
    first, *others = excerpt(words)
    assert first == ("=", "… a22 a23 a24 a25 a26 a27 a28 a29")
    assert others == [("-", "old"), ("+", "new"), ("=", " b0 b1")]


def coverage(**rules: int) -> dict[str, Any]:
    return {"demo/newspack": {"title": {rule.replace("_", " "): {"pages": n} for rule, n in rules.items()}}}


def test_a_field_has_its_shares_and_the_rules_that_won_then_and_now() -> None:
    empty = {"demo/newspack": {"title": {"": {"pages": 1}, "css h1": {"pages": 3}}}}
    runs = [{**BASE, "coverage": coverage(css_h1=4)}, BASE, {**BASE, "coverage": empty}]
    (row,) = field_series(runs)
    assert row.shares == (1.0, None, 0.75)
    assert (row.rule, row.rule_share, row.rule_before, row.pages) == ("css h1", 1.0, "css h1", 4)


def test_a_fallback_that_won_stands_beside_the_rule_before(collection: Collection) -> None:
    folder = collection.runs / "20261125000000-bbbb"
    folder.mkdir(parents=True)
    (folder / "report.json").write_bytes(orjson.dumps({**BASE, "run": folder.name, "coverage": coverage(css_h1=4)}))
    page = make_page(collection, {**BASE, "coverage": coverage(css_title=4)})
    assert "<code>css title</code> (100 %), before: <code>css h1</code>" in page


def test_the_runs_are_those_up_to_this_one_and_not_too_many(collection: Collection) -> None:
    for number in range(MOST_RUNS + 5):
        folder = collection.runs / f"202611250000{number:02}-cccc"
        folder.mkdir(parents=True)
        (folder / "report.json").write_bytes(orjson.dumps({**BASE, "run": folder.name}))
    (collection.runs / "20261125000003-cccc" / "report.json").write_bytes(b"{")
    later = collection.runs / "20261127000000-dddd"
    later.mkdir()
    (later / "report.json").write_bytes(orjson.dumps({**BASE, "run": later.name}))
    runs = runs_up_to(collection, BASE)
    assert len(runs) == MOST_RUNS
    assert runs[-1]["run"] == BASE["run"]
    assert runs[-2]["run"] == f"202611250000{MOST_RUNS + 4:02}-cccc"


def test_a_plot_says_in_words_what_it_shows() -> None:
    plot = columns("Lines", ['run "1"', "run 2"], {"new": [3, 0], "gone": [0, 1]})
    assert "run &#34;1&#34;: 3 new" in plot
    assert plot.count("<rect") == 2
    assert "the highest is 3" in plot


@pytest.mark.parametrize("shares", [[], [1.0], [None, 0.5]])
def test_a_line_of_one_point_is_none(shares: list[float | None]) -> None:
    assert sparkline("title", shares) == ""


def test_the_page_is_put_beside_its_report(collection: Collection) -> None:
    (collection.runs / BASE["run"]).mkdir(parents=True)
    path = write_page(collection, BASE)
    assert path == collection.runs / BASE["run"] / "report.html"
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
