"""Every format holds all that the lines hold."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from archive.errors import ExportError
from archive.export import Format, write_file
from archive.export.csv_file import CsvWriter, read_csv
from archive.export.lines import Line
from archive.export.shape import Kind, Shape, shape_of
from docs.tables import ROOT
from tests.archive.export.made import SCHEMA, SHAPE, brief, collection_of, rich_brief, survey_of

BRIEFS = [brief("plain", tags=("Extortion",)), rich_brief(), brief("uncaptured", capture=None, licence="@sum(1)")]


@pytest.fixture
def exported(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    collection = collection_of(tmp_path / "c", *BRIEFS)
    path = tmp_path / f"briefs.{request.param}"
    with survey_of(collection) as survey:
        write_file(survey, Format(request.param), path, SCHEMA)
    return path


@pytest.mark.parametrize("exported", ["jsonl"], indirect=True)
def test_json_lines_are_the_lines(exported: Path) -> None:
    assert exported.read_bytes() == (exported.parent / "c" / "briefs.jsonl").read_bytes()


@pytest.mark.parametrize("exported", ["csv"], indirect=True)
def test_the_lines_can_be_had_back_from_csv(exported: Path) -> None:
    with exported.open(encoding="utf-8", newline="") as stream:
        assert list(read_csv(stream, SHAPE)) == BRIEFS


@pytest.mark.parametrize("exported", ["csv"], indirect=True)
def test_csv_is_that_of_rfc_4180_and_no_cell_begins_a_formula(exported: Path) -> None:
    content = exported.read_bytes()
    assert content.count(b"\r\n") == 1 + len(BRIEFS)
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))
    assert rows[2]["licence"] == "'@sum(1)"
    assert rows[1]["tags"] == '["Cocaine, and more","A \\"quoted\\" one"]'
    assert rows[0]["rights.robots_txt"] == ""
    assert [cell for row in rows for cell in row.values() if cell.startswith(tuple("=+-@\t\r\n"))] == []


@pytest.mark.parametrize("exported", ["parquet"], indirect=True)
def test_the_lines_can_be_had_back_from_parquet(exported: Path) -> None:
    rows = parquet.read_table(exported).to_pylist()
    assert [SHAPE.restore(row) for row in rows] == BRIEFS


@pytest.mark.parametrize("exported", ["parquet"], indirect=True)
def test_parquet_has_the_types_and_the_meanings_of_the_schema(exported: Path) -> None:
    columns = parquet.read_schema(exported)
    assert str(columns.field("tags").type) == "list<element: string not null>"
    assert str(columns.field("version").type) == "int64"
    assert columns.field("capture").type.field("offset").type == "int64"
    assert columns.field("tags").metadata == {b"description": b"As printed, the first spelling of each."}


@pytest.mark.parametrize("exported", ["sqlite"], indirect=True)
def test_sqlite_has_tables_of_what_the_briefs_hold(exported: Path) -> None:
    with closing(sqlite3.connect(exported)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT title, capture_offset FROM briefs WHERE line = 2").fetchone() == (
            "The title of rich",
            2000,
        )
        assert db.execute("SELECT position, author FROM authors").fetchall() == [
            (1, "Inés Calderay"),
            (2, "Eimhin O'Reilly"),
        ]
        found = "SELECT briefs.title FROM briefs JOIN briefs_fts ON briefs_fts.rowid = line WHERE briefs_fts MATCH ?"
        assert db.execute(found, ("plain says",)).fetchall() == [("The title of plain",)]
        assert db.execute("SELECT brief, kind, target FROM links ORDER BY kind").fetchall() == [
            (2, "body", None),
            (2, "related", f"{'plain':0>16}"),
            (2, "translation", None),
        ]


@pytest.mark.parametrize("kind", list(Format))
def test_no_briefs_make_an_empty_file_of_the_format(kind: Format, tmp_path: Path) -> None:
    with survey_of(collection_of(tmp_path / "c")) as survey:
        write_file(survey, kind, tmp_path / "none", SCHEMA)
    content = (tmp_path / "none").read_bytes()
    assert content.startswith({"jsonl": b"", "csv": b"schema,id", "parquet": b"PAR1", "sqlite": b"SQLite"}[kind])


@pytest.mark.parametrize("kind", list(Format))
def test_the_same_lines_give_the_same_bytes(kind: Format, tmp_path: Path) -> None:
    collection = collection_of(tmp_path / "c", *BRIEFS)
    for name in ("first", "second"):
        with survey_of(collection) as survey:
            write_file(survey, kind, tmp_path / name, SCHEMA)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_what_fits_no_format_leaves_nothing(tmp_path: Path) -> None:
    huge = brief("huge")
    huge["capture"]["offset"] = 2**63
    collection = collection_of(tmp_path / "c", huge)
    for kind in (Format.SQLITE, Format.PARQUET):
        with survey_of(collection) as survey, pytest.raises(ExportError):
            write_file(survey, kind, tmp_path / "out", SCHEMA)
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


TEXTS = st.text(st.sampled_from("a'=+-@\t\r\n ,\"＝") | st.characters(exclude_categories=["Cs"]), max_size=5)
CELLS = Shape(
    kind=Kind.OBJECT,
    members={
        "must": Shape(kind=Kind.TEXT),
        "may": Shape(kind=Kind.TEXT, nullable=True),
        "list": Shape(kind=Kind.LIST, item=Shape(kind=Kind.TEXT)),
        "number": Shape(kind=Kind.NUMBER, nullable=True),
        "truth": Shape(kind=Kind.BOOLEAN),
        "any": Shape(kind=Kind.ANY, nullable=True),
    },
)
ROWS = st.fixed_dictionaries(
    {
        "must": TEXTS,
        "may": st.none() | TEXTS,
        "list": st.lists(TEXTS, max_size=2),
        "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "truth": st.booleans(),
        "any": st.none() | st.dictionaries(TEXTS, st.integers(0, 9), max_size=2),
    }
)


@settings(deadline=None)
@given(st.lists(ROWS, max_size=3))
def test_any_row_comes_back_from_csv(rows: list[dict[str, Any]]) -> None:
    stream = io.BytesIO()
    writer = CsvWriter(stream, CELLS)
    for row in rows:
        writer.write(Line(1, b"", row))
    assert list(read_csv(io.StringIO(stream.getvalue().decode(), newline=""), CELLS)) == rows


def test_the_documents_say_how_a_cell_is_read() -> None:
    documented = re.search(r're\.sub\(r"(.+)", "", cell\)', (ROOT / "docs" / "formats.md").read_text(encoding="utf-8"))
    assert documented
    texts = ["'=1", "=1", "''@", "'", "''", "'El Capo' falls", "-", "plain", "", "\n", "＝x"]
    stream = io.BytesIO()
    writer = CsvWriter(stream, CELLS)
    for text in texts:
        writer.add({"must": text, "may": text, "list": [text], "truth": True})
    rows = csv.DictReader(io.StringIO(stream.getvalue().decode(), newline=""), strict=True)
    read = [[re.sub(documented[1], "", row[name]) for name in ("must", "may")] for row in rows]
    assert read == [[text, text] for text in texts]


def kinds(shape: Shape) -> Iterator[Kind]:
    yield shape.kind
    for inner in [*shape.members.values(), *([shape.item] if shape.item else [])]:
        yield from kinds(inner)


def test_the_shape_of_a_brief_is_free_only_where_the_schema_is() -> None:
    free = [(name, kind) for name, member in SHAPE.members.items() for kind in kinds(member) if kind is Kind.ANY]
    assert [name for name, _ in free] == ["diff", "diff", "evidence"]


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({}, Kind.ANY),
        ({"type": ["string", "integer"]}, Kind.ANY),
        ({"type": ["null", "boolean"]}, Kind.BOOLEAN),
        ({"anyOf": [{"type": "null"}, {"type": "number"}]}, Kind.NUMBER),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, Kind.ANY),
        ({"type": "array"}, Kind.ANY),
        ({"type": "object"}, Kind.ANY),
    ],
)
def test_a_schema_that_says_little_is_of_any_kind(schema: dict[str, Any], kind: Kind) -> None:
    assert shape_of(orjson.loads(orjson.dumps(schema))).kind is kind
