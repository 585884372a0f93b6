"""When an address that brought nothing is asked again."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from crawler.frontier.backend import failed_state
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings


class Retries:
    """Asks once more, later with each try, as often as Scrapy's RETRY_TIMES says."""

    def __init__(self, run: Run, settings: BaseSettings) -> None:
        self._run = run
        self._times = settings.getint("RETRY_TIMES") if settings.getbool("RETRY_ENABLED") else 0
        self._wait = settings.getfloat("RETRY_WAIT")
        self._statuses = frozenset(int(status) for status in settings.getlist("RETRY_HTTP_CODES"))

    def is_worth_it(self, status: int) -> bool:
        """Return whether an answer of that status may be another one when asked again."""
        return status in self._statuses

    def may(self, request: Request) -> bool:
        """Return whether a request may be sent once more."""
        return bool(request.meta["attempts"] < self._times)

    def retry(self, request: Request, cause: str) -> None:
        """Ask an address again later, or, once that was done often enough, note why it brought nothing."""
        if self.may(request):
            self._run.requeue(request, self.not_before(request))
        else:
            self._run.finish(request, failed_state(request.meta["hop"], cause))

    def not_before(self, request: Request) -> float:
        """Return when a host may be asked again after a failure: later with each try, and never in step."""
        attempts: int = request.meta["attempts"]
        wait = self._wait * 2.0**attempts
        return time.time() + wait * (1 + random.random() / 4)  # noqa: S311 (no secret)
