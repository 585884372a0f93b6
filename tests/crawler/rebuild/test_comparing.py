"""Today's rules beside what is stored, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.rebuild import Rebuild
from crawler.rebuild.comparing import compare
from crawler.rebuild.comparison import Comparison, FieldChanges
from crawler.sites import Site, get_site

SITE = get_site("demo")


@pytest.fixture(scope="module")
def crawled(bundled: Path) -> Collection:
    return Collection(bundled)


def with_rules(rules: Mapping[str, tuple[str, ...]]) -> Site:
    """Return the site with other rules for some fields, in every layout."""
    return replace(SITE, layouts=tuple(replace(layout, rules={**layout.rules, **rules}) for layout in SITE.layouts))


def compared(crawled: Collection, site: Site, out: Path) -> Comparison:
    """Rebuild by the rules of that site, and compare."""
    whole = Rebuild.of(crawled)
    replace(whole, reading=replace(whole.reading, site=site)).into(out)
    return compare(crawled, Collection(out))


def differing(comparison: Comparison) -> dict[str, list[FieldChanges]]:
    rows: dict[str, list[FieldChanges]] = {}
    for row in comparison.rows():
        if row.differs:
            rows.setdefault(row.name, []).append(row)
    return rows


def stored_lines(crawled: Collection) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in crawled.briefs.read_bytes().splitlines()]


def test_the_same_rules_differ_in_nothing(crawled: Collection, tmp_path: Path) -> None:
    comparison = compared(crawled, SITE, tmp_path / "out")
    number = len(crawled.briefs.read_bytes().splitlines())
    assert (comparison.differ, comparison.lines, differing(comparison)) == (0, {}, {})
    assert sum(row.same for row in comparison.rows() if row.name == "title") == number


def test_a_broken_selector_shows_as_lost_fields(crawled: Collection, tmp_path: Path) -> None:
    comparison = compared(crawled, with_rules({"byline": ("css .a-class-that-went",)}), tmp_path / "out")
    had = [line for line in stored_lines(crawled) if line["byline"]]
    rows = differing(comparison)["byline"]
    assert sum(row.lost for row in rows) == len(had) > 5
    assert [(row.gained, row.changed) for row in rows] == [(0, 0)] * len(rows)
    row = max(rows, key=lambda row: row.lost)
    assert row.site == "demo"
    ((change, count),) = row.rules.items()
    assert (change.change, change.then, change.now, count) == ("lost", "css .byline", None, row.lost)
    example = row.examples["lost"][0]
    line = next(line for line in had if line["captured_url"] == example.url)
    assert (example.then, example.now) == (line["byline"], None)
    assert len(row.examples["lost"]) == 3


def test_another_rule_that_reads_the_same_is_told_apart(crawled: Collection, tmp_path: Path) -> None:
    comparison = compared(crawled, with_rules({"title": ("css h1", "css title")}), tmp_path / "out")
    row = max(differing(comparison)["title"], key=lambda row: row.other_evidence)
    assert row.other_evidence > 0
    assert {(change.then, change.now) for change in row.rules if change.change == "other evidence"} >= {
        ("css h1.entry-title", "css h1")
    }


def test_gained_and_changed_fields_are_counted(crawled: Collection, tmp_path: Path) -> None:
    without, other = tmp_path / "without", tmp_path / "other"
    compared(crawled, with_rules({"byline": ("css .none",)}), without)
    compared(crawled, with_rules({"byline": ("css h1",)}), other)
    gained = differing(compare(Collection(without), crawled))["byline"]
    changed = differing(compare(Collection(other), crawled))["byline"]
    number = sum(bool(line["byline"]) for line in stored_lines(crawled))
    assert sum(row.gained for row in gained) == sum(row.changed for row in changed) == number
    assert {(change.change, change.then) for row in gained for change in row.rules} == {("gained", None)}


def test_lines_that_vanish_are_told_with_what_became_of_them(crawled: Collection, tmp_path: Path) -> None:
    comparison = compared(crawled, with_rules({"title": ("css .none",)}), tmp_path / "out")
    changes = comparison.lines["brief", "reject: no title"]
    assert changes.count > 5
    assert changes.examples[0].then in {line["title"] for line in stored_lines(crawled)}
    assert {change.then for change in comparison.lines.values()} >= {"brief"}


def test_lines_that_appear_are_told(crawled: Collection, tmp_path: Path) -> None:
    short = Collection(tmp_path / "short")
    short.root.mkdir()
    lines = crawled.briefs.read_bytes().splitlines(keepends=True)
    short.briefs.write_bytes(b"".join(lines[2:]))
    Rebuild.of(crawled).into(tmp_path / "out")
    comparison = compare(short, Collection(tmp_path / "out"))
    assert comparison.lines["no line", "brief"].count == 2
    assert comparison.same == len(lines) - 2


def test_only_committed_lines_are_compared(crawled: Collection, tmp_path: Path) -> None:
    Rebuild.of(crawled).into(tmp_path / "out")
    first = len(crawled.briefs.read_bytes().splitlines(keepends=True)[0])
    comparison = compare(crawled, Collection(tmp_path / "out"), {"briefs.jsonl": first})
    assert comparison.same == 1


@pytest.mark.parametrize("line", [b"{}\n", b"no json\n", b'{"capture": null}\n'])
def test_a_stored_line_that_is_none_is_named(line: bytes, crawled: Collection, tmp_path: Path) -> None:
    broken = Collection(tmp_path)
    lines = crawled.briefs.read_bytes().splitlines(keepends=True)
    broken.briefs.write_bytes(lines[0] + line)
    with pytest.raises(CollectionError, match="line 2 cannot be compared"):
        compare(broken, crawled)
