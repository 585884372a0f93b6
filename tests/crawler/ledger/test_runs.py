"""The roots over the records of each run, and their chain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.merkle import chained, merkle_root
from archive.model import Member
from crawler.ledger.runs import ReportedRun, RunLog
from crawler.ledger.schema import open_ledger
from crawler.ledger.sums import Sums

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as connection:
        yield connection


def keep_warc(ledger: sqlite3.Connection, name: str, run: str, leaves: list[bytes]) -> None:
    Sums(ledger).keep_length(f"archive/{name}", 10 * len(leaves), is_sealed=True, run=run)
    members = (
        Member(offset=10 * number, length=10, sha256="00" * 32, leaf=leaf.hex()) for number, leaf in enumerate(leaves)
    )
    Sums(ledger).keep_members(name, members)


def test_the_records_of_a_run_count_in_the_order_of_serial_and_offset(ledger: sqlite3.Connection) -> None:
    one, two, three = (bytes([number]) * 32 for number in (1, 2, 3))
    keep_warc(ledger, "demo-20260101000000-100000.warc.gz", "r", [three])
    keep_warc(ledger, "demo-20260101000000-99999.warc.gz", "r", [one, two])
    keep_warc(ledger, "demo-20260101000000-99998.warc.gz", "other", [three])
    log = RunLog(ledger)
    log.begin("r", AT)
    assert log.end("r", "finished", AT).root == merkle_root([one, two, three])[1]


def test_each_run_is_chained_to_the_one_that_ended_before_it(ledger: sqlite3.Connection) -> None:
    log = RunLog(ledger)
    roots = []
    for run in ("b", "a", "c"):
        log.begin(run, AT)
        roots.append(log.end(run, "finished", AT))
    assert [root.previous for root in roots] == [None, roots[0].chain, roots[1].chain]
    assert roots[2].chain == chained(roots[1].chain, "c", roots[2].root)


def test_a_run_that_never_ended_is_known(ledger: sqlite3.Connection) -> None:
    log = RunLog(ledger)
    log.begin("a", AT)
    log.begin("b", AT)
    log.end("a", "finished", AT)
    assert log.unfinished() == ["b"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"run": "a", "merkle": null}', b'{"run": "a", "began": 5}'])
def test_a_report_that_tells_no_root_restores_no_run(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    assert ReportedRun.read(path) is None
