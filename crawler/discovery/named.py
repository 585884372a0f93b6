"""What one source names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An address that a source names as a page."""

    address: str
    """Absolute, as named."""
    changed: float | None = None
    """The latest moment at which it can have changed last, by what the source says; None where that says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSource:
    """An address that a source names as another source."""

    address: str
    kind: str
    """As `Hop.source` has it."""
    changed: float | None = None
    """As for a page; None has it asked whenever it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """All that one answer of a source says."""

    pages: tuple[Named, ...] = ()
    """In the order of the source, each address once."""
    sources: tuple[NamedSource, ...] = ()
    """Sitemaps of an index, feeds that a page offers."""
    following: str | None = None
    """Address of the next page of a listing; None on the last one."""
    problem: str | None = None
    """What was expected and not found; what was read all the same is above."""
    left_out: int = 0
    """Addresses that were over the limit of one source."""
