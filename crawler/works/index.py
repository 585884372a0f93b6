"""What is known of the works so far: by id, by address, by content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from crawler.items import Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One article with its newest version."""

    id: str
    language: str
    latest: Brief
    aliases: tuple[str, ...] = ()
    """Every address that is known to lead to it, its canonical one left out, in the order they were learned."""


class WorkIndex(Protocol):
    """Where works are kept; the fold is their only writer."""

    def get(self, work_id: str) -> Work:
        """Return the work of that id."""

    def knows(self, work_id: str) -> bool:
        """Return whether there is a work of that id."""

    def by_address(self, address: str) -> tuple[Work, bool] | None:
        """Return the work with that address, and whether it was captured there (not only declared)."""

    def by_content(self, digest: str) -> Work | None:
        """Return the work that has, or had, that content."""

    def put(self, work: Work) -> None:
        """Keep the work, in place of what was kept under its id."""

    def name(self, address: str, work_id: str, *, captured: bool) -> None:
        """Let the address name the work; a captured address stays captured, and the first work keeps it."""

    def note_redirect(self, source: str, target: str) -> None:
        """Remember that `source` redirects to `target`."""

    def sources(self, target: str) -> tuple[str, ...]:
        """Return the addresses that redirect there, in one step, in the order they were seen."""

    def rejection(self, address: str) -> str | None:
        """Return why the newest page of an address was no brief; None where it was one, or none is known."""

    def note_rejection(self, address: str, why: str | None) -> None:
        """Remember that reason in place of the one before; None forgets it."""
