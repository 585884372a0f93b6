"""A package: its files, what it says of itself, and what became of an earlier one."""

from __future__ import annotations

import csv
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.collection import Collection
from archive.errors import ExportError
from archive.export import About, Package, Publisher, Selection
from archive.export.changes import MEANINGS
from crawler.items import Link
from tests.archive.export.made import SCHEMA, URL, brief, collection_of, survey_of
from tests.judges import judge

PUBLISHER = Publisher(
    name="demo", label="The Harbour Ledger", url="https://harbour.example/", licence="CC BY-NC", attribution="Name us."
)


def packed(collection: Collection, path: Path, previous: Path | None = None, **selection: Any) -> Counter[str]:
    """Make a package and return how many works changed, by how."""
    with survey_of(collection, **selection) as survey:
        about = About(
            publisher=PUBLISHER, selection=Selection(**selection), software="brief-archive/0", previous=previous
        )
        package = Package(about, survey, SCHEMA)
        package.write(path)
    return package.counts.changes


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


BRIEFS = [
    brief("a", related=(Link(url=URL.format("b"), title="-1"), Link(url="https://tides.example/", title="Tides"))),
    brief("b", links=(Link(url="https://harbour.example/old-a", title="Old"),), licence="*Free* for\nall"),
    brief("a", version=2, change="substantive", aliases=("https://harbour.example/old-a",)),
]


def test_a_package_is_a_frictionless_one_and_its_digests_hold(tmp_path: Path) -> None:
    packed(collection_of(tmp_path / "c", *BRIEFS), tmp_path / "p", all_versions=True)
    assert sorted(files_of(tmp_path / "p")) == [
        "CITATION.cff",
        "README.md",
        "brief.schema.json",
        "data/briefs.jsonl",
        "data/briefs.parquet",
        "data/changes.csv",
        "data/links.csv",
        "data/links.parquet",
        "datapackage.json",
    ]
    command = [str(judge("frictionless")), "validate", "--json", "datapackage.json"]
    valid = subprocess.run(command, cwd=tmp_path / "p", capture_output=True, text=True, timeout=120, check=False)
    report = orjson.loads(valid.stdout)
    assert (report["valid"], report["stats"]["tasks"]) == (True, 6), valid.stdout
    (tmp_path / "p" / "data" / "links.parquet").write_bytes(b"PAR1")
    broken = subprocess.run(command, cwd=tmp_path / "p", capture_output=True, text=True, timeout=120, check=False)
    assert {error["type"] for task in orjson.loads(broken.stdout)["tasks"] for error in task["errors"]} == {
        "hash-count",
        "byte-count",
    }


def test_the_same_lines_give_the_same_package(tmp_path: Path) -> None:
    collection = collection_of(tmp_path / "c", *BRIEFS)
    packed(collection, tmp_path / "p")
    packed(collection, tmp_path / "q")
    assert files_of(tmp_path / "p") == files_of(tmp_path / "q")
    assert orjson.loads((tmp_path / "p" / "datapackage.json").read_bytes())["version"] == "2026-11-22"


def test_links_lead_to_works_under_any_of_their_addresses(tmp_path: Path) -> None:
    packed(collection_of(tmp_path / "c", *BRIEFS), tmp_path / "p", all_versions=True)
    rows = rows_of(tmp_path / "p" / "data" / "links.csv")
    short = [(row["source_id"].lstrip("0"), row["kind"], row["target_id"].lstrip("0"), row["title"]) for row in rows]
    assert short == [("a", "related", "b", "'-1"), ("a", "related", "", "Tides"), ("b", "body", "a", "Old")]


def test_a_work_that_is_left_out_is_no_target(tmp_path: Path) -> None:
    reserved = brief("b", rights={"tdm_reservation": "1"})
    packed(collection_of(tmp_path / "c", BRIEFS[0], reserved), tmp_path / "p")
    assert [row["target_id"] for row in rows_of(tmp_path / "p" / "data" / "links.csv")] == ["", ""]
    readme = (tmp_path / "p" / "README.md").read_text(encoding="utf-8")
    assert "by the policy `text-mining`: 1." in readme
    assert "- 1: tdm_reservation 1: text and data mining is reserved" in readme


