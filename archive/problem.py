"""What is wrong somewhere: a problem is a value with a code, a place and a sentence; whoever finds one yields it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """How much a problem weighs."""

    ERROR = "error"
    """A `shall` of a standard is broken, or something that was captured cannot be trusted, found or replayed."""
    WARNING = "warning"
    """A `should`, a habit of readers, or a thing that a server may have sent so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A kind of problem."""

    name: str
    """Short and kebab-case: `gzip-torn`."""
    level: Level
    meaning: str
    """One sentence: what is wrong, and the paragraph that says so."""
    is_once: bool = False
    """Whether a file's problems of this kind become one, at the first place, with their number."""


def error(name: str, meaning: str) -> Code:
    """Return a code of level error."""
    return Code(name=name, level=Level.ERROR, meaning=meaning)


def warning(name: str, meaning: str) -> Code:
    """Return a code of level warning."""
    return Code(name=name, level=Level.WARNING, meaning=meaning)


def advice(name: str, meaning: str) -> Code:
    """Return a code of level warning that is told once a file."""
    return Code(name=name, level=Level.WARNING, meaning=meaning, is_once=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong at one place."""

    code: Code
    path: Path
    sentence: str
    """Fact and expectation, without the place."""
    offset: int | None = None
    """Of the record (or its gzip member), in bytes."""
    line: int | None = None
    """Of a file of lines, from 1."""

    @property
    def place(self) -> str:
        """Return `file:offset`, `file line N`, or the file alone."""
        if self.line is not None:
            return f"{self.path} line {self.line}"
        return str(self.path) if self.offset is None else f"{self.path}:{self.offset}"
