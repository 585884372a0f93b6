"""Turns single bits over at random places of a finished collection, one at a time, and counts those that verify finds.

    python -m benchmarks.bit_flips [FLIPS] [SEED]

The files are the WARCs, index.cdxj, pages.jsonl, briefs.jsonl, rejects.jsonl, the runs' reports and the ledger with its
seal; each flip picks a file first, so that small ones get their share. The catalogue is left out: it is derived, may be
deleted, and SQLite has bytes that no query reads.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from archive.collection import Collection
from crawler.demo.server import DemoServer
from crawler.verify import CollectionCheck
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.verify.flips import drop_logs, files_of, flips, problems_with


def _crawled(root: Path) -> Collection:
    with DemoServer() as server:
        for options in ((), ("--recrawl",)):
            briefs(*crawl_of(server, root, *options))
    drop_logs(Collection(root))
    return Collection(root)


def main(count: int, seed: int) -> int:
    """Print how many of the flips were found, and by what."""
    with tempfile.TemporaryDirectory() as folder:
        collection = _crawled(Path(folder) / "collection")
        assert not list(CollectionCheck(collection=collection).problems()), "a good collection has no problem"
        drop_logs(collection)
        began, found = time.perf_counter(), 0
        codes: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        for flip in flips(collection, count, seed):
            problems = problems_with(collection, flip)
            found += bool(problems)
            kinds[flip.path.suffix] += 1
            codes.update({problem.code.name for problem in problems})
            if not problems:
                print(f"missed: {flip}")
        size = sum(path.stat().st_size for path in files_of(collection))
        files = ", ".join(f"{number} in *{kind}" for kind, number in sorted(kinds.items()))
        print(f"{size} bytes in {len(files_of(collection))} files, seed {seed}: {files}")
        print(f"found {found} of {count} single-bit flips in {time.perf_counter() - began:.0f} s")
        print(", ".join(f"{code} {number}" for code, number in codes.most_common()))
    return 0 if found == count else 1


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]] + [1000, 1][len(sys.argv) - 1 :]
    sys.exit(main(arguments[0], arguments[1]))
