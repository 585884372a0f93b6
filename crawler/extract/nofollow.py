"""The links that a page asks not to follow, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set

from crawler.extract.page import Page


def find_nofollow(page: Page, canonical: Callable[[str], str | None], among: Set[str]) -> Set[str]:
    """Return those of the canonical addresses that every link of the page to them marks `rel=nofollow`."""
    links = page.tree.tagged("a")
    marked = {link for link in links if "nofollow" in (page.tree.elements[link].get("rel") or "").lower().split()}
    found = among & set(_addresses(page, canonical, marked))
    # Most pages mark some links, and few a link to an article: the others are read only then.
    return found - set(_addresses(page, canonical, set(links) - marked)) if found else found


def _addresses(page: Page, canonical: Callable[[str], str | None], links: Iterable[int]) -> Iterator[str]:
    for href in {(page.tree.elements[link].get("href") or "").strip() for link in links}:
        address = page.resolve(href)
        known = canonical(address) if address else None
        if known is not None:
            yield known