def test_the_readme_says_how_the_site_asks_to_be_named_and_what_pages_state(tmp_path: Path) -> None:
    packed(collection_of(tmp_path / "c", *BRIEFS), tmp_path / "p")
    readme = (tmp_path / "p" / "README.md").read_text(encoding="utf-8")
    assert "How it asks to be named: Name us.\n" in readme
    assert "- 1: nothing\n- 1: \\*Free\\* for all\n" in readme
    assert "# Briefs of The Harbour Ledger, 2026-11-22\n" in readme
    assert "Name us." in (tmp_path / "p" / "CITATION.cff").read_text(encoding="utf-8")
    assert orjson.loads((tmp_path / "p" / "brief.schema.json").read_bytes()) == SCHEMA


def test_what_became_of_the_works_of_an_earlier_package_is_told(tmp_path: Path) -> None:
    names = ("same", "changes", "reread", "goes", "reserved", "unsaid")
    old = collection_of(tmp_path / "old", *(brief(name) for name in names))
    assert packed(old, tmp_path / "p") == Counter()
    new = collection_of(
        tmp_path / "new",
        brief("same"),
        brief("changes"),
        brief("reread", extractor="demo/newspack@2"),
        brief("goes"),
        brief("reserved", rights={"tdm_reservation": "1"}),
        brief("changes", version=2, change="substantive", title="=New"),
        brief("goes", version=2, change="gone"),
        brief("comes"),
        brief("unsaid", version=2, change="taken down", title="", text="", body=()),
    )
    assert packed(new, tmp_path / "q", tmp_path / "p") == dict.fromkeys(MEANINGS, 1)
    rows = rows_of(tmp_path / "q" / "data" / "changes.csv")
    assert [(row["change"], row["id"].lstrip("0"), row["version_before"], row["version"]) for row in rows] == [
        ("added", "comes", "", "1"),
        ("reread", "reread", "1", "1"),
        ("changed", "changes", "1", "2"),
        ("gone", "goes", "1", ""),
        ("taken down", "unsaid", "1", ""),
        ("left out", "reserved", "1", ""),
    ]
    assert [row["title"] for row in rows[2:]] == ["'=New", "", "", ""]
    readme = (tmp_path / "q" / "README.md").read_text(encoding="utf-8")
    assert "- 1 gone: in the earlier package; its address answers 404 or 410 now" in readme


def test_an_address_that_was_found_after_its_line_leads_to_the_work_all_the_same(tmp_path: Path) -> None:
    alias, reserved = "https://harbour.example/news-briefs/b", "https://harbour.example/news-briefs/c"
    links = (Link(url=alias, title="B"), Link(url=reserved, title="C"))
    lines = (brief("a", related=links), brief("b"), brief("c", rights={"tdm_reservation": "1"}))
    with survey_of(collection_of(tmp_path / "c", *lines)) as survey:
        about = About(publisher=PUBLISHER, selection=Selection(), software="brief-archive/0")
        known = ((alias, "b".zfill(16)), (reserved, "c".zfill(16)))
        Package(about, survey, SCHEMA, known).write(tmp_path / "p")
    rows = rows_of(tmp_path / "p" / "data" / "links.csv")
    assert [row["target_id"].lstrip("0") for row in rows] == ["b", ""]


def test_a_package_takes_the_place_of_the_one_it_is_compared_with(tmp_path: Path) -> None:
    packed(collection_of(tmp_path / "c", brief("a")), tmp_path / "p")
    (tmp_path / "p" / "data" / "stray").write_bytes(b"")
    assert packed(collection_of(tmp_path / "c", brief("b")), tmp_path / "p", tmp_path / "p") == {
        "added": 1,
        "left out": 1,
    }
    assert "data/stray" not in files_of(tmp_path / "p")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "p"]


@pytest.mark.parametrize("content", [b"no JSON\n", b"{}\n", b"[]\n", orjson.dumps({**brief("a"), "version": "1"})])
def test_a_broken_earlier_package_is_said_and_nothing_is_made(content: bytes, tmp_path: Path) -> None:
    packed(collection_of(tmp_path / "c", brief("a")), tmp_path / "p")
    (tmp_path / "p" / "data" / "briefs.jsonl").write_bytes(content)
    before = files_of(tmp_path / "p")
    with pytest.raises(ExportError, match=r"briefs\.jsonl: line 1 is no brief, expected a line of an earlier package"):
        packed(collection_of(tmp_path / "c", brief("a")), tmp_path / "p", tmp_path / "p")
    assert files_of(tmp_path / "p") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "p"]


def test_no_briefs_make_a_package_too(tmp_path: Path) -> None:
    packed(collection_of(tmp_path / "c"), tmp_path / "p")
    assert "0 briefs, 0 links." in (tmp_path / "p" / "README.md").read_text(encoding="utf-8")
