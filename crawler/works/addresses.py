"""Which works are known by which addresses: what redirects there, what was captured there, what only names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crawler.items import Brief
from crawler.works.index import Work, WorkIndex
from crawler.works.version import is_version


class Addresses:
    """The addresses of the works of one site."""

    def __init__(self, index: WorkIndex, canonical: Callable[[str], str | None]) -> None:
        self._index = index
        self._canonical = canonical

    def _address(self, url: str) -> str:
        return self._canonical(url) or url

    def _asked(self, url: str) -> tuple[str, ...]:
        """Return the address fetched and those that redirect to it, nearest first."""
        asked = [self._address(url)]
        for address in asked:  # grows while it is walked
            asked += [source for source in self._index.sources(address) if source not in asked]
        return tuple(asked)

    def _learn_redirect(self, source: str, target: str) -> None:
        source, target = self._address(source), self._address(target)
        if source == target:
            return
        self._index.note_redirect(source, target)
        known = self._index.by_address(target)
        if known is not None:
            self._index.name(source, known[0].id, captured=known[1])
            self._keep_aliases(known[0], (source,))

    def _captured_at(self, url: str) -> Work | None:
        """Return the work that was captured at that address, not only declared there."""
        known = self._index.by_address(self._address(url))
        return known[0] if known and known[1] else None

    def _lost_with(self, url: str) -> Work | None:
        """Return the work that is gone when this address is: not one that is known by a living address of its own."""
        work = self._captured_at(url)
        if work is None:
            return None
        asked = self._asked(url)
        if work.latest.url in asked:
            return work
        is_own_captured = self._captured_at(work.latest.url) is not None
        return work if not is_own_captured and self._address(work.latest.captured_url) in asked else None

    def _find(self, asked: tuple[str, ...], brief: Brief) -> tuple[Work | None, tuple[str, ...]]:
        """Return the work that the page is of, and the ids of other works that its addresses name."""
        named: dict[str, tuple[Work, bool]] = {}
        for address in (*asked, brief.url, *brief.aliases):
            known = self._index.by_address(address)
            if known is not None:
                named.setdefault(known[0].id, (known[0], known[1] and address in asked))
        same_text = self._index.by_content(brief.content_digest)
        if same_text is not None:
            named.setdefault(same_text.id, (same_text, False))
        found = [work for work, certain in named.values() if certain or is_version(work, brief)]
        work = found[0] if found else None
        return work, tuple(work_id for work_id in named if work is None or work_id != work.id)

    def _own_address(self, brief: Brief, asked: tuple[str, ...], others: tuple[str, ...]) -> Brief:
        """Return the brief under an address of its own: a declared one that names another work is not believed."""
        known = self._index.by_address(brief.url)
        if known is None or known[0].id not in others:
            return brief
        return replace(brief, url=asked[0], aliases=())

    def _same_as(self, others: tuple[str, ...], brief: Brief) -> tuple[str, ...]:
        return tuple(other for other in others if self._index.get(other).language == brief.language)

    def _keep_aliases(self, work: Work, addresses: tuple[str, ...]) -> Work:
        aliases = without(work.latest.url, (*work.aliases, *addresses))
        if aliases != work.aliases:
            work = replace(work, aliases=aliases)
            self._index.put(work)
        return work

    def _name_addresses(self, work_id: str, asked: tuple[str, ...], brief: Brief) -> None:
        for address in asked:
            self._index.name(address, work_id, captured=True)
        for address in (brief.url, *brief.aliases):
            self._index.name(address, work_id, captured=False)


def without(own: str, addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses, each once, but for a work's own."""
    return tuple(dict.fromkeys(address for address in addresses if address != own))
