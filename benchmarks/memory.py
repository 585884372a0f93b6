"""Peak memory of a crawl over a ledger that knows 1,000 addresses, and over one that knows 20,000.

    python benchmarks/memory.py [--pages 300] [--most 20]

The ledger is filled before the crawl: nine of ten known addresses are done, the others pending; the crawl asks
`--pages` of them. Prints the peak resident set of `briefs crawl`, and fails when the two differ by more than `--most`
MB.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from archive.collection import Collection
from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.frontier.backend import PENDING, NewUrl, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.items import Hop
from crawler.ledger.schema import ledger_file, open_ledger
from crawler.plan import Reach, make_plan

SIZES = (1_000, 20_000)
CONTACT = "https://harbour.example/benchmark"


def fill(collection: Path, site: GeneratedSite, pages: int) -> None:
    """Make a collection whose ledger knows every page of the site."""
    plan = make_plan("demo", collection, CONTACT, [site.seed], Reach())
    Collection(collection).create(plan.collection_settings())
    hop = Hop(seed=site.seed, via=site.seed, hops="LLLL")
    waiting = max(pages, site.count // 10)
    with closing(open_ledger(ledger_file(plan.collection))) as connection:
        frontier = SqliteFrontier(connection, Politeness(), "benchmark")
        # Any state without a capture will do: one that has to have one does not close without.
        states = ((number, PENDING if number < waiting else "refused: robots") for number in range(site.count))
        frontier.add(NewUrl(address=site.url(number), hop=hop, state=state) for number, state in states)


def peak_of(server: SiteServer[GeneratedSite], collection: Path, pages: int) -> float:
    """Return the peak resident megabytes of a crawl of that many pages."""
    mappings = [part for mapping in server.connect_to for part in ("--connect-to", mapping)]
    where = ["--collection", str(collection), "--contact", CONTACT, "--ca-file", str(server.ca_file), *mappings]
    settings = ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "--seed", server.site.seed, "--max-pages", str(pages)]
    command = [sys.executable, "-m", "crawler", "crawl", "demo", *where, *settings, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    asked = sum(entry.target != "/robots.txt" for entry in server.log)
    if process.returncode or asked != pages:
        sys.exit(f"the crawl ended with {process.returncode} after {asked} pages, expected 0 and {pages}")
    return usage.ru_maxrss / 1024


def main() -> None:
    """Run both sizes and print their peaks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--most", type=float, default=20.0, help="megabytes by which the peaks may differ")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {options.pages} pages of 60 kB asked")
    peaks = []
    for count in SIZES:
        site = GeneratedSite(count)
        with tempfile.TemporaryDirectory() as folder, SiteServer(site, keep_bodies=False) as server:
            fill(Path(folder) / "c", site, options.pages)
            began = time.perf_counter()
            peaks.append(peak_of(server, Path(folder) / "c", options.pages))
        print(f"  {count:>6} known addresses: peak {peaks[-1]:6.1f} MB   ({time.perf_counter() - began:.1f} s)")
    difference = abs(peaks[-1] - peaks[0])
    print(f"difference: {difference:.1f} MB, expected at most {options.most:.0f}")
    sys.exit(difference > options.most)


if __name__ == "__main__":
    main()
