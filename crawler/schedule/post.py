"""Messages are sent beside the crawls: one that cannot be sent is kept, tried again, and fails no crawl."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.schedule.book import Book
from crawler.schedule.mail import send_mail
from crawler.schedule.outbox import LONGEST_WAIT, Message
from crawler.schedule.sending import SendError
from crawler.schedule.targets import MAIL, WEBHOOK, Target
from crawler.schedule.webhook import post_webhook

logger = logging.getLogger(__name__)

PATIENCE = 40.0
"""Seconds that sending a message may take in all."""
_LEASE = 3 * PATIENCE
_FIRST_WAIT = 60.0
_MOST_TRIES = 80
"""With up to an hour between two of them: about three days."""

_SEND: dict[str, Callable[[str, str, int], None]] = {WEBHOOK: post_webhook, MAIL: send_mail}


@dataclass(slots=True)
class _Sending:
    """A message on its way, in a thread of its own: a server that drips bytes holds nobody up."""

    message: Message
    began: float = field(default_factory=time.monotonic)
    error: str | None = None
    is_done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._send, daemon=True).start()

    def _send(self) -> None:
        try:
            target = Target.parse(self.message.target)
            _SEND[target.kind](target.address, self.message.content, self.message.id)
        except SendError as error:
            self.error = str(error)
        finally:
            self.is_done.set()


@dataclass(slots=True)
class Post:
    """Sends what is to be sent."""

    book: Book
    clock: Callable[[], float]
    _under_way: list[_Sending] = field(default_factory=list)

    def send_some(self) -> None:
        """Note what became of the messages on their way, and send those whose time has come."""
        for sending in list(self._under_way):
            is_late = time.monotonic() - sending.began > PATIENCE
            if sending.is_done.is_set() or is_late:
                self._under_way.remove(sending)
                error = sending.error if sending.is_done.is_set() else f"took longer than {PATIENCE:.0f} s"
                self._note(sending.message, error)
        for message in self.book.take_messages(self.clock(), _LEASE):
            self._under_way.append(_Sending(message))
            self._under_way[-1].start()

    def is_done(self) -> bool:
        """Return whether none is on its way."""
        return not self._under_way

    def _note(self, message: Message, error: str | None) -> None:
        again = None
        if error is not None:
            tries = message.tries + 1
            again = self.clock() + min(LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(tries - 1, 10))
            again = again if tries < _MOST_TRIES else None
            then = "tried again later" if again else "given up"
            logger.warning("%s could not be told, %s: %s", message.target, then, error)
        self.book.settle_message(message, error, again)
