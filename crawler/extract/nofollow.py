"""The links that a page asks not to follow, one by one."""

from __future__ import annotations

from collections.abc import Callable

from crawler.extract.page import Page


def find_nofollow(page: Page, canonical: Callable[[str], str | None]) -> frozenset[str]:
    """Return the canonical addresses that every link of the page to them marks `rel=nofollow`."""
    links = [(page.tree.elements[link], link) for link in page.tree.tagged("a")]
    marked = {link for element, link in links if "nofollow" in (element.get("rel") or "").lower().split()}
    if not marked:
        return frozenset()
    addresses: dict[bool, set[str]] = {True: set(), False: set()}
    for element, link in links:
        address = page.resolve((element.get("href") or "").strip())
        known = canonical(address) if address else None
        if known is not None:
            addresses[link in marked].add(known)
    return frozenset(addresses[True] - addresses[False])
