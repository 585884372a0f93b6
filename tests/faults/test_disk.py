"""A disk that is full, or cannot be written: what is committed stands, and the next crawl goes on."""

from __future__ import annotations

import ctypes
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from crawler.demo.framing import frame
from crawler.demo.generated import GeneratedSite
from crawler.demo.resource import Resource
from crawler.demo.server import SiteServer
from tests.crawler.cli.conftest import briefs, command, crawl_of
from tests.faults import checks
from tests.faults.conftest import PAGES

LIMIT = 900_000
"""More than the ledger's files take for these few pages."""
BULK = "/news/brief/tide-table-1/"


def on_a_small_disk(size: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `briefs` with no file allowed to grow over that size; Python ignores SIGXFSZ, so a write fails."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def noise(site: GeneratedSite) -> bytes:
    """Return a page that no compression makes smaller: the WARC grows over the limit, its line does not."""
    return site.page(1).replace(b"</body>", b"<!--" + Random(7).randbytes(LIMIT).hex().encode() + b"--></body>")


def long_article(site: GeneratedSite) -> bytes:
    """Return a page of one phrase over and over: its line grows over the limit, the WARC does not."""
    return site.page(1).replace(b"Entry 1.3.", b"Entry 1.3." + b" All quiet." * (LIMIT // 10))


def large_page(site: GeneratedSite) -> bytes:
    """Return a page that is spooled while it comes, and leaves no long line and no long WARC."""
    return site.page(1).replace(b"</body>", b"<!--" + b"tide " * 600_000 + b"--></body>")


@pytest.mark.parametrize(
    ("page", "size", "named"),
    [
        (noise, LIMIT, "archive"),
        (long_article, LIMIT, "the commit failed"),
        (large_page, LIMIT, "a response could not be kept while it came"),
        (None, 400_000, "ledger.sqlite"),
    ],
    ids=["the WARC", "the lines", "the spool", "the ledger"],
)
def test_a_full_disk_stops_the_crawl_and_loses_nothing(
    page: Callable[[GeneratedSite], bytes] | None,
    size: int,
    named: str,
    tmp_path: Path,
    site: SiteServer[GeneratedSite],
) -> None:
    if page is not None:
        body = page(site.site)
        site.answers[site.site.hosts[0], BULK] = lambda request: frame(Resource(body=body), request)
    crawl = crawl_of(site, tmp_path / "c", "--seed", site.site.seed)
    full = on_a_small_disk(size, *crawl)
    assert (full.returncode, "Traceback" in full.stderr) == (4, False), full.stderr
    assert "stopped: " in full.stdout
    assert named in full.stdout.partition("stopped: ")[2]
    before = (tmp_path / "c" / "briefs.jsonl").read_bytes()
    again = briefs(*crawl)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "c" / "briefs.jsonl").read_bytes().startswith(before)
    assert checks.missing_pages(site.site, tmp_path / "c") == set()
    assert checks.repeated_lines(tmp_path / "c") == []
    assert checks.unreadable_members(tmp_path / "c") == []
    assert not checks.differs_from_rebuilt(tmp_path / "c", tmp_path / "rebuilt")


def test_a_ledger_whose_making_was_cut_short_is_made_again(tmp_path: Path, site: SiteServer[GeneratedSite]) -> None:
    crawl = crawl_of(site, tmp_path / "c", "--seed", site.site.seed)
    full = on_a_small_disk(20_000, *crawl)
    assert (full.returncode, full.stdout) == (2, "")
    assert "ledger.sqlite: cannot be used as a ledger: disk I/O error" in full.stderr
    assert briefs(*crawl).returncode == 0
    assert checks.missing_pages(site.site, tmp_path / "c") == set()


def test_a_disk_with_too_little_left_stops_the_crawl(tmp_path: Path, site: SiteServer[GeneratedSite]) -> None:
    crawl = crawl_of(site, tmp_path / "c", "--seed", site.site.seed)
    stopped = briefs(*crawl, "-s", f"MIN_FREE_BYTES={2**62}")
    assert stopped.returncode == 4
    assert f"bytes are free on the disk, expected {2**62}" in stopped.stdout
    assert briefs(*crawl).returncode == 0
    assert checks.states_of(tmp_path / "c") == {"done": PAGES}
    assert not checks.differs_from_rebuilt(tmp_path / "c", tmp_path / "rebuilt")


@pytest.fixture
def read_only(tmp_path: Path, site: SiteServer[GeneratedSite]) -> Iterator[Path]:
    """Crawl a collection, and make its folder one that nothing can be written into."""
    collection = tmp_path / "c"
    assert briefs(*crawl_of(site, collection, "--seed", site.site.seed)).returncode == 0
    subprocess.run(["chmod", "-R", "a-w", collection], check=True)
    yield collection
    subprocess.run(["chmod", "-R", "u+w", collection], check=True)


def as_one_of_many(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `briefs` without the right of root to write everywhere."""
    drop = ctypes.CDLL(None).prctl
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
        preexec_fn=lambda: (drop(24, 1), drop(24, 2)),  # PR_CAPBSET_DROP: DAC_OVERRIDE, DAC_READ_SEARCH
    )


@pytest.mark.skipif(sys.platform != "linux", reason="takes root's rights away by prctl")
def test_a_read_only_collection_can_be_read_and_is_not_crawled(
    read_only: Path, site: SiteServer[GeneratedSite]
) -> None:
    shown = as_one_of_many("show", read_only)
    assert (shown.returncode, len(shown.stdout.splitlines())) == (0, PAGES), shown.stderr
    assert f"{PAGES} seen: {PAGES} done" in as_one_of_many("status", read_only).stdout
    for command_line in (crawl_of(site, read_only, "--recrawl"), ["retry", read_only, "--state", "gone"]):
        refused = as_one_of_many(*command_line)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
        assert "cannot be written" in refused.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="takes root's rights away by prctl")
@pytest.mark.parametrize("is_kept", [True, False], ids=["with its catalogue", "without"])
def test_captures_of_a_read_only_collection_can_be_read(
    is_kept: bool, read_only: Path, site: SiteServer[GeneratedSite]
) -> None:
    if not is_kept:
        (read_only / "catalog.sqlite").unlink()
    listed = as_one_of_many("list", read_only, "--url", site.site.seed)
    assert (listed.returncode, len(listed.stdout.splitlines())) == (0, 1), listed.stderr
    got = as_one_of_many("get", read_only, site.site.seed)
    assert got.stdout.startswith("<!doctype html>"), got.stderr
    refused = as_one_of_many("index", read_only)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
    assert "cannot be written" in refused.stderr
