"""What became of an address whose answer was no page to be read."""

from __future__ import annotations

from collections.abc import Callable

from archive.message import Head
from crawler.frontier.backend import FAILED, GONE, NOT_MODIFIED, REDIRECTED
from crawler.items import Hop

REDIRECT_LOOP = f"{REDIRECTED}: loop"
"""An outcome, as 404 is one: nothing comes of asking again, until the site changes."""
_LONGEST_CHAIN = 50


def state_without_page(head: Head, *, asked_whole: bool) -> str:
    """Return the state of an address that answered without a page, and led nowhere.

    `asked_whole` is whether it was asked without validators: a 304 then says nothing.
    """
    status = head.status
    if status is None:
        return f"{FAILED}: malformed"
    if status in (404, 410):
        return GONE
    if status == 304 and not asked_whole:
        return NOT_MODIFIED
    if 300 <= status < 400 and status != 304 and any(head.values("location")):
        return f"{FAILED}: malformed redirect"
    return f"{FAILED}: http {status}"


def state_of_redirect(url: str, targets: tuple[str, ...], hop: Hop, hop_of: Callable[[str], Hop | None]) -> str:
    """Return the state of an address that redirects: a loop where the way back through its redirects meets the target.

    `targets` are the ways to write the target, `hop_of` tells how an address was come by.
    """
    at: str | None = url
    found: Hop | None = hop
    for _ in range(_LONGEST_CHAIN):
        if at in targets:
            return REDIRECT_LOOP
        if found is None or not found.hops.endswith("R") or found.via is None:
            break
        at, found = found.via, hop_of(found.via)
    return REDIRECTED
