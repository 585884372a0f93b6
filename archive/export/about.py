"""What a package says of itself, apart from what is counted in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.export.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose texts these are, and how they ask to be named."""

    name: str
    """Of the site, as its file has it."""
    label: str
    """As its readers call it."""
    url: str
    licence: str = ""
    """Short name of the licence that its articles state; empty where its file names none."""
    attribution: str = ""
    """How it asks to be named; empty where its file does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a package is made of and for."""

    publisher: Publisher
    selection: Selection
    software: str
    date: str = ""
    """The day of its version, ISO; else that of the newest capture in it."""
    previous: Path | None = None
    """The folder of the package to compare with."""

    @property
    def title(self) -> str:
        """Return what it is called."""
        return f"Briefs of {self.publisher.label}"

    @property
    def name(self) -> str:
        """Return its name for programs."""
        return f"{self.publisher.name}-briefs"

    def scope(self) -> str:
        """Return what was asked for, in words."""
        asked = self.selection
        parts = [
            f"published since {asked.since}" if asked.since else "",
            f"published until {asked.until}" if asked.until else "",
            f"captured since {asked.captured_since}" if asked.captured_since else "",
            f"captured until {asked.captured_until}" if asked.captured_until else "",
            *(
                f"{name}: {' or '.join(values)}"
                for name, values in (
                    ("tag", asked.tags),
                    ("country", asked.countries),
                    ("kind", asked.kinds),
                    ("language", asked.languages),
                )
                if values
            ),
        ]
        which = "every version, tombstones too" if asked.all_versions else "the newest version of each work"
        return "; ".join([which, *filter(None, parts)])
