"""The delay between two requests to a host, measured at the server, over a SIGKILL and a restart."""

from __future__ import annotations

import signal
import subprocess
from itertools import pairwise
from pathlib import Path

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from tests.crawler.cli.conftest import briefs, command, crawl_of

DELAY = 0.2
SLACK = 0.02


def test_no_gap_is_under_the_delay_over_a_kill_and_a_restart(tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(3, 5000), keep_bodies=False) as server:
        crawl = crawl_of(server, tmp_path / "c", "--seed", server.site.seed, "-s", f"DOWNLOAD_DELAY={DELAY}")
        killed = subprocess.Popen(command(*crawl), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert server.wait_for(3)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        ended = briefs(*crawl, "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=4")
        moments = [entry.monotonic for entry in server.log]
    assert ended.returncode == 0, ended.stderr
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    print(f"\ngaps: {' '.join(f'{gap:.3f}' for gap in gaps)}")
    assert len(moments) >= 4
    assert min(gaps) >= DELAY - SLACK
