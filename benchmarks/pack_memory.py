"""Peak memory of `briefs pack` over a collection of 100 MB, and over one of 1 GB.

    python benchmarks/pack_memory.py [--folder DIR] [--most 20]

The collections are made of generated WARC files, 60 kB of noise a page, with a line for each page. Prints the peak
resident set, the time and the length of the package, and fails when the peaks differ by more than `--most` MB.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from archive.collection import Collection
from archive.model import Capture, Exchange
from archive.writer import WarcWriter

SIZES = (100_000_000, 1_000_000_000)
BODY, TEXT = 60_000, "A sentence of a brief that was never printed. " * 100
BEGAN = datetime(2026, 11, 24, tzinfo=UTC)
REQUEST = b"GET / HTTP/1.1\r\nHost: harbour.example\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"


def make_collection(folder: Path, size: int) -> None:
    """Make a collection with that many bytes of WARC files, and a line for each page."""
    collection = Collection(folder)
    collection.create({"site": "demo"})
    noise = random.Random(size).randbytes
    written = number = 0
    with collection.briefs.open("wb") as lines, new_writer(collection) as writer:
        while written < size:
            began = BEGAN + timedelta(seconds=number)
            response = HEAD % BODY + noise(BODY)
            url = f"https://harbour.example/news/{number:06}/"
            stored = writer.write(Exchange(url=url, request=REQUEST, response=response, began=began, took_ms=1))
            written += sum(member.length for member in stored.members)
            if stored.capture:
                lines.write(line_of(number, url, stored.capture))
            number += 1


def new_writer(collection: Collection) -> WarcWriter:
    """Return a writer that compresses nothing and begins a file every 100 MB."""
    return WarcWriter(
        collection.archive,
        prefix="demo",
        serial=1,
        warcinfo=(("software", "brief-archive/benchmark"),),
        now=lambda: BEGAN,
        new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
        level=0,
        max_size=100_000_000,
    )


def line_of(number: int, url: str, capture: Capture) -> bytes:
    """Return as much of a line as packing looks at."""
    line = {"id": f"{number:016x}", "version": 1, "change": "new", "captured_url": url, "title": url, "text": TEXT}
    return orjson.dumps({**line, "capture": capture}, option=orjson.OPT_APPEND_NEWLINE)


def peak_of(collection: Path, target: Path) -> float:
    """Return the peak resident megabytes of `briefs pack`."""
    command = [sys.executable, "-m", "crawler", "pack", str(collection), "-o", str(target)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"briefs pack ended with {process.returncode}, expected 0")
    return usage.ru_maxrss / 1024


def main() -> None:
    """Pack both and print their peaks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--folder", help="where 2 GB are free; else the system's temporary folder")
    parser.add_argument("--most", type=float, default=20.0, help="megabytes by which the peaks may differ")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, pages of {BODY // 1000} kB")
    peaks = []
    for size in SIZES:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            make_collection(Path(folder) / "c", size)
            began = time.perf_counter()
            target = Path(folder) / "c.wacz"
            peaks.append(peak_of(Path(folder) / "c", target))
            took = time.perf_counter() - began
            print(f"  {size // 10**6:>5} MB: peak {peaks[-1]:6.1f} MB, {took:5.1f} s, {target.stat().st_size} bytes")
    difference = abs(peaks[-1] - peaks[0])
    print(f"difference: {difference:.1f} MB, expected at most {options.most:.0f}")
    sys.exit(difference > options.most)


if __name__ == "__main__":
    main()
