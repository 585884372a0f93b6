"""Crawls in processes that are killed and started again, until one comes to its end."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.ledger.faults import POINTS
from tests.crawler.cli.conftest import command, crawl_of

_LOOK = 0.02
"""Seconds between two looks at whether a process that is to be killed has ended by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One death: at the passing of a point inside the commit, or when so many requests have come."""

    after: int
    """Passings of the point, or requests of this process."""
    point: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One process, from its start to its end."""

    kill: Kill | None
    """How it was to die; None when it was left alone."""
    code: int
    errors: str
    requests: range
    """Which of the server's requests were its own."""

    @property
    def was_killed(self) -> bool:
        """Whether it died rather than finished."""
        return self.code == -signal.SIGKILL


@dataclass(slots=True, kw_only=True)
class Supervisor:
    """Crawls one site into one collection, as many processes as it takes."""

    server: SiteServer[GeneratedSite]
    collection: Path
    options: tuple[str, ...] = ()
    lives: list[Life] = field(default_factory=list)

    def crawl(self, kills: Iterable[Kill] = ()) -> list[Life]:
        """Crawl and kill, then crawl to the end; every life but the last was killed, the last was left alone."""
        for kill in kills:
            self.lives.append(self._live(kill))
            assert self.lives[-1].was_killed, f"the crawl ended before kill {len(self.lives)} of them"
        self.lives.append(self._live(None))
        return self.lives

    def _live(self, kill: Kill | None) -> Life:
        begun = len(self.server.log)
        armed = {"BRIEFS_FAULT": f"{kill.point}:{kill.after}"} if kill and kill.point else {}
        arguments = crawl_of(self.server, self.collection, "--seed", self.server.site.seed, *self.options)
        process = subprocess.Popen(
            command(*arguments),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **armed},
        )
        if kill and not kill.point:
            while not self.server.wait_for(begun + kill.after, _LOOK) and process.poll() is None:
                pass
            process.kill()
        _, errors = process.communicate(timeout=300)
        requests = range(begun, len(self.server.log))
        return Life(kill=kill, code=process.returncode, errors=errors, requests=requests)


def deaths(count: int, pages: int, seed: int) -> Iterator[Kill]:
    """Yield that many deaths over a crawl of so many pages, every second one inside a commit."""
    dice = random.Random(seed)
    points = cycle(dice.sample(POINTS, len(POINTS)))
    most = max(2, pages // count)
    for number in range(count):
        if number % 2:
            yield Kill(point=next(points), after=dice.randint(1, 2))
        else:
            yield Kill(after=dice.randint(1, most))
