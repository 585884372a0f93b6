"""Reads stored exchanges on several cores; what comes out is in the order of what went in."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import connection, get_context, parent_process
from threading import Thread

from archive.errors import ArchiveError
from crawler.rebuild.exchanges import StoredExchange
from crawler.rebuild.pages import page_of
from crawler.sites import Site
from crawler.works.fold import CapturedPage

_CHUNK = 16
"""Exchanges that a process takes at a time."""
_AHEAD = 4
"""Chunks a process that are under way or wait to be folded: so much is in memory, whatever the collection holds."""
_WORTH_IT = 100
"""Exchanges for which it takes longer to start a process than to read them."""


class WorkerLostError(ArchiveError):
    """A process that read pages has ended before its time: killed, or out of memory."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_pages(exchanges: Iterable[StoredExchange], site: Site, jobs: int) -> Iterator[CapturedPage]:
    """Yield what each exchange holds, in order, read by that many processes; by none but this one for 1."""
    waiting = iter(exchanges)
    first = list(islice(waiting, _WORTH_IT)) if jobs > 1 else []
    if len(first) < _WORTH_IT:
        yield from (page_of(exchange, site) for exchange in chain(first, waiting))
    else:
        yield from _read_in_parallel(chain(first, waiting), site, jobs)


def _read_in_parallel(exchanges: Iterator[StoredExchange], site: Site, jobs: int) -> Iterator[CapturedPage]:
    # Not forked: a fork amid other threads' locks may hang, and some systems have none.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin_worker, (site,))
    chunks = iter(lambda: tuple(islice(exchanges, _CHUNK)), ())
    under_way: deque[Future[list[CapturedPage]]] = deque()
    try:
        for chunk in chunks:
            with _interrupts_held():
                under_way.append(pool.submit(_read_chunk, chunk))
            if len(under_way) >= jobs * _AHEAD:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerLostError("a process that was reading pages is gone: killed, or out of memory") from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold SIGINT back in the block, and for good in the processes that are started in it.

    Ctrl-C goes to every process of the terminal; this one alone is to answer it, also while the others start.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_site: Site | None = None
"""Whose rules a process reads by, once it is begun."""


def _begin_worker(site: Site) -> None:
    """Make a process ready to read pages of a site, and end it when the one that started it ends, however it does."""
    global _site
    _site = site
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    os._exit(1)


def _read_chunk(exchanges: tuple[StoredExchange, ...]) -> list[CapturedPage]:
    assert _site is not None, "a process is begun before it is given a chunk"
    return [page_of(exchange, _site) for exchange in exchanges]
