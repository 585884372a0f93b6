"""When an address that brought nothing is asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.frontier.backend import failed_state
from crawler.frontier.turns import asks_to_wait
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings


class Retries:
    """Asks once more, behind what was not asked yet, as often as Scrapy's RETRY_TIMES says.

    How long the host is left alone before was settled when its answer was stored: that wait is the whole host's.
    """

    def __init__(self, run: Run, settings: BaseSettings) -> None:
        self._run = run
        self._times = settings.getint("RETRY_TIMES") if settings.getbool("RETRY_ENABLED") else 0
        self._statuses = frozenset(int(status) for status in settings.getlist("RETRY_HTTP_CODES"))

    def is_worth_it(self, status: int) -> bool:
        """Return whether an answer of that status may be another one when asked again."""
        return status in self._statuses

    def may(self, request: Request, status: int | None = None) -> bool:
        """Return whether a request may be sent once more.

        429 and 503 say that the host has had enough, not that the address is bad: until the host is parked, such an
        address is asked oftener.
        """
        more = self._run.manners.politeness.most_failures if status is not None and asks_to_wait(status) else 0
        return bool(request.meta["attempts"] < self._times + (more if self._times else 0))

    def retry(self, request: Request, cause: str, status: int | None = None) -> None:
        """Ask an address again later, or, once that was done often enough, note why it brought nothing."""
        if self.may(request, status):
            self._run.requeue(request, 0.0)
        else:
            self._run.finish(request, failed_state(request.meta["hop"], cause))
