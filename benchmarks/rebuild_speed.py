"""Seconds per 1,000 pages of `briefs rebuild`, by one process and by several.

usage: python benchmarks/rebuild_speed.py [--pages N] [--rounds N] [--page-size BYTES] [--jobs N]

A crawl of a generated site makes the collection once. Each round then rebuilds it with 1 job and with the others, one
after the other, each in a process of its own: all derived files are made again and compared, start-up included.
Printed: the median of the rounds' wall-clock seconds over the pages, and the ratio round by round, which says more on a
machine that does other things too.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page-size", type=int, default=60_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes beside the one job")
    options = parser.parse_args()
    seconds: dict[int, list[float]] = {1: [], options.jobs: []}
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder) / "collection"
        crawl(collection, GeneratedSite(options.pages, options.page_size))
        for _ in range(options.rounds):
            for jobs, runs in seconds.items():
                runs.append(rebuild(collection, jobs))
        size = sum(path.stat().st_size for path in (collection / "archive").iterdir())
    report(seconds, options, size)


def crawl(collection: Path, site: GeneratedSite) -> None:
    """Crawl the site into a collection."""
    with SiteServer(site, keep_bodies=False) as server:
        mappings = [part for mapping in server.connect_to for part in ("--connect-to", mapping)]
        where = ["--collection", str(collection), "--contact", "https://harbour.example/benchmark", *mappings]
        settings = ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "PROGRESS=False", "--seed", site.seed]
        run("crawl", "demo", *where, *settings, "--ca-file", str(server.ca_file))


def rebuild(collection: Path, jobs: int) -> float:
    """Return the seconds of a rebuild; stop when it is not the same bytes."""
    began = time.perf_counter()
    run("rebuild", str(collection), "--jobs", str(jobs))
    return time.perf_counter() - began


def run(*arguments: str) -> None:
    """Run `briefs`."""
    subprocess.run([sys.executable, "-m", "crawler", *arguments], check=True, stdout=subprocess.DEVNULL)


def report(seconds: dict[int, list[float]], options: argparse.Namespace, size: int) -> None:
    """Print medians and ratios."""
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}"
    )
    print(f"{options.pages} pages of {options.page_size} bytes, {size / 1e6:.1f} MB of WARC, {options.rounds} rounds")
    for jobs, runs in seconds.items():
        each = [one * 1000 / options.pages for one in runs]
        listed = " ".join(f"{one:.2f}" for one in each)
        print(f"  {jobs} job{'s' if jobs > 1 else ' '} {statistics.median(each):6.2f} s per 1,000 pages   ({listed})")
    ratios = [many / one for one, many in zip(seconds[1], seconds[options.jobs], strict=True)]
    listed = " ".join(f"{one:.2f}" for one in ratios)
    print(f"{options.jobs} jobs / 1 job: {statistics.median(ratios):.2f} (each round: {listed})")


if __name__ == "__main__":
    main()
