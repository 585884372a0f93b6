"""What is counted of the lines in a package, for its README."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_LICENCES = 20
"""Texts of licences that are told apart; a site has one a language."""


@dataclass(slots=True)
class Counts:
    """Counts of values."""

    lines: int = 0
    edges: Counter[str] = field(default_factory=Counter)
    """By kind."""
    edges_within: int = 0
    """Those that lead to a work of the package."""
    changes: Counter[str] = field(default_factory=Counter)
    newest: str = ""
    """Timestamp of the newest capture."""
    oldest: str = ""
    kinds: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    tags: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)

    def add(self, brief: Mapping[str, Any]) -> None:
        """Count a line."""
        self.lines += 1
        self.kinds[brief["kind"]] += 1
        self.languages[brief["language"]] += 1
        self.years[brief["published"][:4] if brief["published"] else "no date"] += 1
        self.countries.update(brief["countries"])
        self.tags.update(brief["tags"])
        licence = brief["licence"] or ""
        self.licences[licence if licence in self.licences or len(self.licences) < MOST_LICENCES else "others"] += 1
        if brief["capture"]:
            at = brief["capture"]["timestamp"]
            self.newest, self.oldest = max(self.newest, at), min(self.oldest or at, at)
