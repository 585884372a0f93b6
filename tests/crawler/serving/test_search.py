"""The search index: what is found, what is counted, and that it never holds another thing than the lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.collection import Collection
from crawler.serving.search import Asked, BadParameterError, SearchIndex
from tests.crawler.serving.conftest import append, made_line, written

LINES = (
    made_line("a", title="Narcotráfico en la Bahía", language="es-ES", published="2019-05-01", tags=["Fuel", "Perú"],
              countries=["PE"], authors=["Inés Calderay"], text="El puerto. Una lancha."),
    made_line("b", title="Fuel Smuggling Moves Inshore", published="2020-03-04T10:00:00Z", tags=["FUEL"],
              kind="analysis", countries=["PE", "PA"], text="The smugglers said \"no comment\" at port.",
              aliases=["https://h.example/old"]),
    made_line("c", title="A Quiet Port", published="2020-12-31", text="Nothing was smuggled.",
              related=[{"url": "https://h.example/old", "title": "Old"}, {"url": "https://o.example/x", "title": "X"}],
              translations=[{"language": "es", "url": "https://harbour.example/news/brief/a/"}]),
    made_line("d", title="Without a date"),
)  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    opened = SearchIndex(written(tmp_path_factory.mktemp("search") / "c", *LINES), lambda: None)
    yield opened
    opened.close()


def found(index: SearchIndex, **parameters: str) -> list[str]:
    return [work.id for work in index.search(Asked.of(parameters.items())).works]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("narcotrafico", ["a"]),
        ("NARCOTRÁFICO bahia", ["a"]),
        ("port", ["c", "b"]),
        ('"no comment"', ["b"]),
        ('"comment no"', []),
        ("smugg*", ["c", "b"]),
        ("smugg", []),
        ("port -quiet", ["b"]),
        ("-port", ["a", "d"]),
        ("Calderay", []),  # a byline that is not printed is not text
        ("fuel", ["b", "a"]),
        ('AND OR NOT NEAR( " * ^ : {title}', []),
        ("...", ["c", "b", "a", "d"]),  # no word at all asks for nothing
    ],
)
def test_words_find_what_a_reader_means(words: str, expected: list[str], index: SearchIndex) -> None:
    assert sorted(found(index, q=words)) == sorted(expected)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_no_words_are_a_mistake(index: SearchIndex, words: str) -> None:
    index.search(Asked.of([("q", words)]))


def test_a_word_is_marked_where_it_was_found(index: SearchIndex) -> None:
    (work,) = index.search(Asked.of([("q", "inshore smugglers")])).works
    assert ("Inshore", True) in work.marked_title
    assert ("smugglers", True) in work.excerpt


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"since": "2020"}, ["c", "b"]),
        ({"until": "2019"}, ["a"]),
        ({"since": "2019-05-01", "until": "2020-03-04"}, ["b", "a"]),
        ({"until": "2020-12"}, ["c", "b", "a"]),
        ({"tag": "fuel"}, ["b", "a"]),
        ({"country": "PA"}, ["b"]),
        ({"language": "es"}, ["a"]),
        ({"language": "e"}, []),
        ({"kind": "analysis", "tag": "Fuel"}, ["b"]),
        ({"author": "Inés Calderay"}, ["a"]),
        ({"sort": "oldest"}, ["a", "b", "c", "d"]),
        ({"sort": "title"}, ["c", "b", "a", "d"]),
        ({"per_page": "2", "page": "2"}, ["a", "d"]),
    ],
)
def test_bounds_facets_orders_and_pages(parameters: dict[str, str], expected: list[str], index: SearchIndex) -> None:
    assert found(index, **parameters) == expected


def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other(index: SearchIndex) -> None:
    results = index.search(Asked.of([("country", "PA"), ("country", "XX"), ("tag", "fuel")]))
    assert [work.id for work in results.works] == ["b"]
    assert [(one.value, one.count, one.is_chosen) for one in results.facets["country"]] == [
        ("PE", 2, False), ("PA", 1, True), ("XX", 0, True),
    ]  # fmt: skip
    assert [(one.value, one.count) for one in results.facets["tag"]] == [("FUEL", 1)]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("since", "25/03/2014", "since is '25/03/2014', expected a day, month or year such as 2014-03-25 or 2014"),
        ("until", "2014-02-30", "until is '2014-02-30', expected a day, month or year such as 2014-03-25 or 2014"),
        ("page", "0", "page is '0', expected a whole number from 1 to 100000"),
        ("per_page", "201", "per_page is '201', expected a whole number from 1 to 200"),
        ("sort", "best", "sort is 'best', expected one of: relevance, newest, oldest, title"),
        ("colour", "red", "colour is no parameter, expected one of: q, since, until, sort"),
        ("q", "x" * 1001, "q has 1001 letters, expected at most 1000"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_said_in_a_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(BadParameterError) as raised:
        Asked.of([(name, value)])
    assert str(raised.value).startswith(sentence)


def test_a_query_says_what_was_asked() -> None:
    asked = Asked.of([("q", "a b"), ("tag", "x&y"), ("tag", "z"), ("since", "2014"), ("page", "3")])
    assert asked.query(page=4) == "q=a+b&since=2014&page=4&tag=x%26y&tag=z"
    assert asked.without_value("tag", "z") == "q=a+b&since=2014&tag=x%26y"
    assert Asked.of([("tag", "a")]).with_value("tag", "b") == "tag=a&tag=b"


def test_links_lead_both_ways_also_by_another_address(index: SearchIndex) -> None:
    assert [(link.place, link.work, link.title) for link in index.links_from("c")] == [
        ("related", "b", "Fuel Smuggling Moves Inshore"), ("related", None, "X"),
        ("translation", "a", "Narcotráfico en la Bahía"),
    ]  # fmt: skip
    assert [(link.place, link.work) for link in index.links_to("b")] == [("related", "c")]
    assert [(link.place, link.work) for link in index.links_to("a")] == [("translation", "c")]


def test_a_work_is_named_by_id_its_beginning_or_an_address(tmp_path: Path) -> None:
    index = SearchIndex(written(tmp_path / "c", made_line("abc1"), made_line("abd2"), made_line("abd")), lambda: None)
    assert index.named("abc") == "abc1"
    assert index.named("abd") == "abd"
    assert index.named("ab") is None
    assert index.named("") is None
    assert index.named("https://harbour.example/news/brief/abd2/") == "abd2"


def test_what_is_appended_is_there_at_the_next_look_as_far_as_it_is_committed(tmp_path: Path) -> None:
    places = written(tmp_path / "c", LINES[0])
    committed = places.briefs.stat().st_size
    index = SearchIndex(places, lambda: committed)
    assert found(index) == ["a"]
    append(places, LINES[1])
    assert found(index) == ["a"]
    committed = places.briefs.stat().st_size
    with places.briefs.open("ab") as stream:
        stream.write(b'{"id": "torn')
    assert found(index) == ["b", "a"]
    assert len(index.lines("b")) == 1


def test_versions_replace_each_other_and_a_tombstone_keeps_the_words(tmp_path: Path) -> None:
    second = made_line("a", version=2, change="substantive", title="Now Otherwise", text="Boats.")
    places = written(tmp_path / "c", LINES[0], second)
    index = SearchIndex(places, lambda: None)
    assert (found(index, q="narcotrafico"), found(index, q="boats")) == ([], ["a"])
    append(places, made_line("a", version=3, change="gone", title="Now Otherwise"))
    assert (found(index, q="boats"), found(index, change="gone"), found(index, change="new")) == (["a"], ["a"], [])
    assert [line["version"] for line in index.lines("a")] == [1, 2, 3]


def test_a_work_that_was_taken_down_is_listed_only_when_asked_for(tmp_path: Path) -> None:
    index = SearchIndex(written(tmp_path / "c", LINES[1], made_line("t", change="taken down", title="")), lambda: None)
    assert (found(index), index.count()) == (["b"], 1)
    assert found(index, change="taken down") == ["t"]


def test_a_file_that_was_replaced_is_read_anew_and_nothing_of_the_old_one_stays(tmp_path: Path) -> None:
    places = written(tmp_path / "c", *LINES)
    index = SearchIndex(places, lambda: None)
    assert len(found(index)) == 4
    places.briefs.unlink()
    append(places, made_line("t", change="taken down", title=""), LINES[2], LINES[3])
    assert found(index) == ["c", "d"]
    assert b"Smuggling" not in places.search.read_bytes()
    places.briefs.unlink()
    assert found(index) == []


@pytest.mark.parametrize("content", [b"", b"no database, but longer than a page of one" * 200, None])
def test_an_index_that_is_damaged_or_gone_is_made_again(content: bytes | None, tmp_path: Path) -> None:
    places = written(tmp_path / "c", *LINES)
    index = SearchIndex(places, lambda: None)
    assert len(found(index)) == 4
    if content is None:
        places.search.unlink()
        assert len(found(index)) == 4
        assert places.search.exists()
    else:
        index.close()
        places.search.write_bytes(content)
        assert len(found(SearchIndex(places, lambda: None))) == 4


def test_an_index_of_another_version_is_made_again(tmp_path: Path) -> None:
    places = written(tmp_path / "c", *LINES)
    with sqlite3.connect(places.search) as database:
        database.execute("CREATE TABLE work (other TEXT)")
        database.execute("PRAGMA user_version = 999")
    assert len(found(SearchIndex(places, lambda: None))) == 4


def test_where_no_index_can_be_written_it_is_in_memory(tmp_path: Path) -> None:
    places = written(tmp_path / "c", *LINES)
    places.search.mkdir()  # a folder in its place: not even root can write a database there
    index = SearchIndex(places, lambda: None)
    assert found(index, q="narcotrafico") == ["a"]
    append(places, made_line("e", title="Narcotráfico"))
    assert sorted(found(index, q="narcotrafico")) == ["a", "e"]


def test_two_processes_share_one_index_and_read_each_line_once(tmp_path: Path) -> None:
    places = written(tmp_path / "c", *LINES[:2])
    one, other = (SearchIndex(Collection(places.root), lambda: None) for _ in range(2))
    assert len(found(one)) == len(found(other)) == 2
    append(places, *LINES[2:])
    assert len(found(other)) == len(found(one)) == 4
    with sqlite3.connect(places.search) as database:
        assert database.execute("SELECT count(*) FROM version").fetchone() == (4,)
