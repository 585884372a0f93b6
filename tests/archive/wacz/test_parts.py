"""Packages by year stand alone; packages by size say what they need of each other."""

from __future__ import annotations

import gzip
import json
from functools import partial
from pathlib import Path

from archive.catalog import Catalog
from archive.collection import Collection
from archive.model import NOT_MODIFIED
from archive.wacz import Contents, Part, check_wacz, parts_by_size, parts_by_year, weights_of
from archive.writer import next_serial
from tests.archive.exchanges import exchange, ids, writer
from tests.archive.wacz.packages import (
    NEW,
    OLD,
    PAGE,
    collection_of_two_years,
    files_of,
    line_of,
    packed_parts,
    revisit_of,
)

FIRST, LAST = "archive/demo-20241230013200-00001.warc.gz", "archive/demo-20250301013200-00002.warc.gz"


def by_size(size: int, contents: Contents, catalog: Catalog) -> list[Part]:
    return parts_by_size(contents, catalog, size, weights_of(contents, catalog))


def manifest_of(path: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(files_of(path)["datapackage.json"])
    return content


def test_a_year_holds_the_originals_that_its_revisits_need(tmp_path: Path) -> None:
    collection = collection_of_two_years(tmp_path / "collection")
    packed = packed_parts(collection, tmp_path / "harbour.wacz", parts_by_year)
    assert [made.path.name for made in packed] == ["harbour-2024.wacz", "harbour-2025.wacz"]
    assert [(made.warcs, made.repeated, made.pages) for made in packed] == [(1, 0, 1), (2, 1, 1)]
    old, new = (files_of(made.path) for made in packed)
    assert FIRST in old
    assert LAST not in old
    assert {FIRST, LAST} <= new.keys()
    assert gzip.decompress(new["indexes/index.cdx.gz"]).count(b"\n") == 3
    assert old["briefs/briefs.jsonl"] + new["briefs/briefs.jsonl"] == collection.briefs.read_bytes()
    assert new["briefs/rejects.jsonl"] == collection.rejects.read_bytes()
    assert [made.title for made in packed] == [
        "The Harbour Ledger, captured 2024-12-30",
        "The Harbour Ledger, captured 2024-12-30 to 2025-03-01",
    ]
    assert all(list(check_wacz(made.path)) == [] for made in packed)


def test_packages_of_a_size_name_those_that_they_need(tmp_path: Path) -> None:
    collection = collection_of_two_years(tmp_path / "collection")
    packed = packed_parts(collection, tmp_path / "harbour.wacz", partial(by_size, 1))
    assert [made.path.name for made in packed] == ["harbour-00001.wacz", "harbour-00002.wacz"]
    assert [(made.warcs, made.repeated, made.pages) for made in packed] == [(1, 0, 1), (1, 0, 1)]
    first, second = (manifest_of(made.path) for made in packed)
    assert "relation" not in first
    assert second["relation"] == {
        "requires": [{"filename": "harbour-00001.wacz", "hash": f"sha256:{packed[0].sha256}"}]
    }
    assert second["description"] == "Part 2 of 2. 1 of its revisits replay only with part 00001 at hand."


def test_one_package_is_enough_where_all_fits(tmp_path: Path) -> None:
    collection = collection_of_two_years(tmp_path / "collection")
    packed = packed_parts(collection, tmp_path / "harbour.wacz", partial(by_size, 10**9))
    assert [made.path.name for made in packed] == ["harbour-00001.wacz"]


def test_no_package_is_larger_than_what_was_asked_where_files_allow(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "collection")
    collection.create({"site": "demo"})
    with collection.briefs.open("wb") as lines, writer(collection.archive, max_size=5_000) as warc:
        for number in range(40):
            url = f"https://example.com/{number:02}"
            lines.write(line_of(warc.write(exchange(began=OLD, url=url)), f"{number:02}", url))
    size, room = 50_000, 50_000 - 20_000  # less what every package has
    packed = packed_parts(collection, tmp_path / "harbour.wacz", partial(by_size, room))
    assert 1 < len(packed) < len(collection.warcs())
    assert all(made.length < size for made in packed)
    assert sum(made.pages for made in packed) == 40


def test_answers_304_of_a_year_are_counted_and_repeat_nothing(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "collection")
    collection.create({"site": "demo"})
    new_id = ids()
    with writer(collection.archive, now=lambda: OLD, new_id=new_id) as warc:
        first = warc.write(exchange(PAGE, began=OLD))
    with writer(collection.archive, now=lambda: NEW, new_id=new_id, serial=next_serial(collection.archive)) as warc:
        answer = b'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\n\r\n'
        warc.write(exchange(answer, began=NEW, revisit=revisit_of(first, profile=NOT_MODIFIED)))
    packed = packed_parts(collection, tmp_path / "harbour.wacz", parts_by_year)
    assert [made.repeated for made in packed] == [0, 0]
    sentence = "1 of its captures are answers 304 (not modified) to pages that are in part 2024."
    assert manifest_of(packed[1].path)["description"] == sentence
    assert list(check_wacz(packed[1].path)) == []


def test_originals_that_are_not_packed_are_said_to_be_missing(tmp_path: Path) -> None:
    collection = collection_of_two_years(tmp_path / "collection")
    (collection.root / FIRST).unlink()
    packed = packed_parts(collection, tmp_path / "harbour.wacz", parts_by_year)
    assert [made.path.name for made in packed] == ["harbour-2025.wacz"]
    sentence = "1 of its revisits do not replay: their originals are in no WARC file that is packed."
    assert manifest_of(packed[0].path)["description"] == sentence


def test_a_file_without_captures_goes_with_the_year_in_its_name(tmp_path: Path) -> None:
    collection = collection_of_two_years(tmp_path / "collection")
    (collection.archive / "demo-20230101000000-00000.warc.gz").write_bytes(gzip.compress(b""))
    packed = packed_parts(collection, tmp_path / "harbour.wacz", parts_by_year)
    assert packed[0].path.name == "harbour-2023.wacz"
