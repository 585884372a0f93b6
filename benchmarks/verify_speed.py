"""Time of `briefs verify` and `briefs rebuild` beside the checkers and the indexer of others, on the same WARC file.

    python benchmarks/verify_speed.py [--pages N] [--rounds N] [--page-size BYTES] [--judges FOLDER]

A crawl of a generated site over loopback makes the collection. Each round runs every program once, one after the other:
  warcio check       block and payload digests (`warcio check FILE`)
  fastwarc check     block digests (`fastwarc check FILE`)
  cdxj-indexer       the sorted CDXJ
  verify FILE        `briefs verify FILE`: every MUST of the standard, both digests, what records say of each other
  verify --quick     `briefs verify --quick COLLECTION`: that, and ledger, lines, index, catalogue, page list
  verify             `briefs verify COLLECTION`: that, and every page read and folded again
  rebuild            `briefs rebuild --out FOLDER COLLECTION`
  verify --help      what `briefs verify` takes to start, once, however many pages there are
Printed: seconds of wall clock and of CPU for 1,000 pages, medians of the rounds, and their ratios to `warcio check`.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
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

ROOT = Path(__file__).parents[1]
BASE = "warcio check"


@dataclass(frozen=True)
class Cost:
    """What one process cost, its own children included."""

    wall: float
    cpu: float


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page-size", type=int, default=60_000)
    parser.add_argument("--judges", type=Path, default=ROOT / ".judges" / "bin", help="Folder of cdxj-indexer.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        collection, made = Path(folder) / "c", Path(folder) / "made"
        crawl(collection, options.pages, options.page_size)
        (warc,) = (collection / "archive").iterdir()
        commands = commands_for(collection, warc, made, options.judges)
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(options.rounds):
            for name, command in commands.items():
                shutil.rmtree(made, ignore_errors=True)
                costs[name].append(cost_of(command))
        place = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {place}")
        size = warc.stat().st_size
        print(f"{options.pages} pages of {options.page_size} bytes, a WARC of {size:,} bytes, {options.rounds} rounds")
    report(costs, options.pages)


def commands_for(collection: Path, warc: Path, made: Path, judges: Path) -> dict[str, list[str]]:
    """Return the command line of each program."""
    ours, beside = [sys.executable, "-m", "crawler"], Path(sys.executable).parent
    commands = {
        BASE: [str(beside / "warcio"), "check", str(warc)],
        "fastwarc check": [str(beside / "fastwarc"), "check", str(warc)],
        "cdxj-indexer": [str(judges / "cdxj-indexer"), "-s", str(warc), "-o", str(made.with_suffix(".cdxj"))],
        "verify FILE": [*ours, "verify", str(warc)],
        "verify --quick": [*ours, "verify", "--quick", str(collection)],
        "verify": [*ours, "verify", str(collection)],
        "rebuild": [*ours, "rebuild", "--out", str(made), str(collection)],
        "verify --help": [*ours, "verify", "--help"],
    }
    return {name: command for name, command in commands.items() if Path(command[0]).is_file()}


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
    """Return what a process costs from its start to its end; it must find nothing."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def report(costs: dict[str, list[Cost]], pages: int) -> None:
    """Print medians for 1,000 pages and ratios."""
    print(f"{'':16}{'wall s':>8}{'CPU s':>8}{'ratio':>8}   for 1,000 pages; ratio of CPU to {BASE}, round by round")
    for name, runs in costs.items():
        wall, cpu = (statistics.median(getattr(run, what) for run in runs) * 1000 / pages for what in ("wall", "cpu"))
        ratio = statistics.median(run.cpu / base.cpu for run, base in zip(runs, costs[BASE], strict=True))
        print(f"{name:16}{wall:8.2f}{cpu:8.2f}{ratio:8.2f}")


if __name__ == "__main__":
    main()
