"""Time and CPU of `briefs index` beside cdxj-indexer on the same WARC file.

usage: python benchmarks/index_speed.py [--pages N] [--rounds N] [--page-size BYTES] [--judges FOLDER]

A crawl of a generated site over loopback makes the file. Each round runs, one after the other:
  cdxj-indexer  `cdxj-indexer -s FILE -o …`: the sorted CDXJ
  ours          `briefs index COLLECTION`: the sorted CDXJ, the page list and the catalogue
Printed: wall clock, and user + system CPU, of each process over the pages, the medians of the rounds, and the ratios;
then the same less what each program takes to start (`--help`), which no number of pages changes.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer

JUDGES = Path(__file__).parents[1] / ".judges" / "bin"


@dataclass(frozen=True)
class Cost:
    """What one process cost."""

    wall: float
    cpu: float


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page-size", type=int, default=60_000)
    parser.add_argument("--judges", type=Path, default=JUDGES, help="Folder of cdxj-indexer.")
    options = parser.parse_args()
    indexer = options.judges / "cdxj-indexer"
    if not indexer.is_file():
        sys.exit(f"{indexer} is missing: give the folder that holds cdxj-indexer with --judges")
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder) / "c"
        crawl(collection, options.pages, options.page_size)
        (warc,) = (collection / "archive").iterdir()
        theirs = Path(folder) / "theirs.cdxj"
        commands = {
            "cdxj-indexer": [str(indexer), "-s", str(warc), "-o", str(theirs)],
            "ours": [sys.executable, "-m", "crawler", "index", str(collection)],
        }
        starts = {
            "cdxj-indexer": [str(indexer), "--help"],
            "ours": [sys.executable, "-m", "crawler", "index", "--help"],
        }
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        idle: dict[str, list[Cost]] = {name: [] for name in starts}
        for _ in range(options.rounds):
            for name, command in commands.items():
                costs[name].append(cost_of(command))
                idle[name].append(cost_of(starts[name]))
        check(theirs, collection / "indexes" / "index.cdxj")
        describe(options, warc.stat().st_size)
        report("start-up included", costs, options.pages)
        report("less start-up", {name: less(costs[name], idle[name]) for name in costs}, options.pages)


def crawl(collection: Path, pages: int, page_size: int) -> None:
    """Make the collection."""
    site = GeneratedSite(pages, page_size)
    with SiteServer(site, keep_bodies=False) as server:
        mappings = [part for mapping in server.connect_to for part in ("--connect-to", mapping)]
        command = [sys.executable, "-m", "crawler", "crawl", "demo", "--collection", str(collection), *mappings]
        trust = ["--ca-file", str(server.ca_file), "--contact", "https://harbour.example/benchmark"]
        settings = ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "PROGRESS=False", "--seed", site.seed]
        subprocess.run([*command, *trust, *settings], check=True, stdout=subprocess.DEVNULL)


def cost_of(command: list[str]) -> Cost:
    """Return what a process costs from its start to its end."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def check(theirs: Path, ours: Path) -> None:
    """Stop when the two index different captures: the figures would mean nothing."""
    lines = [[line.rpartition(b'"length"') for line in path.read_bytes().splitlines()] for path in (theirs, ours)]
    places = [{place for _, _, place in found} for found in lines]
    if places[0] != places[1]:
        sys.exit(f"{len(places[0] ^ places[1])} lines differ in more than a digest")


def less(costs: list[Cost], idle: list[Cost]) -> list[Cost]:
    """Return the costs without the median of those of doing nothing."""
    wall, cpu = (statistics.median(getattr(cost, what) for cost in idle) for what in ("wall", "cpu"))
    return [Cost(cost.wall - wall, cost.cpu - cpu) for cost in costs]


def describe(options: argparse.Namespace, size: int) -> None:
    """Print what was measured, and where."""
    place = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {place}")
    print(f"{options.pages} pages of {options.page_size} bytes, a WARC of {size:,} bytes, {options.rounds} rounds")


def report(title: str, costs: dict[str, list[Cost]], pages: int) -> None:
    """Print medians and ratios."""
    print(f"{title}, ms a page")
    for what in ("wall", "cpu"):
        each = {name: [getattr(run, what) for run in runs] for name, runs in costs.items()}
        ratios = [ours / theirs for ours, theirs in zip(each["ours"], each["cdxj-indexer"], strict=True)]
        figures = "  ".join(f"{name} {statistics.median(runs) * 1000 / pages:.3f}" for name, runs in each.items())
        print(f"  {what:<5}{figures}  ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
