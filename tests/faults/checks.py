"""What must hold of a collection, whatever happened on the way to it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections import Counter
from hashlib import sha256
from pathlib import Path

import orjson

from archive.catalog import Catalog
from archive.catalog.schema import read_catalog
from archive.cdxj import IndexedCapture
from archive.collection import Collection
from archive.errors import RecordError
from archive.indexing import index_again
from archive.reader import read_records
from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.rebuild import rebuild
from tests.crawler.cli.conftest import briefs
from tests.faults.supervisor import Life

_KEPT = re.compile(r"recovered: (\S+): cut (\d+) bytes after byte \d+, past the last commit, kept in (\S+)")

DERIVED = ("indexes/index.cdxj", "pages/pages.jsonl")

Line = tuple[str, int, str]
"""Address, version, content digest."""


def lines_of(collection: Path) -> list[Line]:
    """Return what each line of briefs.jsonl is of."""
    lines = map(orjson.loads, (collection / "briefs.jsonl").read_bytes().splitlines())
    return [(line["url"], line["version"], line["content_digest"]) for line in lines]


def missing_pages(site: GeneratedSite, collection: Path) -> set[str]:
    """Return the addresses of the site that have no line."""
    return {site.url(number) for number in range(site.count)} - {url for url, _, _ in lines_of(collection)}


def repeated_lines(collection: Path) -> list[Line]:
    """Return the lines that stand twice."""
    return [line for line, count in Counter(lines_of(collection)).items() if count > 1]


def states_of(collection: Path) -> dict[str, int]:
    """Return how many addresses are in each state, once the sums of `briefs status` close."""
    report = orjson.loads(briefs("status", collection, "--json").stdout)
    states: dict[str, int] = report["urls"]
    assert sum(states.values()) == report["urls_seen"]
    assert report["remaining"] == states.get("pending", 0) + states.get("leased", 0)
    return states


def unreadable_members(collection: Path) -> list[str]:
    """Return every gzip member that cannot be read to its end, or is not what the ledger holds the sha256 of."""
    connection = sqlite3.connect(f"file:{collection / 'ledger.sqlite'}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT warc, offset, length, sha256 FROM member ORDER BY warc, offset").fetchall()
    finally:
        connection.close()
    ends: Counter[str] = Counter()
    problems = []
    for warc, offset, length, digest in rows:
        whole = (collection / "archive" / warc).read_bytes()[offset : offset + length]
        member = zlib.decompressobj(31)
        member.decompress(whole)
        if not member.eof or member.unused_data or sha256(whole).digest() != digest or offset != ends[warc]:
            problems.append(f"{warc} at byte {offset}")
        ends[warc] = offset + length
    sizes = {path.name: path.stat().st_size for path in (collection / "archive").iterdir()}
    return problems + [
        f"{name}: {size} bytes, {ends[name]} of them members" for name, size in sizes.items() if size != ends[name]
    ]


def unreadable_files(collection: Path) -> list[str]:
    """Return what gzip, warcio and our own reader say against the WARC files."""
    warcs = sorted((collection / "archive").iterdir())
    problems = []
    for tool in (["gzip", "-t"], [str(Path(sys.executable).with_name("warcio")), "check"]):
        said = subprocess.run([*tool, *warcs], capture_output=True, text=True, check=False)
        if said.returncode or said.stdout or said.stderr:
            problems.append(said.stdout + said.stderr)
    for warc in warcs:
        try:
            for record in read_records(warc):
                record.read_block()
        except RecordError as problem:
            problems.append(str(problem))
    return problems


def differs_from_rebuilt(collection: Path, out: Path) -> bool:
    """Return whether the lines are other bytes than those that the WARCs alone give, or a place in these is bad."""
    rebuilt = rebuild(Collection(collection), out)
    return not rebuilt.same or bool(rebuilt.problems)


def lost_tails(lives: list[Life]) -> list[str]:
    """Return what a start says it cut off and that does not lie where it says."""
    said = [found for life in lives for found in _KEPT.findall(life.errors)]
    return [name for name, cut, kept in said if Path(kept).stat().st_size != int(cut)]


def resumes_unsaid(lives: list[Life]) -> list[str]:
    """Return what the processes said that went on with what another had begun, and did not say so."""
    asked = [life for life in lives if len(life.requests)]
    return [life.errors for life in asked[1:] if "going on with the" not in life.errors]


def fetched_again(server: SiteServer[GeneratedSite], lives: list[Life]) -> list[int]:
    """Return of each process how many of the pages that it asked had been asked before it began."""
    asked = [entry.target for entry in server.log]
    again = []
    for life in lives:
        before = set(asked[: life.requests.start])
        again.append(sum(asked[at] in before and asked[at] != "/robots.txt" for at in life.requests))
    return again


def unlike_made_anew(collection: Path) -> list[str]:
    """Return what of index, page list and catalogue is not as the WARCs alone give it."""
    copy = collection.with_name(f"{collection.name}-indexed-anew")
    shutil.copytree(collection, copy)
    try:
        index_again(Collection(copy), None, _refuse)
        files = [name for name in DERIVED if (collection / name).read_bytes() != (copy / name).read_bytes()]
        return files + ["catalog.sqlite"] * (captures_of(collection) != captures_of(copy))
    finally:
        shutil.rmtree(copy)


def captures_of(collection: Path) -> list[IndexedCapture]:
    """Return what the catalogue holds, as it lies there."""
    connection = read_catalog(collection / "catalog.sqlite")
    assert connection is not None
    with Catalog(connection) as catalog:
        return list(catalog.between())


def _refuse(problem: RecordError) -> None:
    raise AssertionError(problem)
