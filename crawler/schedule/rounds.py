"""`briefs run-due`: looks, again and again, at what is due, what runs, and who is to be told."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crawler.frontier.transaction import transaction
from crawler.schedule.book import Book
from crawler.schedule.crawling import Beginning, Left, Watched, clear, left_in
from crawler.schedule.ending import Ended, ended_of, newest_run
from crawler.schedule.gaps import note_gaps
from crawler.schedule.message import message_of
from crawler.schedule.pids import Pid
from crawler.schedule.post import Post
from crawler.schedule.schedule import OVER_TIME, STOPPED, Outcome, Schedule, Turn
from crawler.schedule.taking import UNSEEN, Taker

logger = logging.getLogger(__name__)

_LOOK = 0.1
"""Seconds from one look to the next while something runs."""
_IDLE = 1.0
"""The same while nothing does."""


@dataclass(slots=True, kw_only=True)
class Rounds:
    """One run-due, from its beginning to its end."""

    book: Book
    jobs: int
    """How many crawls may run at a time."""
    tell: Callable[[Ended], None]
    """Called with each turn that has ended."""
    clock: Callable[[], float] = time.time
    is_stopping: bool = False
    """Set by a signal: nothing more is begun, and what runs is ended."""
    went_wrong: bool = False
    """Whether a crawl ended with a code other than 0."""
    _watched: dict[int, Watched] = field(default_factory=dict)
    _me: Pid = field(default_factory=lambda: Pid.of(os.getpid()))
    _noted: float = 0.0

    def run(self, *, watch: bool, after_round: Callable[[], None] | None = None) -> None:
        """Do what is due and return when that is done; with `watch`, only when stopped.

        `after_round` is called after each look at which something changed, and at the end.
        """
        post, seen = Post(self.book, self.clock), -1
        while True:
            self._look()
            post.send_some()
            if after_round is not None and seen != self.book.db.total_changes:
                after_round()
                seen = self.book.db.total_changes
            if not self._watched and (self.is_stopping or (not watch and post.is_done())):
                return
            time.sleep(_LOOK if self._watched or not post.is_done() else _IDLE)

    def _look(self) -> None:
        now, taker = self.clock(), Taker(book=self.book, me=self._me)
        mine = set(taker.adopt(now))
        for turn in mine - self._watched.keys():
            self._resume(self._turn(turn))
        for turn in self._watched.keys() - mine:  # another run-due took us for dead
            del self._watched[turn]
        for turn in list(self._watched):
            self._watch(self._turn(turn))
        if not self.is_stopping:
            taken = taker.take(now, self.jobs - len(self._watched))
            note_gaps(self.book)  # before a crawl that makes up for them writes
            for turn in taken:
                self._begin(self._turn(turn))
        if self._watched and abs(now - self._noted) > UNSEEN / 6:
            taker.still_mine(now)
            self._noted = now

    def _turn(self, turn: int) -> Turn:
        return self.book.turn(turn)

    def _begin(self, turn: Turn) -> None:
        """Begin the crawl of a turn: its process id is kept before it is let go."""
        schedule = self.book.get(turn.schedule)
        folder = self._folder(turn)
        try:
            clear(folder)
            beginning = Beginning(schedule, folder)
        except OSError as error:
            self._end(turn, schedule, Left(began=True, exit_code=2, report=None, errors=f"cannot be begun: {error}"))
            return
        with transaction(self.book.db):
            self.book.change(turn.id, str(self._me), leader=str(beginning.leader), began=self.clock(),
                             before=newest_run(schedule.places))  # fmt: skip
        self._watched[turn.id] = Watched(beginning.leader, folder, schedule.places, beginning.shell)
        beginning.go()
        logger.info("%s: begun, process %d", schedule.name, beginning.leader.number)

    def _resume(self, turn: Turn) -> None:
        """Look after a turn whose run-due is gone: it was killed."""
        folder, places = self._folder(turn), self.book.get(turn.schedule).places
        if turn.leader is None:
            self._begin(turn)
        elif not turn.leader.is_here or turn.leader.group_lives():
            logger.warning("%s: its run-due is gone, the crawl is looked after again", turn.schedule)
            self._watched[turn.id] = Watched(turn.leader, folder, places, stopping=turn.stopping)
        elif not left_in(folder).began:
            self._begin(turn)
        else:
            self._end(turn, self.book.get(turn.schedule), left_in(folder))

    def _watch(self, turn: Turn) -> None:
        """End a crawl that is over its time, or that is to end with us; settle one that is over."""
        schedule, watched = self.book.get(turn.schedule), self._watched[turn.id]
        if watched.is_over():
            del self._watched[turn.id]
            left = left_in(watched.folder)
            if left.began:
                self._end(self._turn(turn.id), schedule, left)
            else:
                self._begin(turn)
            return
        limit = schedule.limits.time_limit
        if watched.stopping is None and (self.is_stopping or 0 < limit < watched.age()):
            watched.stopping = STOPPED if self.is_stopping else OVER_TIME
            logger.warning("%s: %s, asked to end", schedule.name, watched.stopping)
            with transaction(self.book.db):
                self.book.change(turn.id, str(self._me), stopping=watched.stopping)
        if watched.stopping is not None:
            watched.end(schedule.limits.grace)

    def _end(self, turn: Turn, schedule: Schedule, left: Left) -> None:
        """Keep what came of a turn, and whom to tell of it, in one transaction."""
        ended = ended_of(turn, schedule, left, self.clock())
        with transaction(self.book.db):
            if not self.book.change(turn.id, str(self._me), **ended.columns()):
                return
            if ended.is_told:
                self.book.tell(turn.id, schedule, message_of(ended), self.clock())
        clear(self._folder(turn))
        self.went_wrong |= ended.turn.outcome not in (Outcome.FINISHED, Outcome.OVERLAP)
        self.tell(ended)

    def _folder(self, turn: Turn) -> Path:
        return self.book.folder / f"{turn.id}-{turn.attempt}"
