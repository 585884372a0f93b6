"""What the fold knows of a work that was taken down, and the lines that say so."""

from __future__ import annotations

from archive.takedown import Takedown
from crawler.items import Brief, Rejection
from crawler.works.index import Work

TAKEN_DOWN = "taken down"
"""The change that the only line of such a work tells, and the reason that a page of one makes no other."""


def emptied(work_id: str, language: str) -> Work:
    """Return a work whose captures were taken down, as it is known until the line comes that says so."""
    line = Brief(id=work_id, change=TAKEN_DOWN, url="", captured_url="", site="", kind="", language=language, title="")
    return Work(id=work_id, language=language, latest=line)


def tombstone(takedown: Takedown, work_id: str, site: str) -> Brief:
    """Return the only line of a work that was taken down."""
    return Brief(
        id=work_id,
        version=takedown.versions + 1,
        change=TAKEN_DOWN,
        url=takedown.url,
        captured_url=takedown.url,
        aliases=tuple(address for address in takedown.addresses if address != takedown.url),
        site=site,
        kind=takedown.kind,
        language=takedown.language,
        title="",
    )


def taken_down(url: str, captured_url: str, site: str, detail: str | None = None) -> Rejection:
    """Return the rejection of what was taken down and is no work, or of a page that came back."""
    return Rejection(url=url, captured_url=captured_url, site=site, reason=TAKEN_DOWN, detail=detail)
