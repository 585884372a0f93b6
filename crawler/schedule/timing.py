"""When a schedule is due: a cron expression in a time zone, or every so many seconds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from crawler.plan import PlanError

SHORTEST = 60.0
"""Seconds: whatever calls `briefs run-due` does so every minute at most."""


@dataclass(frozen=True, kw_only=True)
class Cron:
    """Five fields as Debian's cron reads them, in a time zone with its daylight-saving changes."""

    expression: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Raise PlanError for an expression or a zone that is none, or that is never due."""
        if len(self.expression.split()) != 5:
            raise PlanError(f"cron is {self.expression!r}, expected five fields, such as '0 */6 * * *'")
        try:
            self._zone  # noqa: B018
            self.after(0.0)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise PlanError(f"zone is {self.zone!r}, expected a name such as Europe/Berlin") from error
        except CronSimError as error:
            raise PlanError(f"cron is {self.expression!r}, expected e.g. '0 */6 * * *': {error}") from error
        except StopIteration as error:
            raise PlanError(f"cron is {self.expression!r}, which is never due") from error

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def after(self, at: float) -> float:
        """Return the first moment after that one."""
        return next(self.all_after(at))

    def all_after(self, at: float) -> Iterator[float]:
        """Yield the moments after that one, each later than the one before.

        In the hour that comes twice, and in the one that does not come, cronsim may give a moment again, or one before
        the start: those are left out.
        """
        last = at
        for found in CronSim(self.expression, datetime.fromtimestamp(math.floor(at), UTC).astimezone(self._zone)):
            moment = found.timestamp()
            if moment > last:
                last = moment
                yield moment

    def newest(self, since: float, until: float) -> float | None:
        """Return the last moment in [since, until]; None when there is none."""
        for days in (2, 40, 400, 20_000):
            start = max(since, until - days * 86400.0)
            newest = None
            for moment in self.all_after(start - 1):
                if moment > until:
                    break
                newest = moment
            if newest is not None or start == since:
                return newest
        return None

    def __str__(self) -> str:
        return f"{self.expression} ({self.zone})"


@dataclass(frozen=True, kw_only=True)
class Every:
    """Every so many seconds from an anchor on; no time zone and no change of clocks moves it."""

    seconds: float
    anchor: float

    def __post_init__(self) -> None:
        """Raise PlanError for less than a minute."""
        if self.seconds < SHORTEST:
            raise PlanError(f"every is {self.seconds:.0f}s, expected a minute or more: 1m, 6h, 7d, …")

    def after(self, at: float) -> float:
        """Return the first moment after that one."""
        return self.anchor + (math.floor((at - self.anchor) / self.seconds) + 1) * self.seconds

    def all_after(self, at: float) -> Iterator[float]:
        """Yield the moments after that one."""
        moment = self.after(at)
        while True:
            yield moment
            moment += self.seconds

    def newest(self, since: float, until: float) -> float | None:
        """Return the last moment in [since, until]; None when there is none."""
        newest = self.after(until) - self.seconds
        return newest if newest >= since else None

    def __str__(self) -> str:
        return f"every {readable(self.seconds)}"


Timing = Cron | Every


def shortest_wait(timing: Timing, at: float) -> float:
    """Return the least seconds between two of the next moments."""
    moments = list(islice(timing.all_after(at), 50))
    return min(later - earlier for earlier, later in pairwise(moments))


def readable(seconds: float) -> str:
    """Return a length of time in the largest unit that divides it, as `parse_age` reads it."""
    for size, unit in ((604800, "w"), (86400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:g}s"
