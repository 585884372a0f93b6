"""Which turns are taken now: each by one transaction, so that of several who call only one has it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, takewhile

from archive.collection import is_being_written
from crawler.frontier.transaction import transaction
from crawler.schedule.book import Book
from crawler.schedule.ending import Ended
from crawler.schedule.message import message_of
from crawler.schedule.pids import Pid
from crawler.schedule.schedule import GAP, LATENESS, Event, Outcome, Schedule
from crawler.schedule.timing import SHORTEST, readable
from crawler.schedule.wording import moment_text

UNSEEN = 180.0
"""Seconds after which a run-due on another machine, which shows no process here, counts as gone."""
MOST_COUNTED = 10_000
"""Missed moments that are counted; more are said to be this many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """One run-due: what it takes is looked after by nobody else while it lives."""

    book: Book
    me: Pid

    def adopt(self, now: float) -> list[int]:
        """Take over the turns whose run-due is gone, and return all that are mine."""
        with transaction(self.book.db):
            for turn, owner, seen in self.book.owners():
                pid = Pid.parse(owner)
                if pid != self.me and not _looks_after(pid, seen, now):
                    self.book.hand_over(turn, str(self.me), now)
            return [turn for turn, owner, _ in self.book.owners() if owner == str(self.me)]

    def still_mine(self, now: float) -> None:
        """Note that those who look after something still do."""
        with transaction(self.book.db):
            self.book.still_seen(str(self.me), now)

    def take(self, now: float, room: int) -> list[int]:
        """Note of every schedule what is due, missed and skipped, and return the turns to begin: `room` at the most."""
        taken: list[int] = []
        with transaction(self.book.db):
            for schedule, first in self.book.schedules():
                if len(taken) >= room:
                    break
                turn = self._again(schedule, now) or self._due(schedule, first, now)
                taken += [turn] if turn else []
        return taken

    def _again(self, schedule: Schedule, now: float) -> int | None:
        """Take the turn of a schedule that waits to be tried again, if it has waited."""
        waiting = [turn for turn in self.book.turns_in(Outcome.RETRY) if turn.schedule == schedule.name]
        if not waiting or self._is_busy(schedule) or is_being_written(schedule.places):
            return None
        turn = waiting[-1]
        wait = (turn.not_before or 0.0) - now
        # A clock that went back makes nobody wait longer than the schedule says.
        if 0 < wait <= schedule.limits.retry_wait + SHORTEST:
            return None
        self.book.change(turn.id, outcome=Outcome.RUNNING, attempt=turn.attempt + 1, seen=now, began=now, leader=None,
                         stopping=None, not_before=None)  # fmt: skip
        self.book.hand_over(turn.id, str(self.me), now)
        return turn.id

    def _due(self, schedule: Schedule, first: float, now: float) -> int | None:
        first = self._mended(schedule, first, now)
        due = _newest(schedule, first, now)
        if due is None or self._waits_for_site(schedule):
            return None
        self.book.move_on(schedule.name, schedule.timing.after(due))
        is_late = schedule.missed == GAP and now - schedule.begins(due) > LATENESS
        self._note_missed(schedule, first, due, is_late=is_late)
        if is_late:
            return None
        if self._is_busy(schedule) or is_being_written(schedule.places):
            self._note_overlap(schedule, due, now)
            return None
        self._end_waiting(schedule, due)
        return self.book.insert(schedule.name, due, Outcome.RUNNING, owner=str(self.me), seen=now, began=now)

    def _mended(self, schedule: Schedule, first: float, now: float) -> float:
        """Return the first moment to look at, an earlier one than was noted when the clock went back since."""
        if first <= now:
            return first
        moments = schedule.timing.all_after(now)
        mended = next(moment for moment in moments if not self.book.was_taken(schedule.name, moment))
        if mended < first:
            self.book.move_on(schedule.name, mended)
        return min(mended, first)

    def _note_missed(self, schedule: Schedule, first: float, due: float, *, is_late: bool) -> None:
        """Keep the moments from `first` to `due`, itself only if it is late too, as one turn that was missed."""
        until = due if is_late else due - 0.001
        moments = takewhile(lambda moment: moment <= until, schedule.timing.all_after(first - 0.001))
        missed = list(islice(moments, MOST_COUNTED))
        if not missed:
            return
        then = "" if is_late else f"; caught up by the crawl that was due at {moment_text(due, schedule.zone)}"
        last = schedule.timing.newest(first, until) or missed[-1]
        detail = f"nobody called `briefs run-due`{then}"
        turn = self.book.insert(schedule.name, missed[0], Outcome.MISSED, last_due=last, count=len(missed),
                                detail=detail)  # fmt: skip
        self.book.owe_gap(turn)
        events = frozenset({Event.MISSED})
        ended = Ended(turn=self.book.turn(turn), schedule=schedule, report=None, events=events)
        if ended.is_told:
            self.book.tell(turn, schedule, message_of(ended), due)

    def _note_overlap(self, schedule: Schedule, due: float, now: float) -> None:
        """Keep a moment that was skipped, together with those skipped just before it."""
        last = next(iter(self.book.turns(schedule.name, 1)), None)
        if last is not None and last.outcome == Outcome.OVERLAP:
            self.book.change(last.id, last_due=due, count=last.count + 1, ended=now)
        else:
            self.book.insert(schedule.name, due, Outcome.OVERLAP, began=now, ended=now)

    def _end_waiting(self, schedule: Schedule, due: float) -> None:
        """End the waiting of a turn that was to be tried again: the next is due."""
        detail = f"not tried again: the next was due at {moment_text(due, schedule.zone)}"
        self.book.end_waiting(schedule.name, detail)

    def _is_busy(self, schedule: Schedule) -> bool:
        """Return whether a turn into the same collection is under way, or one of the same schedule."""
        return any(
            turn.schedule == schedule.name or self._collection(turn.schedule) == schedule.collection
            for turn in self.book.turns_in(Outcome.RUNNING)
        )

    def _waits_for_site(self, schedule: Schedule) -> bool:
        """Return whether the site is being crawled into another collection: two at once would ask it twice as fast."""
        under_way = [self.book.find(turn.schedule) for turn in self.book.turns_in(Outcome.RUNNING)]
        return any(
            other.site == schedule.site and other.collection != schedule.collection for other in under_way if other
        )

    def _collection(self, name: str) -> object:
        found = self.book.find(name)
        return found.collection if found else None


def _newest(schedule: Schedule, first: float, now: float) -> float | None:
    """Return the last moment from `first` on whose crawl should have begun by now."""
    newest = schedule.timing.newest(first, now)
    if newest is not None and schedule.begins(newest) > now:
        newest = schedule.timing.newest(first, newest - 0.001)
    return newest if newest is not None and schedule.begins(newest) <= now else None


def _looks_after(owner: Pid, seen: float, now: float) -> bool:
    return owner.lives() if owner.is_here else abs(now - seen) <= UNSEEN


def next_text(schedule: Schedule, first: float) -> str:
    """Return when a schedule is due next."""
    late = schedule.begins(first) - first
    put_off = f" (put off by {readable(round(late))})" if schedule.jitter else ""
    return f"{moment_text(first, schedule.zone)}{put_off}"
