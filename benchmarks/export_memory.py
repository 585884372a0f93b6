"""Peak memory of `briefs export` in every format over a collection of 1,000 lines, and over one of 100,000.

    python benchmarks/export_memory.py [--folder DIR] [--most 40]

The lines are generated, 3 kB each, every tenth a second version. Prints the peak resident set, the time and the length
of what was made, and fails when the peaks of a format differ by more than `--most` MB: a row group of Parquet is held
in memory until it is full, and 1,000 lines fill none.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from archive.collection import Collection
from archive.model import Capture
from crawler.items import Block, Brief, Link

SIZES = (1_000, 100_000)
WAYS = ("jsonl", "csv", "parquet", "sqlite", "package")
BEGAN = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://harbour.example/news/{:06}/"


def make_collection(folder: Path, count: int) -> None:
    """Make a collection with that many lines."""
    collection = Collection(folder)
    collection.create({"site": "demo"})
    with collection.briefs.open("wb") as lines:
        for number in range(count):
            lines.write(orjson.dumps(brief_of(number), option=orjson.OPT_APPEND_NEWLINE))


def brief_of(number: int) -> Brief:
    """Return one line; the last digit 9 makes it a second version of the one before."""
    version = 2 if number % 10 == 9 else 1
    work = number - (version - 1)
    text = f"Sentence {number} of a brief that was never printed. " * 8
    return Brief(
        id=f"{work:016x}",
        version=version,
        change="new" if version == 1 else "substantive",
        url=URL.format(work),
        captured_url=URL.format(work),
        site="demo",
        kind="brief",
        language="en-US",
        title=f"Brief {number}",
        authors=(f"Author {number % 50}",),
        published=(BEGAN - timedelta(days=number % 5000)).isoformat(),
        tags=(f"Tag {number % 200}", "Common"),
        body=tuple(Block(type="paragraph", text=text) for _ in range(2)),
        text=f"{text}\n\n{text}",
        related=tuple(Link(url=URL.format(number * step % 100_000), title=f"Card {step}") for step in (3, 5, 7)),
        capture=Capture(
            warc="demo-20261124000000-00001.warc.gz",
            offset=number * 9000,
            length=9000,
            record_id=f"urn:uuid:{number:032x}",
            timestamp=(BEGAN + timedelta(seconds=number)).strftime("%Y%m%d%H%M%S"),
            payload_digest=f"sha256:{number:064x}",
            http_status=200,
        ),
        content_digest=f"sha256:{number:064x}",
    )


def peak_of(collection: Path, way: str, target: Path) -> float:
    """Return the peak resident megabytes of `briefs export`."""
    how = ["--package", str(target)] if way == "package" else ["--format", way, "-o", str(target)]
    command = [sys.executable, "-m", "crawler", "export", str(collection), *how]
    pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, 1, 0)])
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"briefs export ended with {os.waitstatus_to_exitcode(status)}, expected 0")
    return usage.ru_maxrss / 1024


def length_of(target: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(path.stat().st_size for path in (target, *target.rglob("*")) if path.is_file())


def main() -> None:
    """Export both in every way and print the peaks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", help="where 2 GB are free; else the system's temporary folder")
    parser.add_argument("--most", type=float, default=40.0, help="megabytes by which the peaks may differ")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}")
    peaks: dict[str, list[float]] = {way: [] for way in WAYS}
    for count in SIZES:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            collection = Path(folder) / "c"
            make_collection(collection, count)
            print(f"{count} lines, {(collection / 'briefs.jsonl').stat().st_size / 1e6:.1f} MB")
            for way in WAYS:
                began = time.perf_counter()
                target = Path(folder) / way
                peaks[way].append(peak_of(collection, way, target))
                took = time.perf_counter() - began
                print(f"  {way:<8} peak {peaks[way][-1]:6.1f} MB, {took:6.1f} s, {length_of(target)} bytes", flush=True)
    differences = {way: both[-1] - both[0] for way, both in peaks.items()}
    print("difference: " + ", ".join(f"{way} {difference:.1f} MB" for way, difference in differences.items()))
    sys.exit(max(differences.values()) > options.most)


if __name__ == "__main__":
    main()
