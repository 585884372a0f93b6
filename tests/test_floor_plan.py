"""The floor plan: who may import whom, and one door a dependency."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the top down; rooms on one line may not use each other. A room is a module or a package.
FLOORS = (
    ("crawler.__main__",),
    ("crawler.cli",),
    ("crawler.recover", "crawler.importing", "crawler.takedown", "crawler.serving"),
    ("crawler.verify",),
    ("crawler.spiders", "crawler.rebuild", "crawler.schedule"),
    ("crawler.pipelines", "crawler.middlewares", "crawler.extensions", "crawler.capture"),
    ("crawler.report",),
    ("crawler.run",),
    ("crawler.ledger",),
    ("crawler.plan", "crawler.works", "crawler.reading", "crawler.discovery"),
    ("crawler.blocking",),
    ("crawler.frontier", "crawler.extract"),
    ("crawler.sites",),
    ("crawler.items", "crawler.scope", "crawler.demo", "crawler.settings", "crawler.robots", "crawler.exit_codes"),
    ("crawler.traps",),
    # -------- archive never looks up
    ("archive.replay",),
    ("archive.indexing", "archive.contents"),
    ("archive.wacz", "archive.verify", "archive.export"),
    ("archive.catalog", "archive.pages"),
    ("archive.cdxj", "archive.collection", "archive.beside"),
    ("archive.reader", "archive.writer"),
    ("archive.record",),
    ("archive.records", "archive.openfile", "archive.source", "archive.linefile", "archive.takedown"),
    ("archive.model",),
    ("archive.digest", "archive.surt"),
    ("archive.message", "archive.coding", "archive.timestamps"),
    ("archive.errors", "archive.problem", "archive.merkle", "archive.padding"),
)
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
ROOTS = {"crawler", "archive"}

DOORS = {
    "warcio": ("archive.reader", "archive.writer"),
    "lxml": ("crawler.extract", "crawler.discovery"),
    "webencodings": ("crawler.discovery",),
    "tinycss2": ("crawler.extract",),
    "itemadapter": (),  # brings all of Scrapy with it: docs/tables.py alone uses it
    "protego": ("crawler.robots",),
    "brotli": ("archive.coding", "crawler.demo"),
    "cryptography": ("archive.wacz", "crawler.capture", "crawler.demo"),
    "sqlite3": (
        "crawler.frontier",
        "crawler.ledger",
        "crawler.schedule.book",
        "crawler.schedule.outbox",
        "crawler.serving.search",
        "archive.catalog",
        "archive.export",
    ),
    "starlette": ("crawler.serving",),
    "uvicorn": ("crawler.serving.server",),
    "pyarrow": ("archive.export.parquet",),
    "cronsim": ("crawler.schedule.timing",),
    "prometheus_client": ("crawler.report.metrics", "crawler.schedule.metrics"),
    "smtplib": ("crawler.schedule.mail",),
    "click": ("crawler.cli",),
    "rich": ("crawler.cli", "crawler.extensions"),
    "twisted": ("crawler.capture", "crawler.extensions", "crawler.spiders", "crawler.cli"),
    "scrapy": (
        "crawler.capture",
        "crawler.cli",
        "crawler.extensions",
        "crawler.frontier.engine_hooks",
        "crawler.frontier.scheduler",
        "crawler.middlewares",
        "crawler.pipelines",
        "crawler.run",
        "crawler.spiders",
    ),
}
FILES = sorted([*(ROOT / "archive").rglob("*.py"), *(ROOT / "crawler").rglob("*.py")])


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from crawler import cli` names a module, `from crawler import __version__` does not.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str | None:
    return ".".join(module.split(".")[:2]) if module.split(".")[0] in ROOTS and "." in module else None


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_room_uses_only_rooms_below_it(path: Path) -> None:
    own = room_of(module_of(path))
    if own is None:
        return  # crawler/__init__.py and archive/__init__.py
    assert own in LEVEL, f"{own} has no place on the floor plan"
    for name in imports_of(path):
        other = room_of(name)
        if other in (None, own, "crawler.__version__"):
            continue
        assert other in LEVEL, f"{name} has no place on the floor plan"
        assert LEVEL[own] < LEVEL[other], f"{own} may not use {other}"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_dependency_comes_in_by_its_door_alone(path: Path) -> None:
    module = module_of(path)
    for name in imports_of(path):
        doors = DOORS.get(name.split(".")[0])
        assert doors is None or module.startswith(doors), f"{module} may not import {name}"
