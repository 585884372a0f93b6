"""What a takedown is of: works and addresses, their captures and their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from archive.collection import Collection
from archive.digest import is_empty_digest
from archive.errors import CaptureNotFound
from crawler.ledger.takedown import HeldCapture, TakedownLedger
from crawler.rebuild.lines import lines_of
from crawler.works.takedown import TAKEN_DOWN

_ID = re.compile(r"[0-9a-f]{4,16}", re.ASCII)


@dataclass(slots=True, kw_only=True)
class Target:
    """A work, or an address that is of none."""

    url: str
    """Canonical address of the work; of what is no work, the address."""
    work: str | None = None
    addresses: list[str] = field(default_factory=list)
    """Those that are never to be asked again, `url` first."""
    captures: list[HeldCapture] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    """Those of briefs.jsonl, in their order."""
    looks_of: str | None = None
    """The page that alone needs it to look right; None for what was asked to be read."""
    is_source: bool = False
    """A feed or list that printed the text: its captures go, and it is asked again."""

    def line_of(self, record_id: str) -> dict[str, Any] | None:
        """Return the line that was read from a capture; None when it made none."""
        return next((line for line in self.lines if line["capture"]["record_id"] == record_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All that one takedown is of."""

    targets: Sequence[Target]

    @property
    def captures(self) -> dict[str, Target]:
        """Record id of each capture -> what it is of."""
        return {capture.record_id: target for target in self.targets for capture in target.captures}

    @property
    def works(self) -> set[str]:
        """The ids of the works."""
        return {target.work for target in self.targets if target.work is not None}

    @property
    def addresses(self) -> list[str]:
        """Every address that is never to be asked again."""
        return list(dict.fromkeys(address for target in self.targets for address in target.addresses))


@dataclass(slots=True)
class Finder:
    """Looks in a collection for all that shows one text."""

    collection: Collection
    ledger: TakedownLedger
    canonical: Callable[[str], str | None]

    def find(self, wanted: str) -> Found:
        """Return what an id, the beginning of one, or an address names; raise CaptureNotFound."""
        works, addresses = self._named(wanted)
        captures = self._grow(works, addresses)
        if not captures:
            raise CaptureNotFound(f"nothing is captured of {wanted!r}, expected the id of a work or an address")
        return Found(targets=[*self._of_works(works, captures), *self._of_others(works, addresses, captures)])

    def address_of(self, url: str) -> str:
        """Return the one spelling of an address."""
        return self.canonical(url) or url

    def _named(self, wanted: str) -> tuple[set[str], set[str]]:
        """Return the works, or the addresses of none, that are named."""
        if _ID.fullmatch(wanted):
            found = {line["id"]: line for line in self._lines() if line["id"].startswith(wanted)}
            if len(found) > 1:
                raise CaptureNotFound(f"{wanted!r} names {len(found)} works ({', '.join(found)}), expected one")
            if any(line["change"] == TAKEN_DOWN for line in found.values()):
                raise CaptureNotFound(f"{wanted!r} was taken down already: nothing of it is left")
            return set(found), set()
        address = self.address_of(wanted)
        if self.ledger.is_taken_down(address):
            raise CaptureNotFound(f"{address} was taken down already: nothing of it is left")
        work = self.ledger.work_at(address)
        # An address that a page of a work only declares may have been captured as something else.
        is_of_work = work is not None and (work[1] or address not in map(self.address_of, self._asked()))
        return ({work[0]}, set()) if work is not None and is_of_work else (set(), {address})

    def _asked(self) -> Iterator[str]:
        return (capture.url for capture in self.ledger.held())

    def _grow(self, works: set[str], addresses: set[str]) -> list[HeldCapture]:
        """Add every work and address that shows the same bytes, and return the captures of all of them.

        A page that was stored as a revisit of another's bytes, or with the same bytes once more, is the same text.
        """
        size = -1
        captures: list[HeldCapture] = []
        digests: set[str] = set()
        while size != len(works) + len(addresses) + len(digests):
            size = len(works) + len(addresses) + len(digests)
            for work in works:
                addresses.update(self._captured_at(work))
            captures = [one for one in self.ledger.held() if self._is_of(one, addresses, digests)]
            addresses.update(self.address_of(one.url) for one in captures)
            digests.update(one.digest for one in captures if one.status == 200 and not is_empty_digest(one.digest))
            named = (self.ledger.work_at(address) for address in addresses)
            works.update(work[0] for work in named if work is not None and work[1])
        return captures

    def _captured_at(self, work: str) -> list[str]:
        """Return the addresses at which a work was captured, and those that lead there and are of no other work."""
        found = self.ledger.addresses_of(work, captured=True)
        for address in found:  # grows while it is walked
            for source in self.ledger.sources(address):
                named = self.ledger.work_at(source)
                if source not in found and (named is None or named[0] == work):
                    found.append(source)
        return found

    def _is_of(self, capture: HeldCapture, addresses: set[str], digests: set[str]) -> bool:
        return (capture.status in (200, 304) and capture.digest in digests) or self.address_of(capture.url) in addresses

    def _of_works(self, works: set[str], captures: Sequence[HeldCapture]) -> Iterator[Target]:
        lines: dict[str, list[dict[str, Any]]] = {work: [] for work in sorted(works)}
        for line in self._lines():
            if line["id"] in lines:
                lines[line["id"]].append(line)
        for work, own in lines.items():
            captured = self._captured_at(work)
            url = own[-1]["url"] if own else captured[0]
            target = Target(url=url, work=work, lines=own)
            self._fill(target, captured, captures)
            yield target

    def _of_others(self, works: set[str], addresses: set[str], captures: Sequence[HeldCapture]) -> Iterator[Target]:
        of_works = {address for work in works for address in self._captured_at(work)}
        for address in sorted(addresses - of_works):
            target = Target(url=address)
            self._fill(target, [address], captures)
            yield target

    def _fill(self, target: Target, own: Iterable[str], captures: Sequence[HeldCapture]) -> None:
        """Give a target its captures, and all spellings of its addresses."""
        own = set(own)
        target.captures = [one for one in captures if self.address_of(one.url) in own]
        spelt = [url for url in self.ledger.known_urls() if self.address_of(url) in own]
        declared = self._declared(target.work) if target.work is not None else []
        asked = [one.url for one in target.captures]
        target.addresses = list(dict.fromkeys([target.url, *sorted(own), *asked, *spelt, *declared]))

    def _declared(self, work: str) -> list[str]:
        """Return the addresses that pages of a work gave for their own, and that nothing was captured at."""
        declared = set(self.ledger.addresses_of(work, captured=False))
        if declared:
            declared -= {self.address_of(capture.url) for capture in self.ledger.held()}
        return sorted(declared)

    def _lines(self) -> Iterator[dict[str, Any]]:
        length = self.ledger.committed().get(self.collection.briefs.name, 0)
        return (orjson.loads(line) for line in lines_of(self.collection.briefs, length))
