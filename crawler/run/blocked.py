"""Blocked pages as they come: a run of them stops their host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from crawler.frontier.backend import host_of
from crawler.items import Rejection
from crawler.ledger.entry import Entry, is_blocked_page
from crawler.works.fold import GONE, NOT_MODIFIED, CapturedPage


class BlockedPages:
    """Counts them by rule, and by host as many as came in a row."""

    def __init__(
        self, most: int, judged: Callable[[CapturedPage], CapturedPage], park: Callable[[str, str], None]
    ) -> None:
        """`most` in a row park their host; 0 for no limit."""
        self.most = most
        self.rules: Counter[str] = Counter()
        """Rule -> pages of this run that it knew."""
        self.stopped: dict[str, int] = {}
        """Host -> how many came in a row when it was parked."""
        self._judged = judged
        self._park = park
        self._in_a_row: Counter[str] = Counter()

    def note(self, entry: Entry) -> None:
        """Count what came of a request, and park its host when it was one too many."""
        if entry.page is None or entry.state is None:
            return
        page, host = self._judged(entry.page), host_of(entry.page.url)
        if is_blocked_page(page):
            self._count(page, host)
        elif page.reading is not None or page.capture.http_status in (NOT_MODIFIED, *GONE):
            self._in_a_row[host] = 0  # redirects and failures say nothing: they may lead to the next blocked page

    def _count(self, page: CapturedPage, host: str) -> None:
        assert isinstance(page.reading, Rejection)
        rule, _, _ = (page.reading.detail or "").removeprefix("rule ").partition(":")
        self.rules[rule] += 1
        self._in_a_row[host] += 1
        if self._in_a_row[host] == self.most:
            self.stopped[host] = self.most
            self._park(host, f"{self.most} blocked pages in a row, the last one {page.reading.reason}")
