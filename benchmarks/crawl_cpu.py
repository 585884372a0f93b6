"""CPU per page of a whole crawl, beside bare Scrapy on the same pages.

usage: python benchmarks/crawl_cpu.py [--pages N] [--rounds N] [--page-size BYTES]

Each round runs, one after the other and each in a process of its own, over TLS from one loopback server:
  bare     Scrapy's defaults, a spider that reads nothing and asks for the same addresses
  typical  Scrapy's defaults, a spider as one writes it: CSS for title, date and paragraphs, JSON lines, links followed
  ours     `briefs crawl`: capture into WARC, extraction of every field with evidence, validation, fold, JSON lines
Printed: user + system CPU of each process over its pages, the median of the rounds, and the ratios.
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
from datetime import UTC, datetime
from pathlib import Path

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer

BARE = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
port, count, kind, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
HOME = f"https://127.0.0.1:{port}/news/brief/"
class Spider(scrapy.Spider):
    name = "bare"
    async def start(self):
        for number in range(count if kind == "bare" else 1):
            yield scrapy.Request(f"{HOME}tide-table-{number}/")
    def parse(self, response):
        if kind == "bare":
            return
        yield {
            "url": response.url,
            "title": response.css("h1.entry-title::text").get(),
            "published": response.css("time.entry-date.published::attr(datetime)").get(),
            "body": ["".join(p.css("::text").getall()) for p in response.css(".entry-content p.wp-block-paragraph")],
        }
        for href in response.css(".jp-relatedposts-post-a::attr(href)").getall():
            yield response.follow(HOME + href.rstrip("/").rpartition("/")[2] + "/")
settings = {"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False, "DOWNLOAD_DELAY": 0}
if kind != "bare":
    settings["FEEDS"] = {out: {"format": "jsonlines"}}
process = CrawlerProcess(settings)
process.crawl(Spider)
process.start()
"""


def main() -> None:
    """Run the rounds and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page-size", type=int, default=60_000)
    options = parser.parse_args()
    costs: dict[str, list[float]] = {"bare": [], "typical": [], "ours": []}
    site = GeneratedSite(options.pages, options.page_size)
    with tempfile.TemporaryDirectory() as folder, SiteServer(site, keep_bodies=False) as server:
        for number in range(options.rounds):
            for kind, runs in costs.items():
                asked = len(server.log)
                place = Path(folder) / f"{kind}-{number}"
                runs.append(cpu_of(command(kind, server, options.pages, place), server.ca_file) / options.pages)
                check(kind, len(server.log) - asked, options.pages)
    report(costs, options)


def command(kind: str, server: SiteServer[GeneratedSite], pages: int, place: Path) -> list[str]:
    """Return the command line of one run."""
    if kind != "ours":
        return [sys.executable, "-c", BARE, str(server.https_port), str(pages), kind, f"{place}.jsonl"]
    mappings = [part for mapping in server.connect_to for part in ("--connect-to", mapping)]
    crawl = [sys.executable, "-m", "crawler", "crawl", "demo", "--collection", str(place), *mappings]
    settings = ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "PROGRESS=False"]
    trust = ["--ca-file", str(server.ca_file), "--contact", "https://harbour.example/benchmark"]
    return [*crawl, *trust, *settings, "--seed", server.site.seed]


def cpu_of(arguments: list[str], ca_file: Path) -> float:
    """Return the user and system CPU seconds of a process, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "SSL_CERT_FILE": str(ca_file)}
    subprocess.run(arguments, check=True, env=environment, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def check(kind: str, asked: int, pages: int) -> None:
    """Stop when a run did not ask for every page: its figure would mean nothing."""
    if not pages <= asked <= pages + 2:
        sys.exit(f"{kind}: asked {asked} times, expected {pages} pages and robots.txt")


def report(costs: dict[str, list[float]], options: argparse.Namespace) -> None:
    """Print medians and ratios."""
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}"
    )
    print(
        f"{options.pages} pages of {options.page_size} bytes, {options.rounds} rounds, CPU ms a page, start-up included"
    )
    for kind, runs in costs.items():
        each = " ".join(f"{cost * 1000:.2f}" for cost in runs)
        print(f"  {kind:<8}{statistics.median(runs) * 1000:7.2f}   ({each})")
    for peer in ("bare", "typical"):
        ratios = [ours / theirs for ours, theirs in zip(costs["ours"], costs[peer], strict=True)]
        print(
            f"ours / {peer}: {statistics.median(ratios):.2f} (each round: {' '.join(f'{one:.2f}' for one in ratios)})"
        )


if __name__ == "__main__":
    main()
