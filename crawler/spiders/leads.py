"""Where a page leads: which addresses are asked, and which rule leaves the others out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from crawler.extract import Page, canonicals_outside, count_places, find_nofollow, find_related, forbids_following
from crawler.frontier.backend import MAX_HOPS, NOFOLLOW, PENDING, NewUrl
from crawler.items import Brief, Hop, Rejection
from crawler.plan import Plan
from crawler.reading import Captured, header_pairs, state_of_redirect

_MOST_REDIRECTS = 10
_LONGEST_ADDRESS = 2000


class Leads:
    """Judges the links and redirects of a crawl's pages."""

    def __init__(self, plan: Plan, *, obeys_nofollow: bool = True) -> None:
        self._plan = plan
        self._scope = plan.site.scope
        self._obeys_nofollow = obeys_nofollow

    def of_page(
        self, page: Page, item: Brief | Rejection, captured: Captured, hop: Hop
    ) -> tuple[list[NewUrl], Counter[str]]:
        """Return what a page's related links, and its translations when asked for, lead to.

        Beside them, how many links of each other place were not followed.
        """
        step = hop.step("L", captured.url)
        # A brief's related links were found already; a page that could not be read as one may have some all the same.
        cards = item.related if isinstance(item, Brief) else find_related(page, self._plan.site)
        related = [card.url for card in cards]
        if self._plan.reach.translations and isinstance(item, Brief):
            related += [translation.url for translation in item.translations]
        places = count_places(page, self._plan.site)
        del places["related"]
        places.update(f"canonical, {rule}" for rule in canonicals_outside(page, self._plan.site))
        judged = [self.judged(link, step) for link in related]
        return (self._without_nofollow(judged, page, captured) if self._obeys_nofollow else judged), places

    def _without_nofollow(self, urls: list[NewUrl], page: Page, captured: Captured) -> list[NewUrl]:
        """Return the addresses, those refused that the page asks not to follow."""
        follows_none = forbids_following(page, header_pairs(captured.head))
        asked = {url.address for url in urls if url.state == PENDING}
        marked = set() if follows_none else find_nofollow(page, self._scope.canonical, asked)
        return [
            replace(url, state=NOFOLLOW) if url.state == PENDING and (follows_none or url.address in marked) else url
            for url in urls
        ]

    def of_redirect(self, target: str, url: str, hop: Hop) -> Iterator[NewUrl]:
        """Yield what a redirect leads to."""
        step = hop.step("R", url)
        if hop.hops.endswith("R" * _MOST_REDIRECTS):
            yield NewUrl(address=target[:_LONGEST_ADDRESS], hop=step, state="out of scope: too many redirects")
            return
        # When it only changes the spelling that we hold canonical, the server knows better.
        same = target != url and self._scope.canonical(target) == self._scope.canonical(url)
        yield self.judged(target, step, literal=same)

    def state_of_redirect(self, target: str, url: str, hop: Hop, hop_of: Callable[[str], Hop | None]) -> str:
        """Return the state of an address that redirects, be it in a circle."""
        return state_of_redirect(url, (target, self._scope.canonical(target) or target), hop, hop_of)

    def judged(self, url: str, hop: Hop, *, literal: bool = False) -> NewUrl:
        """Return a named address as the scope has it: to be asked, or left out by a rule."""
        verdict = self._scope.judge(url)
        address = self._scope.canonical(url)
        if not verdict.in_scope or address is None:
            return NewUrl(address=(address or url)[:_LONGEST_ADDRESS], hop=hop, state=f"out of scope: {verdict.rule}")
        limit = self._plan.reach.max_hops
        state = MAX_HOPS if limit and hop.links > limit else PENDING
        return NewUrl(address=url if literal else address, hop=hop, state=state)
