"""The gaps between a host's requests, as they went out: the smallest and the median, in little memory."""

from __future__ import annotations

import heapq
import math
from collections import Counter

_OVERTAKEN = 64
"""Requests that may end before one that was sent earlier, for the gaps to be exact."""
_STEP = math.log(1.02)
_SHORTEST = 1e-4


class Gaps:
    """Takes the moments of sending, roughly in order; gaps are counted in classes two per cent wide."""

    def __init__(self, before: float = 0.0) -> None:
        self.smallest: float | None = None
        self._waiting: list[float] = []
        self._classes: Counter[int] = Counter()
        self._last = before
        self._is_first = True

    def add(self, sent: float) -> None:
        """Take the moment that a request went out."""
        heapq.heappush(self._waiting, sent)
        if len(self._waiting) > _OVERTAKEN:
            self._count(heapq.heappop(self._waiting))

    def measured(self) -> Gaps:
        """Return the gaps as if no request were to come that was sent before the last one."""
        whole = Gaps(self._last)
        whole.smallest, whole._classes, whole._is_first = self.smallest, self._classes.copy(), self._is_first
        for sent in sorted(self._waiting):
            whole._count(sent)
        return whole

    def median(self) -> float | None:
        """Return the median gap between requests of this run, to one per cent; None with fewer than two."""
        half, seen = self._classes.total() / 2, 0
        for number in sorted(self._classes):
            seen += self._classes[number]
            if seen >= half:
                return _SHORTEST * math.exp((number + 0.5) * _STEP)
        return None

    def _count(self, sent: float) -> None:
        gap = max(0.0, sent - self._last)
        if self._last:
            self.smallest = gap if self.smallest is None else min(self.smallest, gap)
        if not self._is_first:  # the gap to an earlier run's last request may be a month
            self._classes[math.floor(math.log(max(gap, _SHORTEST) / _SHORTEST) / _STEP)] += 1
        self._last, self._is_first = sent, False
