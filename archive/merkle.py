"""A Merkle tree over records, and the chain that ties the root of each run to those before it.

The tree is that of RFC 6962 2.1, with SHA-256. A leaf is the sha256 of a record as it was written, uncompressed: named
fields, block, and the two line ends behind it. Where the record lies does not count, nor how it is compressed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

EMPTY = hashlib.sha256().hexdigest()
"""The root over no records."""

_LEAF, _NODE, _LINK = b"\x00", b"\x01", b"\x02"


def merkle_root(leaves: Iterable[bytes]) -> tuple[int, str]:
    """Return how many leaves (digests of 32 bytes) there are and the hex root over them, in little memory."""
    count = 0
    peaks: list[bytes] = []  # the roots of whole subtrees, largest first; each bit of `count` is one
    for count, leaf in enumerate(leaves, 1):
        node = hashlib.sha256(_LEAF + leaf).digest()
        for _ in range(_trailing_zeros(count)):
            node = _join(peaks.pop(), node)
        peaks.append(node)
    if not peaks:
        return 0, EMPTY
    root = peaks.pop()
    while peaks:
        root = _join(peaks.pop(), root)
    return count, root.hex()


def chained(previous: str | None, run: str, root: str) -> str:
    """Return the hex link of a run: over the link before it (None for the first), the run's name and its root."""
    before = bytes.fromhex(previous) if previous else b""
    return hashlib.sha256(_LINK + before + run.encode() + bytes.fromhex(root)).hexdigest()


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1
