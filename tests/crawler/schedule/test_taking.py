"""What is taken of what is due: once, by one, whatever the clock does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from archive.collection import Collection, WriteLock
from crawler.schedule.book import Book, open_book
from crawler.schedule.pids import Pid
from crawler.schedule.schedule import GAP, LATENESS, Event, Limits, Outcome, Schedule
from crawler.schedule.taking import UNSEEN, Taker
from crawler.schedule.targets import Target
from crawler.schedule.timing import Cron, Every

NOON = 1_795_694_400.0
"""2026-11-26 12:00 UTC."""
HOUR = 3600.0
GONE = Pid(4_000_000, "gone:1", Pid.of(os.getpid()).place)
AWAY = Pid(1, "other:1", "another-machine pid:[1]")


def schedule(folder: Path, name: str = "harbour", **changes: object) -> Schedule:
    made = Schedule(
        name=name,
        site="demo",
        collection=folder / "c",
        arguments=(),
        folder=folder,
        timing=Cron(expression="0 * * * *"),
        created=NOON,
        on=frozenset(Event),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with open_book(tmp_path / "schedules.sqlite", make=True) as opened:
        yield opened


def taker(book: Book) -> Taker:
    return Taker(book=book, me=Pid.of(os.getpid()))


def outcomes(book: Book) -> list[tuple[float, Outcome, int]]:
    return [(turn.due, turn.outcome, turn.count) for turn in reversed(book.turns())]


def end(book: Book, turn: int, outcome: Outcome = Outcome.FINISHED, not_before: float | None = None) -> None:
    assert book.change(turn, outcome=outcome, exit_code=0, ended=NOON, not_before=not_before)


def test_nothing_is_taken_before_it_is_due_and_nothing_twice_after(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path), NOON)
    assert taker(book).take(NOON - 1, 4) == []
    (turn,) = taker(book).take(NOON, 4)
    end(book, turn)
    assert taker(book).take(NOON, 4) == []
    assert taker(book).take(NOON + HOUR - 1, 4) == []
    assert len(taker(book).take(NOON + HOUR, 4)) == 1


def test_of_several_who_call_at_once_one_has_the_turn(tmp_path: Path) -> None:
    path, barrier, taken = tmp_path / "s.sqlite", Barrier(8), []
    with open_book(path, make=True) as book:
        book.add(schedule(tmp_path), NOON)

    def call() -> None:
        with open_book(path) as own:
            barrier.wait()
            taken.extend(taker(own).take(NOON, 4))

    threads = [Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def test_missed_moments_are_caught_up_by_one_crawl_and_kept(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path), NOON)
    assert len(taker(book).take(NOON + 5.5 * HOUR, 4)) == 1
    assert outcomes(book) == [(NOON, Outcome.MISSED, 5), (NOON + 5 * HOUR, Outcome.RUNNING, 1)]
    (missed,) = (turn for turn in book.turns() if turn.outcome == Outcome.MISSED)
    assert missed.last_due == NOON + 4 * HOUR
    assert "caught up by the crawl that was due at 2026-11-26 17:00:00 +0000" in (missed.detail or "")


def test_missed_moments_are_only_recorded_where_the_schedule_says_so(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path, missed=GAP), NOON)
    assert taker(book).take(NOON + 5.5 * HOUR, 4) == []
    assert outcomes(book) == [(NOON, Outcome.MISSED, 6)]
    assert len(taker(book).take(NOON + 6 * HOUR + LATENESS, 4)) == 1


def test_a_year_without_a_call_is_counted_up_to_a_limit_and_takes_no_time(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path, timing=Cron(expression="* * * * *")), NOON)
    assert len(taker(book).take(NOON + 365 * 24 * HOUR, 4)) == 1
    missed, newest = reversed(book.turns())
    assert (missed.outcome, missed.count) == (Outcome.MISSED, 10_000)
    assert (missed.last_due, newest.due) == (NOON + 365 * 24 * HOUR - 60, NOON + 365 * 24 * HOUR)


def test_jitter_puts_a_moment_off_by_the_same_time_whoever_asks(book: Book, tmp_path: Path) -> None:
    one = schedule(tmp_path, jitter=1800.0)
    assert 0 <= one.begins(NOON) - NOON < 1800
    assert one.begins(NOON) == schedule(tmp_path, jitter=1800.0).begins(NOON)
    assert len({one.begins(NOON + hour * HOUR) - hour * HOUR for hour in range(20)}) == 20
    book.add(one, NOON)
    assert taker(book).take(one.begins(NOON) - 0.001, 4) == []
    assert len(taker(book).take(one.begins(NOON), 4)) == 1


def test_a_moment_that_jitter_puts_off_does_not_hide_the_one_before(book: Book, tmp_path: Path) -> None:
    one = schedule(tmp_path, jitter=1800.0)
    book.add(one, NOON)
    late = next(NOON + hour * HOUR for hour in range(1, 50) if one.begins(NOON + hour * HOUR) > NOON + hour * HOUR + 60)
    (turn,) = taker(book).take(late + 30, 4)
    assert book.turn(turn).due == late - HOUR


def test_a_clock_that_goes_back_runs_nothing_again(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path), NOON)
    (turn,) = taker(book).take(NOON, 4)
    end(book, turn)
    assert taker(book).take(NOON - 10, 4) == []
    assert taker(book).take(NOON + 5, 4) == []
    assert len(taker(book).take(NOON + HOUR, 4)) == 1


def test_a_clock_that_was_years_ahead_stops_no_schedule_once_it_is_right(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path), NOON)
    (turn,) = taker(book).take(NOON + 10 * 365 * 24 * HOUR, 4)
    end(book, turn)
    assert taker(book).take(NOON + 60, 4) == []
    (turn,) = taker(book).take(NOON + HOUR, 4)
    assert book.turn(turn).due == NOON + HOUR


def test_a_moment_at_which_the_collection_is_written_to_is_skipped_and_kept(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path), NOON)
    collection = Collection(tmp_path / "c")
    collection.create({"site": "demo"})
    lock = WriteLock(collection)
    for hour in range(3):
        assert taker(book).take(NOON + hour * HOUR, 4) == []
    lock.release()
    assert outcomes(book) == [(NOON, Outcome.OVERLAP, 3)]
    assert len(taker(book).take(NOON + 3 * HOUR, 4)) == 1


def test_of_two_schedules_of_one_collection_one_is_skipped(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path, "a"), NOON)
    book.add(schedule(tmp_path, "b"), NOON)
    assert len(taker(book).take(NOON, 4)) == 1
    assert sorted(turn.outcome for turn in book.turns()) == sorted([Outcome.RUNNING, Outcome.OVERLAP])


def test_two_collections_of_one_site_are_crawled_one_after_the_other(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path, "a"), NOON)
    book.add(schedule(tmp_path, "b", collection=tmp_path / "d"), NOON)
    (turn,) = taker(book).take(NOON, 4)
    assert taker(book).take(NOON + 60, 4) == []
    end(book, turn)
    (turn,) = taker(book).take(NOON + 120, 4)
    assert (book.turn(turn).schedule, book.turn(turn).due) == ("b", NOON)


def test_no_more_are_taken_than_there_is_room_for(book: Book, tmp_path: Path) -> None:
    for number in range(3):
        book.add(schedule(tmp_path, f"s{number}", collection=tmp_path / f"{number}", site=f"site{number}"), NOON)
    assert len(taker(book).take(NOON, 2)) == 2
    assert len(taker(book).take(NOON, 2)) == 1


def test_a_turn_that_is_to_be_tried_again_waits_and_then_counts_on(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path, limits=Limits(retries=2, retry_wait=600)), NOON)
    (turn,) = taker(book).take(NOON, 4)
    end(book, turn, Outcome.RETRY, not_before=NOON + 600)
    assert taker(book).take(NOON + 599, 4) == []
    assert taker(book).take(NOON - 1, 4) == [], "the clock was set a little"
    assert taker(book).take(NOON + 600, 4) == [turn]
    assert (book.turn(turn).attempt, book.turn(turn).outcome) == (2, Outcome.RUNNING)


def test_a_turn_that_is_to_be_tried_again_does_not_wait_longer_because_the_clock_went_back(
    book: Book, tmp_path: Path
) -> None:
    book.add(schedule(tmp_path, limits=Limits(retries=2, retry_wait=600)), NOON)
    (turn,) = taker(book).take(NOON, 4)
    end(book, turn, Outcome.RETRY, not_before=NOON + 600)
    assert taker(book).take(NOON - 24 * HOUR, 4) == [turn]


def test_the_turns_of_a_run_due_that_is_gone_are_taken_over_and_those_of_one_that_lives_are_not(
    book: Book, tmp_path: Path
) -> None:
    book.add(schedule(tmp_path), NOON)
    other = Taker(book=book, me=Pid.of(os.getppid()))
    (turn,) = other.take(NOON, 4)
    assert taker(book).adopt(NOON) == []
    book.hand_over(turn, str(GONE), NOON)
    assert taker(book).adopt(NOON) == [turn]
    assert other.adopt(NOON) == []


@pytest.mark.parametrize(("later", "is_mine"), [(UNSEEN - 1, False), (UNSEEN + 1, True), (-UNSEEN - 1, True)])
def test_a_run_due_on_another_machine_counts_as_gone_once_it_was_not_seen_for_long(
    later: float, is_mine: bool, book: Book, tmp_path: Path
) -> None:
    book.add(schedule(tmp_path), NOON)
    (turn,) = taker(book).take(NOON, 4)
    book.hand_over(turn, str(AWAY), NOON)
    assert taker(book).adopt(NOON + later) == ([turn] if is_mine else [])


def test_every_is_due_at_once_and_then_by_its_anchor(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path, timing=Every(seconds=600, anchor=NOON)), NOON)
    (turn,) = taker(book).take(NOON + 130, 4)
    end(book, turn)
    assert book.turn(turn).due == NOON
    assert taker(book).take(NOON + 599, 4) == []
    assert len(taker(book).take(NOON + 600, 4)) == 1


def test_who_wants_to_know_is_told_of_missed_moments(book: Book, tmp_path: Path) -> None:
    book.add(schedule(tmp_path, missed=GAP, notify=(Target.parse("mail:desk@example.org"),)), NOON)
    taker(book).take(NOON + 5.5 * HOUR, 4)
    (message,) = book.take_messages(NOON + 6 * HOUR, 60)
    assert message.target == "mail:desk@example.org"
    assert "[briefs] harbour: missed 6 of its moments" in message.content
    assert book.take_messages(NOON + 6 * HOUR + 59, 60) == []
    assert [again.id for again in book.take_messages(NOON + 6 * HOUR + 61, 60)] == [message.id]
