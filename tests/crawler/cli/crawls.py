"""Crawls of one collection in turn, each a process of its own, and what each of them left."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
from click.testing import CliRunner, Result

from archive.collection import Collection
from archive.errors import RecordError
from archive.reader import scan
from crawler.cli.main import main
from crawler.demo.served import Served
from crawler.demo.server import SiteServer
from tests.crawler.capture.conftest import Stored, read_with_warcio
from tests.crawler.cli.conftest import briefs, crawl_of


@dataclass(frozen=True)
class Crawl:
    """One run: how it ended, what the server saw of it, what it appended."""

    ended: subprocess.CompletedProcess[str]
    log: list[Served]
    records: list[Stored]
    lines: list[dict[str, Any]]
    rejects: list[dict[str, Any]]

    @property
    def report(self) -> dict[str, Any]:
        """Return what `--json` printed."""
        report: dict[str, Any] = orjson.loads(self.ended.stdout)
        return report

    def served(self, url: str) -> Served:
        """Return the one exchange of an address."""
        (entry,) = [entry for entry in self.log if entry.url == url]
        return entry

    def asked(self) -> list[str]:
        """Return the addresses asked, robots.txt left out."""
        return [entry.url for entry in self.log if entry.target != "/robots.txt"]


@dataclass
class Crawls:
    """Runs one crawl after the other over a server whose site may change between them."""

    server: SiteServer[Any]
    root: Path
    done: list[Crawl] = field(default_factory=list)

    def __call__(self, *options: object) -> Crawl:
        """Crawl and return what this run brought."""
        before = (len(self.server.log), len(self.records()), len(self.lines("briefs")), len(self.lines("rejects")))
        ended = briefs(*crawl_of(self.server, self.root, "--json", *options))
        after = (self.server.log, self.records(), self.lines("briefs"), self.lines("rejects"))
        log, records, lines, rejects = (whole[start:] for whole, start in zip(after, before, strict=True))  # type: ignore[index]
        self.done.append(Crawl(ended, log, records, lines, rejects))
        return self.done[-1]

    def records(self) -> list[Stored]:
        """Return every record, by warcio."""
        return read_with_warcio(self.root / "archive") if self.root.exists() else []

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of `briefs` or `rejects`."""
        path = self.root / f"{name}.jsonl"
        return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    def states(self) -> dict[str, int]:
        """Return the addresses by state, as `briefs status` says."""
        states: dict[str, int] = orjson.loads(self.told("status", "--json").stdout)["urls"]
        return states

    def told(self, name: str, *arguments: object) -> Result:
        """Return what a command that only reads, or puts back, says of the collection; run in this process."""
        return CliRunner().invoke(main, [name, str(self.root), *map(str, arguments)], catch_exceptions=False)


def warc_bytes_by_url(path: Path) -> dict[str, int]:
    """Return the compressed bytes of each address's records in a WARC."""
    places: list[tuple[int, str]] = []
    for record in scan(path):
        assert not isinstance(record, RecordError)
        places.append((record.offset, record.target_uri or ""))
        record.read_block()
    places.append((path.stat().st_size, ""))
    sizes: dict[str, int] = {}
    for (offset, url), (end, _) in pairwise(places):
        sizes[url] = sizes.get(url, 0) + end - offset
    return sizes


def newest_warc(root: Path) -> Path:
    """Return the WARC of the last run."""
    return Collection(root).warcs()[-1]
