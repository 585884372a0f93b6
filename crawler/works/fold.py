"""The fold: captured pages in, in the order of their captures; lines out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from archive.model import Capture
from archive.takedown import Removal, Takedown
from crawler.blocking import BLOCKED
from crawler.items import Brief, Change, Hop, Rejection
from crawler.works.addresses import Addresses, without
from crawler.works.compare import differences
from crawler.works.index import Work, WorkIndex
from crawler.works.takedown import TAKEN_DOWN, emptied, taken_down, tombstone

GONE = (404, 410)
NOT_MODIFIED = 304

LOST = f"{BLOCKED}: article lost"
"""Reason of the rejection of a page that was a work's and has no article any more."""
_WITHOUT_ARTICLE = ("no title", "no body", "empty", "not html", "listing", "not an article", "undecodable")
"""Reasons for which a page is no article, as its bytes say."""

_WITHOUT_PAGE = ("gone", "taken down")
"""Changes of a line whose work has no page any more."""

_Line = TypeVar("_Line", Brief, Rejection)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPage:
    """All that decides a line: what the WARC holds of one capture, and what was read from it."""

    capture: Capture
    url: str
    """The address asked."""
    run: str
    hop: Hop | None
    """How it was come by; None for what no crawl of ours captured."""
    location: str | None = None
    """Where a redirect leads, absolute."""
    truncated: str | None = None
    """Why the response was cut, when it was."""
    reading: Brief | Rejection | None = None
    """What extraction made of it; None where there was nothing to read."""
    takedown: Removal | Takedown | None = None
    """What a takedown left in the place of the page, or says of all that it removed; None for a page."""


Reread = Callable[[Brief], Brief | None]
"""Reads the capture of an earlier line by today's rules; None where it cannot be had."""


