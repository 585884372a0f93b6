"""The index of a WACZ: CDXJ lines in gzip members of 1,024 lines, and the index.idx that finds a member by its key."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

import orjson

CDX = "indexes/index.cdx.gz"
IDX = "indexes/index.idx"
LINES = 1024
"""A block's, as py-wacz and ArchiveWeb.page have it."""
_GZIP = 31


def compress_index(lines: Iterable[bytes], cdx: BinaryIO) -> Iterator[bytes]:
    """Write sorted CDXJ lines (with their line ends) in blocks, and yield the lines of index.idx."""
    yield b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'
    offset = 0
    left = iter(lines)
    while block := list(islice(left, LINES)):
        compressed = _compress(b"".join(block))
        cdx.write(compressed)
        key = block[0].partition(b"{")[0]
        digest = "sha256:" + hashlib.sha256(compressed).hexdigest()
        yield key + orjson.dumps({"offset": offset, "length": len(compressed), "digest": digest}) + b"\n"
        offset += len(compressed)


def _compress(block: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, _GZIP)  # no time in the header: the same bytes each time
    return compressor.compress(block) + compressor.flush()
