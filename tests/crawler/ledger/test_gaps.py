"""Which run closes which gap."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.ledger.gaps import CUT_SHORT, Cause, GapLog
from crawler.ledger.schema import open_ledger

MOMENT = datetime(2026, 11, 26, 6, 30, 35, tzinfo=UTC)
CUT = Cause(kind=CUT_SHORT, why="page limit", hosts=())


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as connection:
        rows = [("a", MOMENT.timestamp(), "finished", 1), ("b", MOMENT.timestamp(), "finished", 2)]
        connection.executemany("INSERT INTO run (id, began, state, link) VALUES (?, ?, ?, ?)", rows)
        yield connection


@pytest.mark.parametrize(("left_by", "judged", "closed_by"), [("a", "b", "b"), ("b", "a", None)])
def test_of_two_runs_in_one_second_only_the_later_closes_what_the_other_left(
    ledger: sqlite3.Connection, left_by: str, judged: str, closed_by: str | None
) -> None:
    gaps = GapLog(ledger)
    gaps.open(left_by, MOMENT, [CUT])
    gaps.judge(judged, MOMENT, MOMENT, is_complete=True)
    assert [gap.closed_by for gap in gaps.all()] == [closed_by]


def test_a_run_that_is_not_in_the_chain_yet_closes_what_earlier_ones_left(ledger: sqlite3.Connection) -> None:
    gaps = GapLog(ledger)
    ledger.execute("INSERT INTO run (id, began, state) VALUES ('c', ?, 'running')", (MOMENT.timestamp(),))
    gaps.open("b", MOMENT, [CUT])
    gaps.judge("c", MOMENT, MOMENT, is_complete=True)
    assert [gap.closed_by for gap in gaps.all()] == ["c"]