class Fold(Addresses):
    """Decides works, versions and aliases, one captured page after the other."""

    def __init__(
        self, index: WorkIndex, canonical: Callable[[str], str | None], site: str, reread: Reread = lambda line: None
    ) -> None:
        super().__init__(index, canonical)
        self._site = site
        self._reread = reread

    def judged(self, page: CapturedPage) -> CapturedPage:
        """Return the page, blocked where the address of a known work brings no article any more."""
        reading = page.reading
        if page.location is not None or not isinstance(reading, Rejection) or reading.reason not in _WITHOUT_ARTICLE:
            return page
        known = (self._captured_at(address) for address in self._asked(page.url))
        work = next((work for work in known if work is not None and work.latest.change not in _WITHOUT_PAGE), None)
        if work is None:
            return page
        detail = (
            f"rule lost article: {reading.reason}, captured here before: version {work.latest.version} of {work.id}"
        )
        lost = replace(reading, reason=LOST, detail=detail)
        return replace(page, reading=lost)

    def add(self, page: CapturedPage) -> Iterator[Brief | Rejection]:
        """Yield the lines that this page makes: none, or one."""
        page = self.judged(page)
        status = page.capture.http_status
        if page.location is not None:
            self._learn_redirect(page.url, page.location)
        elif page.takedown is not None:
            yield from self._take_down(page, page.takedown)
        elif status == NOT_MODIFIED:
            return
        elif isinstance(page.reading, Brief):
            yield from self._place(page, page.reading)
        elif status in GONE and (work := self._lost_with(page.url)) is not None:
            yield from self._bury(page, work)
        else:
            yield from self._reject(page, page.reading)

    def _take_down(self, page: CapturedPage, takedown: Removal | Takedown) -> Iterator[Brief | Rejection]:
        """Yield the line that stands for all that was taken down; what stands for one capture makes none."""
        if isinstance(takedown, Removal):
            self._remove(page, takedown)
        elif takedown.work is None:
            yield from self._reject(page, taken_down(takedown.url, takedown.url, self._site))
        else:
            line = _bind(tombstone(takedown, takedown.work, self._site), page)
            work = Work(id=takedown.work, language=takedown.language, latest=line, aliases=line.aliases)
            self._index.put(work)
            yield line

    def _remove(self, page: CapturedPage, removal: Removal) -> None:
        """Let the addresses of a page that was taken down name its work still: lines of other works depend on it."""
        if removal.work is None or removal.language is None:
            return
        asked, declared = self._asked(page.url), removal.declared
        self._index.note_rejection(asked[0], None)
        if not self._index.knows(removal.work):
            known = self._index.by_address(declared[0]) if declared else None
            declared = declared if known is None else ()  # as `_own_address`
            self._index.put(emptied(removal.work, removal.language))
        for address in asked:
            self._index.name(address, removal.work, captured=True)
        for address in declared:
            self._index.name(address, removal.work, captured=False)

    def _reject(self, page: CapturedPage, rejection: Rejection | None) -> Iterator[Rejection]:
        """Yield the line of a page that is no brief, unless the last one of its address said the same."""
        if rejection is None:
            rejection = Rejection(
                url=self._address(page.url),
                captured_url=page.url,
                site=self._site,
                reason=_told_by_status(page),
            )
        address, why = self._address(page.url), f"{rejection.reason}: {rejection.detail}"
        if self._index.rejection(address) != why:
            self._index.note_rejection(address, why)
            yield _bind(rejection, page)

    def _bury(self, page: CapturedPage, work: Work) -> Iterator[Brief]:
        """Yield the tombstone of a work whose address answers 404 or 410, unless it has one."""
        latest = work.latest
        if latest.change in ("gone", TAKEN_DOWN):
            return
        line = replace(
            _bind(latest, page),
            version=latest.version + 1,
            change="gone",
            diff=None,
            captured_url=page.url,
            aliases=work.aliases,
            body=(),
            text="",
            links=(),
            see_also=(),
            related=(),
            images=(),
            evidence={},
            content_digest="",
            simhash="",
        )
        self._index.put(replace(work, latest=line))
        yield line

    def _place(self, page: CapturedPage, brief: Brief) -> Iterator[Brief | Rejection]:
        asked = self._asked(page.url)
        self._index.note_rejection(asked[0], None)
        work, others = self._find(asked, brief)
        if work is None:
            yield self._begin(page, self._own_address(brief, asked, others), asked, others)
        elif work.latest.change == TAKEN_DOWN:
            yield from self._reject(page, taken_down(asked[0], page.url, self._site, f"work {work.id}"))
        else:
            yield from self._continue(page, brief, work, others)

    def _begin(self, page: CapturedPage, brief: Brief, asked: tuple[str, ...], others: tuple[str, ...]) -> Brief:
        work_id = work_id_of(brief.site, brief.url)
        line = replace(
            _bind(brief, page),
            id=work_id,
            version=1,
            change="new",
            same_as=self._same_as(others, brief),
            aliases=without(brief.url, (*asked, *brief.aliases)),
        )
        self._index.put(Work(id=work_id, language=brief.language, latest=line, aliases=line.aliases))
        self._name_addresses(work_id, asked, brief)
        return line

    def _continue(
        self, page: CapturedPage, brief: Brief, work: Work, others: tuple[str, ...]
    ) -> Iterator[Brief | Rejection]:
        asked = self._asked(page.url)
        is_new_address = self._captured_at(page.url) is None
        work = self._keep_aliases(work, (*asked, brief.url, *brief.aliases))
        self._name_addresses(work.id, asked, brief)
        changes = self._changes(work.latest, brief)
        if changes:
            yield self._next_version(page, brief, work, changes, others)
        elif is_new_address:
            yield from self._duplicate(page, work)

    def _changes(self, latest: Brief, brief: Brief) -> tuple[Change, ...]:
        """Return what the site changed since the newest version; what only our rules read otherwise is none."""
        changes = differences(latest, brief)
        if changes and latest.change != "gone" and latest.extractor != brief.extractor:
            today = self._reread(latest)
            return differences(today, brief) if today is not None else changes
        return changes

    def _next_version(
        self, page: CapturedPage, brief: Brief, work: Work, changes: tuple[Change, ...], others: tuple[str, ...]
    ) -> Brief:
        line = replace(
            _bind(brief, page),
            id=work.id,
            version=work.latest.version + 1,
            change="substantive",
            diff=changes,
            same_as=self._same_as(others, brief),
            url=work.latest.url,
            aliases=work.aliases,
        )
        self._index.put(replace(work, latest=line))
        return line

    def _duplicate(self, page: CapturedPage, work: Work) -> Iterator[Rejection]:
        duplicate = Rejection(
            url=work.latest.url,
            captured_url=page.url,
            site=self._site,
            reason="duplicate",
            detail=f"the same as version {work.latest.version} of {work.id}",
        )
        return self._reject(page, duplicate)


def work_id_of(site: str, url: str) -> str:
    """Return the id of the work that first appeared under that canonical address: 16 hex digits."""
    return hashlib.sha256(f"{site} {url}".encode()).hexdigest()[:16]


def _told_by_status(page: CapturedPage) -> str:
    """Return why a page that nobody read is no brief."""
    if page.truncated:
        return f"cut: {page.truncated}"
    return f"http {page.capture.http_status}" if page.capture.http_status else "malformed"


def _bind(line: _Line, page: CapturedPage) -> _Line:
    """Return the line with its capture and how the page was come by."""
    hop = page.hop
    seed, via, hops = (hop.seed, hop.via, hop.hops) if hop is not None else (None, None, "")
    return replace(line, capture=page.capture, run=page.run, seed=seed, via=via, hops=hops)
