"""Which lines are taken, and what is said of an option that nothing fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from archive.errors import CollectionError, ExportError
from archive.export import Policy, day, open_lines
from archive.export.rights import SIGNALS, forbidding
from tests.archive.export.made import SCHEMA, brief, collection_of, survey_of, taken


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return collection_of(
        tmp_path / "c",
        brief("a", tags=("Extortion",), countries=("PE",), published="2014-03-25T23:30:00-05:00"),
        brief("b", kind="analysis", language="es-ES", tags=("extortion", "Gold"), published="2015-01-01"),
        brief("c", language="es", published=None),
        brief("a", version=2, change="substantive", tags=("Extortion",), published="2014-03-26T01:00:00Z"),
        brief("b", version=2, change="gone", kind="analysis", language="es-ES", published="2015-01-01"),
    )


@pytest.mark.parametrize(
    ("asked", "works"),
    [
        ({}, ["c-1", "a-2"]),
        ({"all_versions": True}, ["a-1", "b-1", "c-1", "a-2", "b-2"]),
        ({"all_versions": True, "since": "2014-03-26"}, ["b-1", "a-2", "b-2"]),
        ({"all_versions": True, "until": "2014-03-25"}, ["a-1"]),
        ({"all_versions": True, "until": "2014-03"}, ["a-1", "a-2"]),
        ({"all_versions": True, "since": "2014", "until": "2014"}, ["a-1", "a-2"]),
        ({"all_versions": True, "tags": ("EXTORTION",)}, ["a-1", "b-1", "a-2"]),
        ({"all_versions": True, "tags": ("gold", "extortion"), "kinds": ("analysis",)}, ["b-1"]),
        ({"all_versions": True, "languages": ("es",)}, ["b-1", "c-1", "b-2"]),
        ({"all_versions": True, "languages": ("es-ES",)}, ["b-1", "b-2"]),
        ({"countries": ("pe",)}, []),
        ({"captured_until": "20261121999999"}, ["a-1", "b-1", "c-1"]),
        ({"captured_since": "20261122"}, ["a-2"]),
    ],
    ids=str,
)
def test_what_is_asked_for_is_taken(asked: dict[str, Any], works: list[str], collection: Collection) -> None:
    assert taken(collection, **asked) == works


def test_all_that_is_left_out_is_counted(collection: Collection) -> None:
    with survey_of(collection, since="2014") as survey:
        assert [line.number for line in survey.wanted()] == [4]
        tally = survey.tally
    assert (tally.lines, tally.taken, tally.older, tally.gone) == (5, 1, 2, 1)
    assert tally.unfit == {"no date of publication": 1}
    with survey_of(collection, captured_since="20261122") as survey:
        list(survey.wanted())
    assert (survey.tally.unfit["--captured"], survey.tally.older, survey.tally.gone) == (3, 0, 1)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"tags": ("Exortion",)}, "--tag is 'Exortion', expected one of the tags here: Extortion, Gold, extortion"),
        ({"countries": ("Peru",)}, "--country is 'Peru', expected one of the countries here: PE"),
        ({"kinds": ("brief", "x")}, "--kind is 'x', expected one of the kinds here: analysis, brief"),
        ({"languages": ("e",)}, "--language is 'e', expected one of the languages here: en-US, es, es-ES"),
        ({"tags": ("x",), "captured_since": "2027"}, "--tag is 'x', and no brief here has any tags"),
    ],
    ids=str,
)
def test_a_value_that_no_brief_has_is_said_with_those_that_there_are(
    asked: dict[str, Any], sentence: str, collection: Collection
) -> None:
    with pytest.raises(ExportError, match="^" + sentence), survey_of(collection, **asked):
        pass


def test_of_many_values_the_commonest_are_named(tmp_path: Path) -> None:
    lines = [brief(f"w{number}", tags=(f"t{number:02}", "common")) for number in range(30)]
    collection = collection_of(tmp_path / "c", *lines)
    with pytest.raises(ExportError, match=r"here: common, t00, .* and 11 more$"), survey_of(collection, tags=("no",)):
        pass
    with pytest.raises(ExportError, match=r"here: common, .*, t29 and 11 more$"), survey_of(collection, tags=("9",)):
        pass


@pytest.mark.parametrize("text", ["2014-3-1", "2014-02-30", "14", "20140325", "yesterday", "２０１４"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(ExportError, match=r"^--since is '.*', expected a day, month or year such as"):
        day("--since", text)


@pytest.mark.parametrize(
    ("rights", "forbidden"),
    [
        ({}, []),
        ({"robots_txt": "allowed", "meta_robots": "index, follow, max-snippet:-1", "tdm_reservation": "0"}, []),
        ({"robots_txt": None, "tdm_reservation": None}, []),
        ({"tdm_reservation": "1"}, [Policy.TEXT_MINING]),
        ({"meta_robots": "NOINDEX,follow"}, [Policy.TEXT_MINING]),
        ({"meta_robots": "noai, noimageai"}, [Policy.TEXT_MINING]),
        ({"robots_txt_disallows": "CCBot, GPTBot"}, [Policy.TEXT_MINING]),
        ({"robots_txt_disallows": ""}, []),
        ({"x_robots_tag": "otherbot: noarchive"}, [Policy.TEXT_MINING, Policy.RESEARCH]),
        ({"robots_txt": "disallowed"}, [Policy.TEXT_MINING, Policy.RESEARCH]),
    ],
    ids=str,
)
def test_rights_forbid_what_they_say(rights: dict[str, Any], forbidden: list[Policy]) -> None:
    assert [policy for policy in Policy if any(forbidding(rights, policy))] == forbidden


def test_a_policy_takes_all_that_a_stricter_one_takes() -> None:
    assert all(Policy.TEXT_MINING in signal.forbids and Policy.ANY not in signal.forbids for signal in SIGNALS)


def test_what_rights_leave_out_is_counted_by_signal(tmp_path: Path) -> None:
    reserved = {"tdm_reservation": "1", "meta_robots": "noindex"}
    collection = collection_of(tmp_path / "c", brief("a"), brief("b", rights=reserved))
    with survey_of(collection) as survey:
        assert [line.number for line in survey.wanted()] == [1]
    assert survey.tally.forbidden == 1
    assert survey.tally.signals == {
        "meta_robots noindex: the page is not to be listed": 1,
        "tdm_reservation 1: text and data mining is reserved": 1,
    }
    assert taken(collection, rights=Policy.RESEARCH) == ["a-1", "b-1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{}\n", "line 2 is no brief: must contain"),
        (b"[]\n", "line 2 is no brief: must be object"),
        (b'{"schema":', "line 2 is no JSON"),
        (b"\xff\n", "line 2 is no JSON"),
        (b'{"a":"\\ud800"}\n', "line 2 is no JSON"),
    ],
)
def test_a_line_that_is_no_brief_is_said_with_its_number(content: bytes, sentence: str, tmp_path: Path) -> None:
    collection = collection_of(tmp_path / "c", brief("a"))
    collection.briefs.write_bytes(collection.briefs.read_bytes() + content)
    with pytest.raises(CollectionError, match=sentence), survey_of(collection):
        pass


def test_lines_past_the_committed_length_do_not_count(tmp_path: Path) -> None:
    collection = collection_of(tmp_path / "c", brief("a"))
    length = collection.briefs.stat().st_size
    collection.briefs.write_bytes(collection.briefs.read_bytes() + b"half a li")
    with open_lines(collection.briefs, length, SCHEMA) as lines:
        assert [line.number for line in lines.checked()] == [1]


@pytest.mark.parametrize(
    ("length", "sentence"),
    [(None, "no brief was read yet"), (0, "no brief was read yet"), (9, "is missing, expected the 9 bytes")],
)
def test_a_collection_without_lines_is_said(length: int | None, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match=sentence), open_lines(tmp_path / "briefs.jsonl", length, SCHEMA):
        pass


def test_a_file_shorter_than_committed_is_said(tmp_path: Path) -> None:
    collection = collection_of(tmp_path / "c", brief("a"))
    with pytest.raises(CollectionError, match="expected the 99999 that were committed"):
        open_lines(collection.briefs, 99999, SCHEMA).__enter__()
