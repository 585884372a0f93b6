"""The canonical address of a page, and the others that it declares."""

from __future__ import annotations

from crawler.extract.page import Page
from crawler.items import Evidence
from crawler.sites import Site


def read_addresses(page: Page, url: str, site: Site) -> tuple[str, tuple[str, ...], Evidence]:
    """Return the canonical address, the other ones declared, and which rule gave the first.

    A declared address counts only when it is an article of the site: a page cannot move itself to a listing
    or to another host.
    """
    fetched = site.scope.canonical(url) or url
    declared = [(rule, raw, site.scope.canonical(page.resolve(raw) or "")) for rule, raw in _declared(page)]
    inside = [(rule, raw, address) for rule, raw, address in declared if address and _is_article(address, site)]
    rule, raw, chosen = next(iter(inside), ("address", url, fetched))
    others = [address for _, _, address in inside if address != chosen]
    aliases = dict.fromkeys([fetched, *others] if fetched != chosen else others)
    return chosen, tuple(aliases), Evidence(rule=rule, raw=raw)


def canonicals_outside(page: Page, site: Site) -> list[str]:
    """Return, for each canonical address that a page declares and that does not count, the rule against it."""
    verdicts = (site.scope.judge(page.resolve(raw) or "") for _, raw in _declared(page) if raw)
    return [verdict.rule for verdict in verdicts if not verdict.in_scope]


def _declared(page: Page) -> list[tuple[str, str]]:
    tree = page.tree
    links = [tree.elements[position] for position in tree.tagged("link")]
    canonical = [link.get("href") or "" for link in links if "canonical" in (link.get("rel") or "").lower().split()]
    found = [("css link[rel=canonical] @href", href) for href in canonical[:1]]
    return found + [("meta og:url", content) for content in page.metas.get("og:url", [])[:1]]


def _is_article(address: str, site: Site) -> bool:
    return site.scope.judge(address).in_scope
