"""The documents say what the code does: every command, option, setting and field, and none that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import crawler.settings
from crawler.cli import main as briefs
from crawler.cli.main import EXIT_CODES
from crawler.items import Brief, schema
from docs.tables import DOCUMENTS, ROOT, SCHEMA_FILE, brief_schema, written

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
OTHERS = {"--pages", "--rounds", "--page-size"}
"""Options of other programs that the documents name: the benchmark's."""


def options() -> Iterator[str]:
    for command in (briefs, *briefs.commands.values()):
        for parameter in command.get_params(click.Context(command)):
            if isinstance(parameter, click.Option):
                yield from parameter.opts


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_tables_are_those_that_the_code_makes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert written(text) == text, "python docs/tables.py writes them anew"


def test_the_schema_file_is_the_one_that_the_fields_make() -> None:
    assert SCHEMA_FILE.read_bytes() == brief_schema(), "python docs/tables.py writes it anew"


@pytest.mark.parametrize("name", sorted(briefs.commands))
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("option", sorted(set(options())))
def test_every_option_stands_in_the_readme(option: str) -> None:
    assert re.search(rf"[`, ]{re.escape(option)}[`, ]", README)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_document_names_an_option_that_does_not_exist(path: Path) -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*(?!-->)", path.read_text(encoding="utf-8")))
    assert named <= {*options(), *OTHERS}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_document_names_a_command_that_does_not_exist(path: Path) -> None:
    named = set(re.findall(r"(?:`|^\$ |^    )briefs ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= set(briefs.commands)


def test_every_exit_code_stands_in_the_readme() -> None:
    codes = re.findall(r"^ +(\d+) +\S", EXIT_CODES, re.MULTILINE)
    assert codes
    assert re.findall(r"^\| (\d+) \|", README, re.MULTILINE) == codes


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
