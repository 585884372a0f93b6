"""The index of works at its simplest: what the ledger's is held against, and what tests of the fold alone use."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.works.index import Work


@dataclass(slots=True)
class MemoryIndex:
    """A WorkIndex in memory."""

    works: dict[str, Work] = field(default_factory=dict)
    addresses: dict[str, tuple[str, bool]] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, list[str]] = field(default_factory=dict)
    rejections: dict[str, str] = field(default_factory=dict)

    def get(self, work_id: str) -> Work:
        """Return the work of that id."""
        return self.works[work_id]

    def knows(self, work_id: str) -> bool:
        """Return whether there is a work of that id."""
        return work_id in self.works

    def by_address(self, address: str) -> tuple[Work, bool] | None:
        """Return the work with that address, and whether it was captured there."""
        found = self.addresses.get(address)
        return (self.works[found[0]], found[1]) if found else None

    def by_content(self, digest: str) -> Work | None:
        """Return the work that has, or had, that content."""
        work_id = self.contents.get(digest)
        return self.works[work_id] if work_id else None

    def put(self, work: Work) -> None:
        """Keep the work and its newest content."""
        self.works[work.id] = work
        if work.latest.content_digest:
            self.contents.setdefault(work.latest.content_digest, work.id)

    def name(self, address: str, work_id: str, *, captured: bool) -> None:
        """Let the address name the work."""
        known = self.addresses.get(address)
        if known is None or (captured and not known[1]):
            self.addresses[address] = (work_id, captured)

    def note_redirect(self, source: str, target: str) -> None:
        """Remember the redirect, once."""
        sources = self.redirects.setdefault(target, [])
        if source not in sources:
            sources.append(source)

    def sources(self, target: str) -> tuple[str, ...]:
        """Return the addresses that redirect there."""
        return tuple(self.redirects.get(target, ()))

    def rejection(self, address: str) -> str | None:
        """Return why the newest page of an address was no brief."""
        return self.rejections.get(address)

    def note_rejection(self, address: str, why: str | None) -> None:
        """Remember that reason in place of the one before."""
        if why is None:
            self.rejections.pop(address, None)
        else:
            self.rejections[address] = why
