"""`briefs serve` as a process, and collections for it."""

from __future__ import annotations

import http.client
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from archive.collection import Collection
from crawler.demo.server import DemoServer
from tests.crawler.cli.conftest import briefs, command, crawl_of

EDITED = "kidnapped-pilot-boat-crew"
REMOVED = "scrap-copper-thefts-shipyard"
HOSTILE = '<script>document.title = "taken over"</script><img src=x onerror=alert(1)> & Sons'


@dataclass(frozen=True)
class Answer:
    """What the server sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    address: str

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask, and follow nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(self.address).port or 0, timeout=60)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()


@contextmanager
def serving(*arguments: object, **environment: str) -> Iterator[Served]:
    """Run it until the end of the block."""
    process = subprocess.Popen(
        command("serve", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            address = process.stdout.readline().strip()
            assert address, process.stderr.read()
            yield Served(process, address)
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of two runs: between them one article was edited and one taken away."""
    root = tmp_path_factory.mktemp("crawled") / "harbour"
    with DemoServer() as server:
        briefs(*crawl_of(server, root, "-s", "RETRY_WAIT=0.01"))
        server.site.edit(EDITED)
        server.site.remove(REMOVED)
        briefs(*crawl_of(server, root, "-s", "RETRY_WAIT=0.01", "--recrawl"))
    return root


@pytest.fixture(scope="module")
def served(crawled: Path) -> Iterator[Served]:
    with serving(crawled) as running:
        yield running


def made_line(work: str, **fields: object) -> dict[str, Any]:
    """Return a line with what the index reads of one."""
    url = f"https://harbour.example/news/brief/{work}/"
    line = {
        "schema": "brief/1", "id": work, "version": 1, "change": "new", "diff": None, "same_as": [], "url": url,
        "captured_url": url, "aliases": [], "site": "demo", "kind": "brief", "language": "en", "title": f"Title {work}",
        "standfirst": None, "byline": None, "authors": [], "published": None, "tags": [], "countries": [], "text": "",
        "body": [], "links": [], "see_also": [], "related": [], "translations": [], "evidence": {}, "run": "r",
        "extractor": "demo/newspack@1", "images": [], "licence": None, "published_raw": None, "modified": None,
        "capture": {"warc": "x.warc.gz", "offset": 0, "timestamp": "20260101000000", "http_status": 200},
    }  # fmt: skip
    return {**line, **fields}


def written(root: Path, *lines: dict[str, Any]) -> Collection:
    """Return a collection without a ledger that has these lines."""
    places = Collection(root)
    places.create({"site": "demo"})
    append(places, *lines)
    return places


def append(places: Collection, *lines: dict[str, Any]) -> None:
    with places.briefs.open("ab") as stream:
        stream.writelines(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
