"""The catalogue after a death, and where it can't be written."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from pathlib import Path

import orjson
import pytest

from archive.catalog import Catalog
from archive.catalog.schema import read_catalog
from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.ledger.faults import POINTS
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.faults import checks


def committed(collection: Path) -> dict[str, int]:
    connection = sqlite3.connect(f"file:{collection / 'ledger.sqlite'}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT name, length FROM file WHERE name LIKE 'archive/%'").fetchall()
    finally:
        connection.close()
    return {name.removeprefix("archive/"): length for name, length in rows}


def read_lengths(collection: Path) -> dict[str, int]:
    connection = read_catalog(collection / "catalog.sqlite")
    assert connection is not None
    with Catalog(connection) as catalog:
        return catalog.lengths()


@pytest.mark.parametrize("point", POINTS)
def test_a_catalogue_is_never_ahead_of_the_commits_and_catches_up(
    point: str, tmp_path: Path, site: SiteServer[GeneratedSite]
) -> None:
    collection = tmp_path / "c"
    settings = ("-s", "COMMIT_PAGES=4", "-s", "WARC_MAX_SIZE=20000")
    crawl = crawl_of(site, collection, "--seed", site.site.seed, *settings)
    assert briefs(*crawl, BRIEFS_FAULT=f"{point}:4").returncode == -signal.SIGKILL
    lengths = committed(collection)
    assert 0 < sum(read_lengths(collection).values()) <= sum(lengths.values())
    assert not [name for name, length in read_lengths(collection).items() if length > lengths[name]]
    listed = briefs("list", collection, "--json").stdout.splitlines()
    assert read_lengths(collection) == {name: length for name, length in lengths.items() if length}
    assert len(listed) == len(checks.captures_of(collection))
    assert briefs(*crawl).returncode == 0
    assert checks.unlike_made_anew(collection) == []


@pytest.mark.parametrize("name", ["catalog.sqlite", "indexes", "pages"])
def test_what_cannot_be_written_does_not_end_the_crawl(
    name: str, tmp_path: Path, site: SiteServer[GeneratedSite]
) -> None:
    collection = tmp_path / "c"
    crawl = crawl_of(site, collection, "--seed", site.site.seed, "--json")
    assert briefs(*crawl, "--max-pages", 2).returncode == 0
    put_in_the_way(collection / name)
    ended = briefs(*crawl)
    assert ended.returncode == 0, ended.stderr
    assert orjson.loads(ended.stdout)["urls"] == {"done": site.site.count}
    (line,) = [line for line in ended.stderr.splitlines() if "the index is not kept any further" in line]
    assert f"{collection / name}" in line


def put_in_the_way(path: Path) -> None:
    """Put a folder where a file should be, or a file where a folder should be."""
    if path.is_file():
        path.unlink()
        path.mkdir()
    else:
        shutil.rmtree(path)
        path.write_bytes(b"in the way")
