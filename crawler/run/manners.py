"""What a host's answers tell of it: how long it is left alone, and whether it is parked."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from archive.message import Head
from archive.model import Exchange, FailedFetch
from archive.model import field as field_of
from crawler.frontier.backend import Frontier, HostTurn, host_of
from crawler.frontier.turns import Answer, Wait, after
from crawler.run.politeness import politeness_by
from crawler.run.receipts import Receipts
from crawler.run.retry_after import retry_after
from crawler.run.tally import wire_size

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_LONG = 10.0
"""Seconds from which on a person who looks on is told of a wait; the report has them all."""
_PARKED = "%s is parked for the rest of this run: %s"


class Manners:
    """Hears every exchange of a run, and lets the frontier remember what it means for its host."""

    def __init__(self, frontier: Frontier, settings: BaseSettings) -> None:
        self.politeness = politeness_by(settings)
        self.receipts = Receipts()
        self._frontier = frontier
        self._log_paces = settings.getbool("AUTOTHROTTLE_DEBUG")
        self._parked: dict[str, str] | None = None

    def park(self, host: str, why: str) -> None:
        """Ask a host no more in this run: its addresses stay pending, and the report says why."""
        logger.error(_PARKED, host, why)
        self._frontier.park(host, why)

    def parked(self) -> dict[str, str]:
        """Return the hosts that are, or were, parked in this run, and why."""
        return self._frontier.parked() if self._parked is None else self._parked

    def end_run(self) -> None:
        """Let what holds for this run alone hold no more."""
        self._parked = self._frontier.parked()
        self._frontier.end_run()

    def heard(self, request: Request, exchange: Exchange, head: Head | None, *, is_last: bool = True) -> None:
        """Take an exchange; of an attempt that another one followed, only that it was sent counts."""
        sent, size = exchange.began.timestamp(), wire_size(exchange)
        if not is_last:
            self._keep(host_of(exchange.url), Answer(sent=sent, ended=sent, size=size))
            return
        ended = exchange.began + timedelta(milliseconds=exchange.took_ms)
        answer = Answer(
            sent=sent,
            ended=ended.timestamp(),
            size=size,
            status=head.status if head is not None else None,
            cause=field_of(exchange.metadata, "fetchError"),
            retry_after=retry_after(head, ended) if head is not None else None,
            latency=request.meta.get("download_latency") if head is not None else None,
        )
        self._keep(host_of(exchange.url), answer)

    def failed(self, failed: FailedFetch) -> None:
        """Take a fetch that got no connection."""
        began = failed.began.timestamp()
        answer = Answer(sent=began, ended=began + failed.took_ms / 1000, cause=failed.cause)
        self._keep(host_of(failed.url), answer, was_sent=False)

    def _keep(self, host: str, answer: Answer, *, was_sent: bool = True) -> None:
        before = self._frontier.turn(host)
        turn, wait = after(before, answer, self.politeness, random.random())  # noqa: S311 (no secret)
        self._frontier.keep_turn(turn)
        self.receipts.note(before, turn, wait, sent=answer.sent if was_sent else None)
        self._tell(before, turn, wait)

    def _tell(self, before: HostTurn, turn: HostTurn, wait: Wait | None) -> None:
        if wait is not None:
            cut = f", of {wait.asked:.0f} asked for" if wait.asked > wait.seconds else ""
            level = logging.WARNING if max(wait.seconds, wait.asked) >= _LONG else logging.INFO
            logger.log(level, "%s is left alone for %.1f s%s: %s", turn.host, wait.seconds, cut, wait.why)
        if turn.parked and not before.parked:
            logger.error(_PARKED, turn.host, turn.parked)
        if self._log_paces and turn.pace != before.pace:
            logger.info("%s: %.3f s between requests by latency", turn.host, turn.pace)
