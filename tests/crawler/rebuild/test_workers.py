"""Pages read by several processes: the same ones in the same order, and no process left behind."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from archive.collection import Collection
from crawler.rebuild import Reading
from crawler.rebuild.exchanges import StoredExchange
from crawler.rebuild.files import collection_files
from crawler.rebuild.workers import WorkerLostError, cores, read_pages
from crawler.sites import get_site

SITE = get_site("demo")
SCRIPT = """
import multiprocessing, sys
from pathlib import Path
from tests.crawler.rebuild.test_workers import SITE, many_exchanges
from crawler.rebuild.workers import read_pages
if __name__ == "__main__":
    pages = read_pages(many_exchanges(Path(sys.argv[1]), 1_000_000), SITE, 2)
    next(pages)
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    for page in pages:
        pass
"""


@pytest.fixture(scope="module")
def collection(bundled: Path) -> Path:
    return bundled


def many_exchanges(collection: Path, times: int) -> Iterator[StoredExchange]:
    """Yield the exchanges of a collection, all of them so many times."""
    reading = Reading(files=collection_files(Collection(collection)), site=SITE)
    return chain.from_iterable(repeat(tuple(reading.exchanges()), times))


@pytest.mark.parametrize("jobs", [2, 3])
def test_any_number_of_processes_reads_the_same(jobs: int, collection: Path) -> None:
    alone = list(read_pages(many_exchanges(collection, 4), SITE, 1))
    assert len(alone) > 150
    assert list(read_pages(many_exchanges(collection, 4), SITE, jobs)) == alone
    assert multiprocessing.active_children() == []


def test_a_small_collection_starts_no_process(collection: Path) -> None:
    pages = read_pages(many_exchanges(collection, 1), SITE, 2)
    next(pages)
    assert multiprocessing.active_children() == []
    assert len(list(pages)) < 100


def test_only_so_much_is_read_ahead(collection: Path) -> None:
    taken = 0

    def counted() -> Iterator[StoredExchange]:
        nonlocal taken
        for exchange in many_exchanges(collection, 1000):
            taken += 1
            yield exchange

    pages = read_pages(counted(), SITE, 2)
    for _ in range(300):
        next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert 300 <= taken < 300 + 100 + 2 * 4 * 16
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_says_which_page_it_was(jobs: int, collection: Path) -> None:
    # A pattern that is none: what raises is deep inside the extraction.
    broken: Any = (("share", "no pattern"),)
    with pytest.raises(AttributeError) as raised:
        list(read_pages(many_exchanges(collection, 4), replace(SITE, boilerplate=broken), jobs))
    (note,) = raised.value.__notes__
    assert note.startswith("while https://harbour.example/")
    assert ".warc.gz at byte " in note
    assert multiprocessing.active_children() == []


def test_a_process_that_is_killed_ends_the_reading_with_a_sentence(collection: Path) -> None:
    pages = read_pages(many_exchanges(collection, 1000), SITE, 2)
    next(pages)
    victim = multiprocessing.active_children()[0].pid
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(WorkerLostError, match="killed, or out of memory"):
        list(pages)


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_processes_end_with_the_one_that_started_them(signum: int, collection: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(collection)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert parent.stdout is not None
    handles = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(handles) == 2
    parent.send_signal(signum)
    for handle in handles:
        assert select.select([handle], [], [], 60)[0] == [handle], "a process outlived its parent"
        os.close(handle)
    parent.wait(60)
    parent.stdout.close()


def test_there_is_a_core() -> None:
    assert cores() >= 1
