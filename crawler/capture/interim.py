"""Interim responses (1xx): they go before the final one and are stored apart from it.

Readers of WARC take a record that begins with a 103 for the answer itself, so only the final response is the block.
"""

from __future__ import annotations

import re
from typing import BinaryIO

_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d[ \r\n]")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_LONGEST_HEADS = 256 * 1024


def split_interim(response: BinaryIO) -> tuple[tuple[bytes, ...], int]:
    """Return the 1xx heads that a response begins with, each as received, and where the final one begins.

    101 is final: what follows it is another protocol. A head that is not whole is left to the final response.
    """
    opening = response.read(16)
    if not _INTERIM.match(opening):
        return (), 0
    beginning = opening + response.read(_LONGEST_HEADS)
    heads: list[bytes] = []
    start = 0
    while _INTERIM.match(beginning, start):
        end = _BLANK_LINE.search(beginning, start)
        if end is None or end.end() == len(beginning):
            break
        heads.append(beginning[start : end.end()])
        start = end.end()
    return tuple(heads), start
