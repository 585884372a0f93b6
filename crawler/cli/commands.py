"""The commands of `briefs`, each imported when it is asked for: Scrapy takes half a second, and most need none."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterator
from importlib import import_module

import click

_PLACES = {
    "crawl": "crawl",
    "demo": "demo",
    "discover": "discover",
    "drift": "drift",
    "explain": "explain",
    "export": "export",
    "gaps": "gaps",
    "get": "captures",
    "history": "reading",
    "import": "importing:import_files",
    "index": "index",
    "list": "captures:list_captures",
    "pack": "pack",
    "rebuild": "rebuild",
    "recover": "recover",
    "replay": "replay",
    "report": "report",
    "retry": "reading",
    "run-due": "run_due:run_due",
    "runs": "runs",
    "schedule": "schedule",
    "schema": "reading",
    "serve": "serve",
    "show": "reading",
    "sites": "reading",
    "status": "reading",
    "takedown": "takedown",
    "verify": "verify",
}
"""Name -> its module here and, where it has another name there, what it is called."""


class Commands(UserDict[str, click.Command]):
    """Every command by its name."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.data and name in _PLACES:
            module, _, attribute = _PLACES[name].partition(":")
            self.data[name] = getattr(import_module(f"crawler.cli.{module}"), attribute or name)
        return self.data[name]

    def __contains__(self, name: object) -> bool:
        return name in _PLACES

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)
