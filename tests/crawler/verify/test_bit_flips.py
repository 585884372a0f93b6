"""One bit turned over anywhere in a finished collection is found; benchmarks/bit_flips.py tries a thousand."""

from __future__ import annotations

import pytest

from archive.collection import Collection
from tests.crawler.verify.broken import warc
from tests.crawler.verify.flips import Flip, files_of, flips, problems_with

COUNT = 150


def test_random_flips_are_all_found(collection: Collection) -> None:
    missed = [flip for flip in flips(collection, COUNT, seed=4) if not problems_with(collection, flip)]
    assert missed == []


# RFC 1952 2.3: what no reader of a gzip member looks at, and no checksum of it covers.
@pytest.mark.parametrize("offset", [3, 4, 5, 6, 7, 8, 9], ids=["flags", *["time"] * 4, "extra flags", "system"])
def test_gzip_s_blind_spots_are_found(collection: Collection, offset: int) -> None:
    for bit in range(8):
        assert problems_with(collection, Flip(path=warc(collection), offset=offset, bit=bit))


def test_the_files_of_which_every_bit_counts(collection: Collection) -> None:
    assert {path.name.partition("-")[0] for path in files_of(collection)} == {
        "demo",
        "index.cdxj",
        "pages.jsonl",
        "briefs.jsonl",
        "rejects.jsonl",
        "gaps.jsonl",
        "report.json",
        "ledger.sqlite",
        "ledger.sqlite.sha256",
    }
