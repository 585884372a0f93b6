"""Cost of the frontier a request, beside Scrapy's own disk queue with its duplicate filter, on the same addresses.

    python benchmarks/frontier_cost.py [--urls 20000] [--rounds 5]

Each page leads to three addresses of a binary tree and its neighbour, as on the generated site. Ours: add, claim, and
in groups the ack with three children and the synced commit. Scrapy's: JOBDIR's scheduler (a priority queue of
queuelib files and the fingerprints' file): for each page, three requests enqueued and one taken. CPU microseconds a
request; the rounds are interleaved.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from scrapy import Request, Spider
from scrapy.core.scheduler import Scheduler
from scrapy.utils.test import get_crawler

from crawler.frontier.backend import DONE, Lease, NewUrl, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.frontier.transaction import transaction
from crawler.items import Hop
from crawler.ledger.schema import open_ledger

GROUP = 32
HOME = "https://harbour.example/news/brief/tide-table-"
HOP = Hop(seed=f"{HOME}0/", via=f"{HOME}0/", hops="LLLL")


def children(number: int, count: int) -> Iterator[int]:
    """Yield the pages that one leads to."""
    yield from ((2 * number + 1) % count, (2 * number + 2) % count, (number + 1) % count)


def address(number: int) -> str:
    """Return a page's address."""
    return f"{HOME}{number}/"


def number_of(url: str) -> int:
    """Return the number in an address."""
    return int(url[len(HOME) : -1])


def ours(folder: Path, count: int) -> int:
    """Walk the addresses over our frontier and return how many were claimed."""
    done = 0
    with closing(open_ledger(folder / "ledger.sqlite")) as connection:
        frontier = SqliteFrontier(connection, Politeness(concurrency=GROUP, obeys_robots=False), "benchmark")
        frontier.add([NewUrl(address=address(0), hop=HOP)])
        while group := claims(frontier):
            done += len(group)
            with transaction(connection):
                for lease in group:
                    found = (
                        NewUrl(address=address(each), hop=HOP) for each in children(number_of(lease.address), count)
                    )
                    frontier.ack(lease.address, DONE, found, time.time())
    return done


def claims(frontier: SqliteFrontier) -> list[Lease]:
    """Return the leases of one group."""
    group: list[Lease] = []
    while len(group) < GROUP and isinstance(claimed := frontier.claim(time.time()), Lease):
        group.append(claimed)
    return group


def scrapys(folder: Path, count: int) -> int:
    """Walk the addresses over Scrapy's disk queue and return how many requests came out of it."""
    # The default priority queue asks the engine's downloader for its slots; this one does less.
    queue = {"SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue"}
    crawler = get_crawler(Spider, {"JOBDIR": str(folder), **queue})
    crawler.spider = spider = Spider.from_crawler(crawler, "benchmark")
    scheduler = Scheduler.from_crawler(crawler)
    asyncio.run(_open(scheduler, spider))
    scheduler.enqueue_request(Request(address(0)))
    done = 0
    while (request := scheduler.next_request()) is not None:
        done += 1
        for each in children(number_of(request.url), count):
            scheduler.enqueue_request(Request(address(each), meta={"hop": "LLLL", "via": address(0)}))
    scheduler.close("finished")
    return done


async def _open(scheduler: Scheduler, spider: Spider) -> None:
    scheduler.open(spider)


def cost_of(walk: Callable[[Path, int], int], count: int) -> tuple[float, float]:
    """Return CPU and wall microseconds a request of one walk over fresh files."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        cpu, wall = _cpu(), time.perf_counter()
        done = walk(Path(folder), count)
        cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    if done != count:
        raise SystemExit(f"{walk.__name__}: walked {done} addresses, expected {count}: its figure would mean nothing")
    return cpu / count * 1e6, wall / count * 1e6


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run the rounds and print the medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--urls", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    costs: dict[str, list[tuple[float, float]]] = {"ours": [], "scrapys": []}
    for _ in range(options.rounds):
        for walk in (ours, scrapys):
            costs[walk.__name__].append(cost_of(walk, options.urls))
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{options.urls} addresses, {options.rounds} rounds, microseconds a request (3 links seen, 1 asked)")
    for name, rounds in costs.items():
        cpu, wall = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"  {name:<8} CPU {cpu:7.1f}   wall {wall:7.1f}   (CPU {' '.join(f'{one:.0f}' for one, _ in rounds)})")
    ratios = [one / other for (one, _), (other, _) in zip(costs["ours"], costs["scrapys"], strict=True)]
    print(f"ours / scrapys, CPU: {statistics.median(ratios):.2f}; ours keeps every commit of {GROUP} synced")


if __name__ == "__main__":
    main()
