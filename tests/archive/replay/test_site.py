"""The pages of the list, as they are sent."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.replay.answer import Answer
from archive.replay.captures import Captures
from archive.replay.shelf import Shelf
from archive.replay.site import ListSite
from tests.archive.replay.made import HOSTILE, PAGE, TITLES, WORK, unexpected


def site(collection: Collection) -> ListSite:
    captures = Captures(collection, lambda: None, unexpected)
    return ListSite("demo", Shelf(collection, lambda: None), captures, lambda url, at: f'http://engine/{at}/{url}?"<')


def answer(collection: Collection, path: str, query: str = "") -> Answer:
    found = site(collection).answer(path, query)
    assert found is not None
    return found


def html(collection: Collection, path: str, query: str = "") -> str:
    body = answer(collection, path, query).body
    assert isinstance(body, bytes)
    return body.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", "123 of 123 briefs, the newest first, page 1 of 3"),
        ("page=3", "123 of 123 briefs, the newest first, page 3 of 3"),
        ("page=99", "page 3 of 3"),
        ("page=0", "page 1 of 3"),
        ("page=-1", "page 1 of 3"),
        ("page=%C2%B2", "page 1 of 3"),
        ("page=" + "9" * 5000, "page 1 of 3"),
        ("q=+ransom+", "1 of 123 briefs, the newest first"),
        ("q=Tide&page=2&from=2015-01-01&to=2015-01-01", "120 of 123 briefs, the newest first, page 2 of 3"),
        ("q=nothing", "None of the 123 briefs is like that."),
    ],
)
def test_the_list_says_how_much_of_it_is_shown(query: str, count: str, made: Collection) -> None:
    assert f"{count}</p>" in html(made, "/", query)


def test_links_to_other_pages_keep_the_search(made: Collection) -> None:
    page = html(made, "/", "q=Tide+%26+%22table%22&page=1") + html(made, "/", "q=tide&from=2014-01-01&page=2")
    assert unescape(page).count('href="/?q=tide&from=2014-01-01&page=') == 2


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=yesterday", "From is 'yesterday', expected a day such as 2026-11-24."),
        ("to=2020-02-30", "To is '2020-02-30', expected a day such as 2026-11-24."),
        ("from=2021-01-02&to=2021-01-01", "From is 2021-01-02, expected a day up to 2021-01-01."),
        ("from=%3Cb%3E", "From is '<b>', expected a day such as 2026-11-24."),
    ],
)
def test_a_day_that_is_none_is_told_in_the_form(query: str, sentence: str, made: Collection) -> None:
    assert answer(made, "/", query).status == 400
    page = html(made, "/", query)
    assert f'role="alert">{sentence}</p>' in unescape(page)
    assert "<b>" not in page


def test_a_query_of_too_many_fields_is_refused(made: Collection) -> None:
    assert answer(made, "/", "&".join(["a=b"] * 99)).status == 400


def test_a_collection_without_briefs_says_so(tmp_path: Path) -> None:
    Collection(tmp_path).create({"site": "demo"})
    assert "This collection has no briefs." in html(Collection(tmp_path), "/")


def test_text_from_the_network_never_becomes_markup(made: Collection) -> None:
    for page in (html(made, "/", "page=3"), html(made, f"/brief/{'b' * 16}"), html(made, "/", "q=%22%3E%3Cscript%3E")):
        assert "<script" not in page
    assert HOSTILE in unescape(html(made, f"/brief/{'b' * 16}"))


def test_a_brief_leads_to_its_captures_in_the_engine(made: Collection) -> None:
    page = html(made, f"/brief/{WORK}")
    assert f'<a href="http://engine/20261124013200/{PAGE}?&quot;&lt;">2026-11-24 01:32:00</a>' in page
    assert "5 captures, the oldest first" in page
    assert len(re.findall(r'<th scope="row"><a ', page)) == 4
    assert TITLES[1] in page


def test_pages_forbid_what_they_do_not_need(made: Collection) -> None:
    for path in ("/", f"/brief/{WORK}"):
        policy = answer(made, path).policy
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "https:" not in html(made, path).replace("https://harbour.example", "")


@pytest.mark.parametrize("path", ["/nothing", "/brief/", "/brief/nobody", "/brief/../../etc/passwd", "//", "/style.cs"])
def test_there_is_nothing_at_other_paths(path: str, made: Collection) -> None:
    assert site(made).answer(path, "") is None


def test_damage_is_told_with_its_place(made: Collection, tmp_path: Path) -> None:
    copy = Collection(shutil.copytree(made.root, tmp_path / "c"))
    copy.briefs.write_bytes(b"{]\n")
    damaged = answer(copy, "/")
    assert damaged.status == 500
    assert b"briefs.jsonl: the line at byte 0 is no JSON" in bytes(damaged.body)
