"""The tables of README.md, docs/reference.md and docs/formats.md, and the schemas of the lines, made from the code.

usage: python docs/tables.py

rewrites what stands between `<!-- table: NAME -->` and `<!-- end -->`. A test holds the files against it.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import orjson
from itemadapter import ItemAdapter

import archive.export
import archive.verify
import archive.wacz
import crawler.settings
import crawler.verify
from crawler import exit_codes
from crawler.cli import main as briefs
from crawler.items import Brief, Rejection

ROOT = Path(__file__).parents[1]
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "reference.md", ROOT / "docs" / "formats.md")
SCHEMAS = {ROOT / "crawler" / "brief.schema.json": Brief, ROOT / "crawler" / "reject.schema.json": Rejection}
_PLACE = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def written(document: str) -> str:
    """Return the document with each of its tables made anew."""
    return _PLACE.sub(lambda place: place[1] + TABLES[place[2]]() + place[3], document)


def commands() -> str:
    """Return every command with its arguments and options, as `briefs --help` knows them."""
    rows = [row for name, command in all_commands() for row in _command_rows(name, command)]
    return _table(("command", "argument or option", "meaning"), rows)


def summaries() -> str:
    """Return every command and the sentence that `briefs --help` has for it."""
    rows = [(f"`{name}`", command.get_short_help_str(limit=200)) for name, command in sorted(briefs.commands.items())]
    return _table(("command", "what it does"), rows)


def all_commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its name, and those of a group behind it."""
    for name, command in sorted(briefs.commands.items()):
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {part}", one) for part, one in sorted(command.commands.items()))


def codes() -> str:
    """Return the exit codes and what they mean."""
    return _table(("code", "meaning"), [(str(code), meaning) for code, meaning in exit_codes.MEANINGS.items()])


def settings() -> str:
    """Return the settings that are this project's own, with their defaults."""
    source = Path(crawler.settings.__file__).read_text(encoding="utf-8")
    ours = source[source.index("# --- ours") : source.index("# --- capture")]
    return _table(("setting", "default", "meaning"), _settings_rows(ast.parse(ours).body))


def fields(item: type[Brief] | type[Rejection], *, inner: bool) -> str:
    """Return the fields of a line, and below each, if asked, the fields of the values in it."""
    rows = _field_rows(schema_of(item)["properties"], "")
    return _table(("field", "type", "meaning"), [row for row in rows if inner or "." not in row[0]])


def problems() -> str:
    """Return every kind of problem that `briefs verify` finds."""
    codes = (*archive.verify.CODES.values(), *crawler.verify.CODES.values(), *archive.wacz.CODES)
    rows: list[tuple[str, ...]] = [(f"`{code.name}`", code.level.value, code.meaning) for code in codes]
    return _table(("code", "level", "what is wrong"), rows)


def rights() -> str:
    """Return which signals keep a line out of an export, and of which."""
    rows: list[tuple[str, ...]] = [
        (f"`{one.field}`", f"`{one.value}`" if one.value != "*" else "any", one.meaning, _forbidden(one))
        for one in archive.export.SIGNALS
    ]
    return _table(("field", "word", "what it says", "left out of"), rows)


def _forbidden(signal: archive.export.Signal) -> str:
    return ", ".join(f"`{policy}`" for policy in archive.export.Policy if policy in signal.forbids)


def _command_rows(name: str, command: click.Command) -> Iterator[tuple[str, ...]]:
    yield f"`{name}`", "", (command.help or "").partition("\n")[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            metavar = "" if parameter.is_flag else f" {parameter.make_metavar(click.Context(command))}"
            yield "", f"`{', '.join((*parameter.opts, *parameter.secondary_opts))}{metavar}`", parameter.help or ""
        else:
            yield "", f"`{parameter.make_metavar(click.Context(command))}`", ""


def _settings_rows(body: list[ast.stmt]) -> Iterator[tuple[str, ...]]:
    for statement, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            meaning = str(below.value.value) if is_text else ""  # type: ignore[union-attr]
            assert statement.value is not None
            yield f"`{ast.unparse(target)}`", f"`{ast.unparse(statement.value)}`", meaning


def _field_rows(properties: dict[str, Any], above: str) -> Iterator[tuple[str, ...]]:
    for name, one in properties.items():
        yield f"`{above}{name}`", _type_of(one), " ".join(one["description"].split())
        yield from _field_rows(_inner(one), f"{above}{name}.")


def _type_of(one: dict[str, Any]) -> str:
    if "anyOf" in one and "type" not in one:
        kinds = sorted((_type_of(option) for option in one["anyOf"]), key="null".__eq__)
        return " or ".join(kinds)
    kinds = one.get("type", "any")
    if kinds == "array":
        return f"list of {_type_of(one['items'])}"
    names = [kinds] if isinstance(kinds, str) else sorted(kinds, key="null".__eq__)
    if "array" in names:
        return "string or list of string"
    return " or ".join(names)


def _inner(one: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the objects that a field holds."""
    options = [one, *one.get("anyOf", ())]
    items = [option["items"] for option in options if isinstance(option.get("items"), dict)]
    free = [
        option["additionalProperties"] for option in options if isinstance(option.get("additionalProperties"), dict)
    ]
    found = [option["properties"] for option in (*options, *items, *free) if "properties" in option]
    return found[0] if found else {}


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


TABLES: dict[str, Callable[[], str]] = {
    "summaries": summaries,
    "commands": commands,
    "settings": settings,
    "exit-codes": codes,
    "brief": lambda: fields(Brief, inner=False),
    "brief-whole": lambda: fields(Brief, inner=True),
    "reject": lambda: fields(Rejection, inner=True),
    "rights": rights,
    "problems": problems,
}


def schema_of(item: type[Brief] | type[Rejection]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the lines that an item class makes."""
    version = next(part.default for part in dataclasses.fields(item) if part.name == "schema")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": str(version),
        "description": (item.__doc__ or "").partition("\n")[0],
        **ItemAdapter.get_json_schema(item),
        "required": [part.name for part in dataclasses.fields(item)],
    }


def schema_file(item: type[Brief] | type[Rejection]) -> bytes:
    """Return the file of that schema."""
    return orjson.dumps(schema_of(item), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    for path, item in SCHEMAS.items():
        path.write_bytes(schema_file(item))
    for path in DOCUMENTS:
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
