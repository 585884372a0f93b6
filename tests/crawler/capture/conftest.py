"""Fetches in a process of its own, and the records that they left, read by warcio."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Stored:
    """One record as warcio reads it, its block untouched."""

    type: str
    url: str
    fields: list[tuple[str, str]]
    block: bytes

    def __getitem__(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    def facts(self) -> dict[str, str]:
        """Return a metadata record's block as fields."""
        lines = self.block.decode().split("\r\n")
        return dict(line.split(": ", 1) for line in lines if ": " in line)


@dataclass(frozen=True)
class Fetched:
    """What a fetching process left."""

    records: list[Stored]
    outcomes: dict[str, dict[str, Any]]
    log: str
    archive: Path

    def of(self, url: str, kind: str) -> list[Stored]:
        """Return the records of an address of that type, in their order."""
        return [record for record in self.records if record.url == url and record.type == kind]


Fetch = Callable[..., Fetched]


@pytest.fixture(scope="session")
def fetch(tmp_path_factory: pytest.TempPathFactory) -> Fetch:
    """Return the function that fetches addresses: fetch(urls, settings, **environment)."""

    def run(urls: list[str], settings: dict[str, Any] | None = None, **environment: str) -> Fetched:
        folder = tmp_path_factory.mktemp("fetched") / "collection"
        command = [sys.executable, "-W", "error::ResourceWarning", "-m", "tests.crawler.capture.fetching", str(folder)]
        process = subprocess.run(
            [*command, json.dumps(settings or {}), *urls],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert process.returncode == 0, process.stderr
        outcomes = [json.loads(line) for line in process.stdout.splitlines()]
        archive = folder / "archive"
        return Fetched(read_with_warcio(archive), {row["url"]: row for row in outcomes}, process.stderr, archive)

    return run


def read_with_warcio(archive: Path) -> list[Stored]:
    """Return every record of the folder's files."""
    records = []
    for path in sorted(archive.glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(io.BytesIO(stream.read()), no_record_parse=True):
                fields = record.rec_headers.headers
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                records.append(Stored(record.rec_type, url, fields, record.raw_stream.read()))
    return records
