"""The works of a collection, and the search in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.catalog import Committed
from archive.collection import Collection
from archive.errors import CollectionError
from archive.replay.shelf import Search, Shelf, Work, addresses_of, fold
from tests.archive.replay.made import ALIAS, HOSTILE, PAGE, REPEAT, TITLES, WORK


def line(work: str, title: str | None, published: str | None = "2020-01-01", **changes: Any) -> bytes:
    return orjson.dumps({"id": work, "title": title, "published": published, **changes}) + b"\n"


def shelf(folder: Path, *lines: bytes) -> Shelf:
    (folder / "briefs.jsonl").write_bytes(b"".join(lines))
    return Shelf(Collection(folder), lambda: None)


def titles(works: list[Work]) -> list[str]:
    return [work.title for work in works]


def test_the_newest_work_stands_first_and_those_without_a_date_last(tmp_path: Path) -> None:
    dated = [line("a", "old", "2014-03-25"), line("b", "undated", None), line("c", "new", "2023-01-13T08:00:00+01:00")]
    assert titles(shelf(tmp_path, *dated).works()) == ["new", "old", "undated"]


def test_a_work_has_the_title_of_its_newest_version_and_is_found_by_every_one(tmp_path: Path) -> None:
    (work,) = shelf(tmp_path, line("a", "Before"), line("a", "After", change="gone")).works()
    assert (work.title, work.is_gone, len(work.lines)) == ("After", True, 2)
    assert Search(words="before").finds(work)


def test_lines_that_a_crawl_appends_are_there_at_the_next_look(tmp_path: Path) -> None:
    made = shelf(tmp_path, line("a", "one"))
    assert titles(made.works()) == ["one"]
    with (tmp_path / "briefs.jsonl").open("ab") as stream:
        stream.write(line("b", "two", "2021-01-01") + line("c", "half")[:-9])
    assert titles(made.works()) == ["two", "one"]
    second = made.work("b")
    assert second is not None
    assert made.versions(second)[0]["title"] == "two"


def test_a_file_that_was_replaced_or_cut_is_read_anew(tmp_path: Path) -> None:
    made = shelf(tmp_path, line("a", "one"), line("b", "two"))
    assert len(made.works()) == 2
    (tmp_path / "briefs.jsonl").write_bytes(line("a", "one"))
    assert titles(made.works()) == ["one"]
    (tmp_path / "new").write_bytes(line("c", "much longer than what was there before"))
    (tmp_path / "new").replace(tmp_path / "briefs.jsonl")
    assert titles(made.works()) == ["much longer than what was there before"]
    (tmp_path / "briefs.jsonl").unlink()
    assert made.works() == []


def test_only_what_is_committed_is_read(tmp_path: Path) -> None:
    lines = [line("a", "one"), line("b", "two")]
    (tmp_path / "briefs.jsonl").write_bytes(b"".join(lines))
    committed: Committed = {"briefs.jsonl": len(lines[0])}
    assert titles(Shelf(Collection(tmp_path), lambda: committed).works()) == ["one"]


@pytest.mark.parametrize("bad", [b"{]\n", b"[]\n", b'{"title": "no id"}\n', b'{"id": 7}\n'])
def test_a_line_that_is_no_brief_is_named(bad: bytes, tmp_path: Path) -> None:
    good = line("a", "one")
    with pytest.raises(CollectionError, match=f"the line at byte {len(good)} is no"):
        shelf(tmp_path, good, bad).works()


def test_a_line_of_little_is_a_work_too(tmp_path: Path) -> None:
    (work,) = shelf(tmp_path, line("a", None, None)).works()
    assert (work.title, work.day, work.language) == ("", "", "")


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Search(), [TITLES[0], TITLES[1], HOSTILE]),
        (Search(words="cocaina"), [TITLES[0]]),
        (Search(words="COCAÍNA  viaja"), [TITLES[0]]),
        (Search(words="viaja cocaina"), []),
        (Search(words="<script>"), [HOSTILE]),
        (Search(first=date(2019, 1, 25)), [TITLES[0], TITLES[1]]),
        (Search(first=date(2019, 1, 26)), [TITLES[0]]),
        (Search(last=date(2019, 1, 25), words="ransom"), [TITLES[1]]),
        (Search(last=date(2019, 1, 24), words="ransom"), []),
        (Search(first=date(2023, 1, 13), last=date(2023, 1, 13)), [TITLES[0]]),
    ],
)
def test_a_search_finds(search: Search, expected: list[str], made: Collection) -> None:
    works = [work for work in Shelf(made, lambda: None).works() if not work.title.startswith("Tide table")]
    assert titles([work for work in works if search.finds(work)]) == expected


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("ÉCLAIR\u00a0 au\tcafé", "eclair au cafe"),
        ("e\u0301", "e"),
        ("ﬁne", "fine"),
        ("İstanbul", "istanbul"),
        ("Ελλάδα", "ελλαδα"),
        ("日本", "日本"),
    ],
)
def test_folding_leaves_case_accents_and_white_space_out(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_the_addresses_of_a_work_are_those_of_all_its_versions(made: Collection) -> None:
    shelf_ = Shelf(made, lambda: None)
    work = shelf_.work(WORK)
    assert work is not None
    assert addresses_of(shelf_.versions(work)) == [PAGE, ALIAS, REPEAT]
    assert shelf_.work("nobody") is None
