"""The demo site on loopback, recording all that goes over the wire.

    python -m crawler.demo.server --log FILE

prints one line of JSON (`seed`, `ca_file`, `connect_to`, `http_port`, `https_port`) and serves until SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Generic, Self, TypeVar

from crawler.demo.authority import Authority
from crawler.demo.connection import Answer
from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import Piece
from crawler.demo.served import ExchangeLog, Request, Served
from crawler.demo.site import DemoSite, Site
from crawler.demo.wire import RawServer

SiteT = TypeVar("SiteT", bound=Site)


class SiteServer(Generic[SiteT]):
    """Serves a site over http and https on 127.0.0.1; a context manager.

    `answers[(host, path)]` is sent for that address instead of the site's own answer: pieces, exact, or a function
    of the request that returns them.
    """

    def __init__(self, site: SiteT, *, log_file: Path | None = None, keep_bodies: bool = True) -> None:
        self.site = site
        self.answers: dict[tuple[str, str], Iterable[Piece] | Answer] = {}
        self._log = ExchangeLog(log_file, keep_bodies=keep_bodies)
        self._folder = tempfile.TemporaryDirectory(prefix="harbour-")
        authority = Authority(Path(self._folder.name))
        self.ca_file = authority.ca_file
        self._http = RawServer(self._answer, log=self._log)
        self._https = RawServer(self._answer, context=authority.context_for(site.hosts), log=self._log)

    @property
    def http_port(self) -> int:
        """Return the port of plain http."""
        return self._http.port

    @property
    def https_port(self) -> int:
        """Return the port of https."""
        return self._https.port

    @property
    def connect_to(self) -> tuple[str, ...]:
        """Return the mappings, curl's spelling: `harbour.example:443:127.0.0.1:PORT`, …"""
        ports = ((443, self.https_port), (80, self.http_port))
        return tuple(f"{host}:{port}:127.0.0.1:{own}" for host in self.site.hosts for port, own in ports)

    @property
    def log(self) -> list[Served]:
        """Return every exchange so far, in the order the requests came."""
        return self._log.entries()

    def wait_for(self, count: int, timeout: float = 30.0) -> bool:
        """Wait until that many requests have come; say whether they did."""
        return self._log.wait_for(count, timeout)

    def __enter__(self) -> Self:
        self._http.__enter__()
        self._https.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.stop()
        self._https.stop()
        self._log.close()
        self._folder.cleanup()

    def _answer(self, request: Request) -> Iterable[Piece]:
        path = request.target.partition("?")[0]
        answer = self.answers.get((request.host, path))
        if answer is None:
            return self.site.answer(request)
        return answer(request) if callable(answer) else answer


class DemoServer(SiteServer[DemoSite]):
    """Serves the bundled site; `server.site` can be changed between two crawls."""

    def __init__(self, *, log_file: Path | None = None, keep_bodies: bool = True) -> None:
        super().__init__(DemoSite(), log_file=log_file, keep_bodies=keep_bodies)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m crawler.demo.server", description="Serve the demo site.")
    parser.add_argument("--log", type=Path, help="append one line of JSON an exchange to this file")
    parser.add_argument("--generated", type=int, metavar="COUNT", help="serve that many generated briefs instead")
    parser.add_argument("--page-size", type=int, default=60_000, metavar="BYTES", help="size of a generated page")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes."""
    options = parse(arguments)
    site: Site = GeneratedSite(options.generated, options.page_size) if options.generated else DemoSite()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with SiteServer(site, log_file=options.log, keep_bodies=False) as server:
        sys.stdout.write(json.dumps(introduction(server)) + "\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


def introduction(server: SiteServer[Site]) -> dict[str, object]:
    """Return what a client must know."""
    return {
        "seed": server.site.seed,
        "ca_file": str(server.ca_file),
        "connect_to": list(server.connect_to),
        "http_port": server.http_port,
        "https_port": server.https_port,
    }


if __name__ == "__main__":
    sys.exit(main())
