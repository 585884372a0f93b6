"""The documents say what the code does: every command, option, setting and field, and none that is not there."""

from __future__ import annotations

import ast
import inspect
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import dropwhile, takewhile
from pathlib import Path

import click
import orjson
import pytest

import crawler.settings
from crawler.cli import main as briefs
from crawler.cli.main import EXIT_CODES
from crawler.frontier import backend
from crawler.items import Brief, schema
from crawler.ledger.reading import KNOWN_STATES
from crawler.ledger.schema import VERSION, open_ledger
from crawler.report import make_report
from crawler.report.making import traffic_of
from docs.tables import DOCUMENTS, ROOT, SCHEMAS, all_commands, schema_file, written

README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
TEXTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
OTHERS = {"--pages", "--rounds", "--page-size", "--user", "--now", "--exclude"}
"""Options of other programs that the documents name: the benchmark's, systemctl's, rsync's."""


def options() -> Iterator[str]:
    for command in (briefs, *(command for _, command in all_commands())):
        for parameter in command.get_params(click.Context(command)):
            if isinstance(parameter, click.Option):
                yield from (*parameter.opts, *parameter.secondary_opts)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_tables_are_those_that_the_code_makes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert written(text) == text, "python docs/tables.py writes them anew"


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_the_schema_file_is_the_one_that_the_fields_make(path: Path) -> None:
    assert path.read_bytes() == schema_file(SCHEMAS[path]), "python docs/tables.py writes it anew"
    assert schema(SCHEMAS[path]) == orjson.loads(schema_file(SCHEMAS[path]))


@pytest.mark.parametrize("name", [name for name, _ in all_commands()])
def test_every_command_stands_in_the_reference(name: str) -> None:
    assert f"| `{name}` |" in REFERENCE


@pytest.mark.parametrize("name", sorted(briefs.commands))
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("option", sorted(set(options())))
def test_every_option_stands_in_the_reference(option: str) -> None:
    assert re.search(rf"[`, ]{re.escape(option)}[`, ]", REFERENCE)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_document_names_an_option_that_does_not_exist(path: Path) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*(?!-->)", path.read_text(encoding="utf-8")))
    assert named <= {*options(), *OTHERS}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_document_names_a_command_that_does_not_exist(path: Path) -> None:
    named = set(re.findall(r"(?:`|^\$ |^    )briefs ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= set(briefs.commands)


@pytest.mark.parametrize("text", [README, REFERENCE], ids=["README.md", "reference.md"])
def test_every_exit_code_stands_in_the_readme_and_in_the_reference(text: str) -> None:
    codes = re.findall(r"^ +(\d+) +\S", EXIT_CODES, re.MULTILINE)
    assert codes
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == codes


def test_every_setting_that_a_document_gives_a_value_is_one_of_the_projects() -> None:
    given = {name for path in TEXTS for name in re.findall(r"-s ([A-Z_]+)=", path.read_text(encoding="utf-8"))}
    assert {name for name in given - {"NAME"} if not hasattr(crawler.settings, name)} == set()


@pytest.mark.parametrize("name", sorted(schema(Brief)["properties"]))
def test_every_field_of_a_brief_stands_in_the_readme(name: str) -> None:
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_file_that_a_document_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_heading_that_a_document_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text(encoding="utf-8"))
    headings = {name: headings_of(path.parent / name if name else path) for name, _ in links}
    assert [f"{name}#{anchor}" for name, anchor in links if anchor not in headings[name]] == []


def headings_of(path: Path) -> set[str]:
    """Return the anchors that a forge makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows_below(heading: str, text: str) -> list[list[str]]:
    """Return the cells of the first table below that line, its head left out."""
    lines = text.splitlines()
    below = dropwhile(lambda line: not line.startswith("|"), lines[lines.index(heading) :])
    rows = [*takewhile(lambda line: line.startswith("|"), below)][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def states_in_the_code() -> set[str]:
    """Return the states that an address can be in, without their causes."""
    named = {value for name, value in vars(backend).items() if name.isupper() and isinstance(value, str)}
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "crawler").rglob("*.py")]
    finished = {state for source in sources for state in re.findall(r'(?:finish\(\w+, |state=)f?"([a-z -]+)', source)}
    return {state.partition(":")[0] for state in (*named, *finished, *KNOWN_STATES)}


def test_every_state_of_an_address_stands_in_the_reference_and_says_when_it_is_asked_again() -> None:
    rows = rows_below("## States of an address", REFERENCE)
    states = {row[0].strip("`").partition(":")[0]: row[2] for row in rows}
    assert set(states) == states_in_the_code()
    assert {state for state, again in states.items() if again == "when due"} == set(KNOWN_STATES)


def test_the_tables_of_the_ledger_are_those_that_it_has(tmp_path: Path) -> None:
    rows = rows_below("<!-- ledger tables -->", FORMATS)
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as ledger:
        assert {row[0]: row[1] for row in rows} == {f"`{name}`": columns(ledger, name) for name in tables(ledger)}
    assert f"is the version, {VERSION} today" in FORMATS


def tables(ledger: sqlite3.Connection) -> list[str]:
    return [name for (name,) in ledger.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]


def columns(ledger: sqlite3.Connection, table: str) -> str:
    return ", ".join(f"`{row[1]}`" for row in ledger.execute(f"PRAGMA table_info({table})"))


def test_every_field_of_a_report_stands_in_its_table() -> None:
    fields = [*fields_returned_by(make_report), *fields_returned_by(traffic_of)]
    named = [name for row in rows_below("## runs/RUN/report.json", FORMATS) for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(named) == sorted(fields)


def fields_returned_by(function: Callable[..., object]) -> Iterator[str]:
    """Yield the fields of the object that a function returns as it is written."""
    returned = [node for node in ast.walk(ast.parse(inspect.getsource(function))) if isinstance(node, ast.Return)]
    assert isinstance(returned[0].value, ast.Dict)
    yield from (str(key.value) for key in returned[0].value.keys if isinstance(key, ast.Constant))
