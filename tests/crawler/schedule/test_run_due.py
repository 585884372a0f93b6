"""`briefs run-due`: real crawls, ended and killed at their worst moments."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.schedule.crawling import Beginning, left_in
from crawler.schedule.pids import Pid
from crawler.schedule.schedule import Outcome, Turn
from crawler.schedule.taking import Taker
from crawler.schedule.timing import Every
from tests.crawler.cli.conftest import CONTACT
from tests.crawler.schedule.conftest import Desk

GONE = Pid(4_000_000, "gone:1", Pid.of(os.getpid()).place)


def finished(process: subprocess.Popen[str]) -> str:
    """Wait for a process and return what it wrote."""
    output, errors = process.communicate(timeout=60)
    return output + errors


def take(desk: Desk) -> Turn:
    """Take the turn that is due, as a run-due that is killed right after does."""
    with desk.book() as book:
        (turn,) = Taker(book=book, me=GONE).take(desk_now(desk), 1)
        return book.turn(turn)


def desk_now(desk: Desk) -> float:
    with desk.book() as book:
        return book.schedules()[0][1]


def make_due(desk: Desk) -> None:
    """Have the schedule be due once more, at a moment that had no turn."""
    with desk.book() as book:
        for schedule, first in book.schedules():
            timing = Every(seconds=3600, anchor=first - 3600 + 0.5)
            book.add(replace(schedule, timing=timing), first - 3600 + 0.5, replace=True)


def test_what_is_due_is_crawled_once_and_nothing_to_ask_is_a_turn_without_a_run(desk: Desk) -> None:
    desk.add()
    first = desk.run_due()
    assert first.returncode == 0, first.stderr
    turn = desk.turn()
    assert (turn.outcome, turn.exit_code) == (Outcome.FINISHED, 0)
    (run,) = desk.runs()
    assert (run["run"], run["exit_code"], run["state"], run["briefs"]) == (turn.run, 0, "finished", 6)
    assert f"finished, run {turn.run}" in first.stdout
    asked = desk.pages()
    again = desk.run_due()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", ""), "nobody is mailed every minute"
    make_due(desk)
    assert desk.run_due().returncode == 0
    assert (desk.turns()[1].outcome, desk.turns()[1].run) == (Outcome.FINISHED, None)
    assert "nothing is due" in (desk.turns()[1].detail or "")
    assert desk.pages() == asked
    assert not (desk.folder / "schedules.sqlite.turns").exists()


def test_two_run_dues_at_once_crawl_once(desk: Desk) -> None:
    desk.add()
    both = [desk.start("run-due") for _ in range(2)]
    for process in both:
        finished(process)
    assert [process.returncode for process in both] == [0, 0]
    assert desk.turn().outcome == Outcome.FINISHED
    assert len(desk.runs()) == 1
    assert len(desk.pages()) == len(set(desk.pages()))


def test_a_killed_run_dues_crawl_goes_on_and_the_next_looks_after_it(desk: Desk) -> None:
    desk.add()
    with desk.held() as (asked, let_come):
        killed = desk.start("run-due")
        assert asked.wait(60)
        killed.kill()
        finished(killed)
        assert desk.turn().outcome == Outcome.RUNNING
        after = desk.start("run-due")
        assert after.stderr is not None
        assert "its run-due is gone, the crawl is looked after again" in after.stderr.readline()
        let_come()
        output = finished(after)
    assert after.returncode == 0, output
    turn = desk.turn()
    assert (turn.outcome, turn.exit_code, turn.attempt) == (Outcome.FINISHED, 0, 1)
    assert [run["run"] for run in desk.runs()] == [turn.run]
    assert len(desk.pages()) == len(set(desk.pages()))


def test_a_crawl_that_ended_while_nobody_looked_is_settled_with_its_exit_code(desk: Desk) -> None:
    desk.add()
    with desk.held() as (asked, let_come):
        killed = desk.start("run-due")
        assert asked.wait(60)
        killed.kill()
        finished(killed)
        leader = desk.turn().leader
        assert leader is not None
        let_come()
        wait_for_end(leader)
        asked_before = desk.pages()
        after = desk.run_due()
    assert after.returncode == 0, after.stderr
    assert (desk.turn().outcome, desk.turn().exit_code) == (Outcome.FINISHED, 0)
    assert desk.pages() == asked_before


def test_a_missed_moment_is_a_gap_of_the_collection_until_a_complete_crawl_has_looked(desk: Desk) -> None:
    desk.add("--missed", "gap")
    assert desk.run_due().returncode == 0
    with desk.book() as book:
        ((schedule, first),) = book.schedules()
        timing = Every(seconds=3600, anchor=first - 5.5 * 3600)
        book.add(replace(schedule, timing=timing), first - 5.5 * 3600, replace=True)
    assert desk.run_due().returncode == 0
    (missed,) = [turn for turn in desk.turns() if turn.outcome == Outcome.MISSED]
    (gap,) = json.loads(desk.told("gaps", desk.collection, "--json").output)["gaps"]
    assert (missed.count, gap["kind"]) == (5, "missed")
    with desk.book() as book:
        assert book.owed_gaps() == []


def wait_for_end(leader: Pid) -> None:
    """Wait until a process that is no child of ours has ended."""
    descriptor = os.pidfd_open(leader.number)
    try:
        assert select.select([descriptor], [], [], 60)[0]
    finally:
        os.close(descriptor)


def test_a_crawl_that_was_killed_with_its_run_due_is_said_to_be(desk: Desk) -> None:
    desk.add()
    with desk.held() as (asked, _):
        killed = desk.start("run-due")
        assert asked.wait(60)
        killed.kill()
        finished(killed)
        leader = desk.turn().leader
        assert leader is not None
        leader.signal_group(signal.SIGKILL)
        wait_for_end(leader)
        after = desk.run_due()
    assert after.returncode == 1
    turn = desk.turn()
    assert (turn.outcome, turn.exit_code) == (Outcome.KILLED, None)
    (run,) = desk.runs()
    assert (run["run"], run["state"], run["exit_code"]) == (turn.run, "killed", None)


def test_a_crawl_whose_shell_alone_was_killed_is_still_under_way(desk: Desk) -> None:
    desk.add()
    with desk.held() as (asked, let_come):
        killed = desk.start("run-due")
        assert asked.wait(60)
        killed.kill()
        finished(killed)
        leader = desk.turn().leader
        assert leader is not None
        os.kill(leader.number, signal.SIGKILL)
        wait_for_end(leader)
        assert leader.group_lives()
        after = desk.start("run-due")
        assert after.stderr is not None
        assert "looked after again" in after.stderr.readline()
        let_come()
        finished(after)
    turn = desk.turn()
    assert turn.outcome == Outcome.FINISHED, "its report says how it ended, though nobody kept its exit code"
    assert len(desk.runs()) == 1


def test_killed_between_the_taking_and_the_beginning_nothing_is_forgotten(desk: Desk) -> None:
    desk.add()
    assert take(desk).leader is None
    assert desk.run_due().returncode == 0
    assert desk.turn().outcome == Outcome.FINISHED
    assert len(desk.runs()) == 1


def test_killed_between_the_beginning_and_the_letting_go_nothing_is_begun_twice(desk: Desk) -> None:
    desk.add()
    turn = take(desk)
    folder = desk.folder / "schedules.sqlite.turns" / f"{turn.id}-1"
    with desk.book() as book:
        beginning = Beginning(book.get("tides"), folder)
        book.change(turn.id, leader=str(beginning.leader))
    assert beginning.shell.stdin is not None
    beginning.shell.stdin.close()  # as the kernel does for a process that is killed
    assert beginning.shell.wait(30) == 0
    assert not left_in(folder).began
    assert desk.run_due().returncode == 0
    assert desk.turn().outcome == Outcome.FINISHED
    assert len(desk.runs()) == 1


def limit_time(desk: Desk) -> None:
    """Give the schedule a time limit that its crawl, which is under way, is over already."""
    with desk.book() as book:
        ((schedule, first),) = book.schedules()
        limits = replace(schedule.limits, time_limit=0.001)
        book.add(replace(schedule, limits=limits), first, replace=True)


def test_over_its_time_limit_a_crawl_is_asked_to_end_and_then_made_to(desk: Desk) -> None:
    desk.add("--grace", "1s")
    with desk.held() as (asked, _):
        running = desk.start("run-due")
        assert asked.wait(60)
        limit_time(desk)
        finished(running)
    assert running.returncode == 1
    turn = desk.turn()
    # SIGINT lets the held page finish, which it does not; SIGTERM stops at once.
    assert (turn.outcome, turn.exit_code) == (Outcome.TIMED_OUT, 143)
    (run,) = desk.runs()
    assert (run["state"], run["exit_code"]) == ("interrupted", 143)


def test_a_crawl_that_hears_no_signal_is_killed(desk: Desk) -> None:
    desk.add("--grace", "1s")
    with desk.held() as (asked, _):
        running = desk.start("run-due")
        assert asked.wait(60)
        leader = desk.turn().leader
        assert leader is not None
        os.killpg(leader.number, signal.SIGSTOP)
        limit_time(desk)
        finished(running)
        assert not leader.group_lives()
    assert running.returncode == 1
    assert (desk.turn().outcome, desk.turn().exit_code) == (Outcome.TIMED_OUT, None)


def test_a_stopped_run_due_ends_its_crawl_and_the_next_goes_on_with_it(desk: Desk) -> None:
    desk.add()
    with desk.held() as (asked, let_come):
        stopped = desk.start("run-due", "--watch")
        assert asked.wait(60)
        stopped.send_signal(signal.SIGTERM)
        assert stopped.stderr is not None
        assert any("run-due was stopped, asked to end" in line for line in stopped.stderr)
        let_come()
        finished(stopped)
    assert stopped.returncode == 143
    assert (desk.turn().outcome, desk.turn().exit_code) == (Outcome.RETRY, 130)
    assert desk.run_due().returncode == 0
    assert (desk.turn().outcome, desk.turn().attempt) == (Outcome.FINISHED, 2)
    assert len(desk.pages()) == len(set(desk.pages()))


def test_a_collection_that_somebody_else_writes_to_is_skipped_and_kept(desk: Desk) -> None:
    desk.add()
    with desk.held() as (asked, let_come):
        crawl = desk.start("crawl", "demo", "--collection", "c", "--contact", CONTACT, *desk.options())
        assert asked.wait(60)
        due = desk.run_due()
        let_come()
        finished(crawl)
    assert (crawl.returncode, due.returncode) == (0, 0)
    assert desk.turn().outcome == Outcome.OVERLAP
    assert len(desk.runs()) == 1


def test_a_crawl_is_begun_again_by_its_exit_code_once_it_has_waited(desk: Desk) -> None:
    desk.server.answers[desk.server.site.hosts[0], "/robots.txt"] = [b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"]
    desk.add("--retries", "1", "--retry-wait", "10m", "-s", "RETRY_TIMES=0")
    first = desk.run_due()
    assert first.returncode == 1
    turn = desk.turn()
    assert (turn.outcome, turn.exit_code) == (Outcome.RETRY, 5)
    assert turn.not_before is not None
    assert turn.ended is not None
    assert turn.not_before == pytest.approx(turn.ended + 600, abs=1)
    assert desk.run_due().stdout == ""
    desk.server.answers.clear()
    with desk.book() as book:
        book.change(turn.id, not_before=turn.ended)
    assert desk.run_due().returncode == 0
    assert (desk.turn().outcome, desk.turn().attempt) == (Outcome.FINISHED, 2)


def test_a_crawl_that_cannot_be_made_any_more_is_refused_with_what_it_said(desk: Desk) -> None:
    desk.add()
    desk.collection.write_text("in the way")
    assert desk.run_due().returncode == 1
    assert (desk.turn().outcome, desk.turn().exit_code) == (Outcome.REFUSED, 2)
    assert "is a file, expected a folder for the collection" in (desk.turn().detail or "")


def test_a_folder_that_is_gone_is_said(desk: Desk, tmp_path: Path) -> None:
    desk.add()
    with desk.book() as book:
        (schedule, first), *_ = book.schedules()
        book.add(replace(schedule, folder=tmp_path / "gone"), first, replace=True)
    assert desk.run_due().returncode == 1
    assert desk.turn().outcome == Outcome.REFUSED
    assert "cannot be begun" in (desk.turn().detail or "")
