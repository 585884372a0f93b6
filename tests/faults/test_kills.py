"""SIGKILL, at random moments and inside the commit: nothing is lost, nothing is written twice."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.settings import COMMIT_PAGES
from tests.faults import checks
from tests.faults.supervisor import Life, Supervisor, deaths

CONCURRENCY, GROUP = 4, 8
SMALL_GROUPS = ("-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={CONCURRENCY}", "-s", f"COMMIT_PAGES={GROUP}")


def serve(pages: int) -> SiteServer[GeneratedSite]:
    return SiteServer(GeneratedSite(pages, 5000), keep_bodies=False)


def crawled_alone(collection: Path, pages: int, options: tuple[str, ...] = SMALL_GROUPS) -> None:
    """Crawl without a disturbance."""
    with serve(pages) as server:
        (life,) = Supervisor(server=server, collection=collection, options=options).crawl()
    assert life.code == 0, life.errors


def check_collection(collection: Path, undisturbed: Path, site: GeneratedSite) -> None:
    """Hold a finished collection against one of the same site that nothing disturbed."""
    assert checks.missing_pages(site, collection) == set()
    assert checks.repeated_lines(collection) == []
    # Not in their order: which of the requests under way ends first differs between any two runs, and with it the
    # order of the captures, and through which page (via, hops) an address was first seen.
    assert set(checks.lines_of(collection)) == set(checks.lines_of(undisturbed))
    assert checks.states_of(collection) == checks.states_of(undisturbed)
    assert not list((collection / "archive").glob("*.open"))
    assert checks.unreadable_files(collection) == []
    assert checks.unreadable_members(collection) == []
    assert not checks.differs_from_rebuilt(collection, collection.with_name("rebuilt"))
    assert checks.unlike_made_anew(collection) == []


def check_lives(lives: list[Life], again: list[int], most_again: int) -> None:
    """Check what each process said and asked."""
    *killed, last = lives
    assert all(life.was_killed for life in killed)
    assert last.code == 0, last.errors
    assert checks.lost_tails(lives) == []
    assert checks.resumes_unsaid(lives) == []
    assert all("Traceback" not in life.errors for life in lives), [life.errors for life in lives]
    assert max(again) <= most_again, again


@pytest.mark.parametrize(
    ("kills", "pages", "options", "most_again"),
    [(7, 160, (*SMALL_GROUPS, "-s", "WARC_MAX_SIZE=60000"), CONCURRENCY + GROUP), (3, 60, (), 1 + COMMIT_PAGES)],
    ids=["small groups and files", "as delivered"],
)
def test_kills_lose_nothing_and_repeat_nothing(
    kills: int, pages: int, options: tuple[str, ...], most_again: int, tmp_path: Path
) -> None:
    crawled_alone(tmp_path / "undisturbed", pages, options)
    with serve(pages) as server:
        supervisor = Supervisor(server=server, collection=tmp_path / "killed", options=options)
        lives = supervisor.crawl(deaths(kills, pages, seed=3))
        check_lives(lives, checks.fetched_again(server, lives), most_again)
        check_collection(supervisor.collection, tmp_path / "undisturbed", server.site)


@pytest.mark.slow
def test_fifty_kills_over_a_thousand_pages(tmp_path: Path) -> None:
    began = time.monotonic()
    undisturbed = tmp_path / "undisturbed"
    crawled_alone(undisturbed, 1000)
    with serve(1000) as server:
        supervisor = Supervisor(server=server, collection=tmp_path / "killed", options=SMALL_GROUPS)
        lives = supervisor.crawl(deaths(50, 1000, seed=int(os.environ.get("BRIEFS_FAULTS", "1"))))
        again = checks.fetched_again(server, lives)
    for name, figure in figures(supervisor.collection, undisturbed, server.site).items():
        print(f"{name:<60}{figure}")
    print(f"{'pages fetched again, in all':<60}{sum(again)}")
    print(f"{'pages fetched again after one kill, at the most':<60}{max(again)}")
    print(f"{'seconds':<60}{time.monotonic() - began:.0f}")
    check_lives(lives, again, CONCURRENCY + GROUP)
    check_collection(supervisor.collection, undisturbed, server.site)


def figures(collection: Path, undisturbed: Path, site: GeneratedSite) -> dict[str, object]:
    """Return what is printed of a crawl that was killed."""
    lines, alone = checks.lines_of(collection), checks.lines_of(undisturbed)
    unlike = set(lines) ^ set(alone)
    rebuilt = collection.with_name("rebuilt-for-figures")
    return {
        "lines": len(lines),
        "WARC files": len(list((collection / "archive").iterdir())),
        "pages missing": len(checks.missing_pages(site, collection)),
        "duplicate lines": len(checks.repeated_lines(collection)),
        "WARC members unreadable": len(checks.unreadable_members(collection)),
        "what gzip -t, warcio check and archive.reader object to": len(checks.unreadable_files(collection)),
        "lines unlike an undisturbed run's (url, version, digest)": len(unlike),
        "rebuilt from its own WARCs to other bytes": checks.differs_from_rebuilt(collection, rebuilt),
    }
