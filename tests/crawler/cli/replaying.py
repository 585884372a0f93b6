"""`briefs replay` as a process, from its address on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.crawler.cli.conftest import command
from tests.judges import CACHE


@contextmanager
def replay(collection: Path, *options: object, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run it and yield the process and the list's address; the engine is installed where it is missing."""
    process = subprocess.Popen(
        command("replay", collection, "--yes", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(CACHE), **environment},
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            address = process.stdout.readline().strip()
            assert address, process.stderr.read()
            yield process, address
        finally:
            process.terminate()
            process.wait(60)


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun, on Linux."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def text_at(address: str) -> str:
    """Return what is served there."""
    with urlopen(address, timeout=60) as answer:
        text: str = answer.read().decode()
    return text
