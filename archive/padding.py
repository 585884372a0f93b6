"""A gzip member of an exact length, so that what stands behind it in a file stays where it is."""

from __future__ import annotations

import struct
import zlib

_HEAD = b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x02\xff"
"""Deflate, an extra field, no time, the best compression, no system."""
_EXTRA = b"BA"
"""Identifies our subfield (RFC 1952 2.3.1.1)."""
_EMPTY = b"\x00\x00\x00\xff\xff"
"""A stored block of no bytes that is not the last one (RFC 1951 3.2.4)."""
_LAST = b"\x01\x00\x00\xff\xff"


def padded_member(content: bytes, length: int) -> bytes | None:
    """Return the content as a gzip member of exactly that many bytes; None when it does not fit.

    The rest is filled with empty stored blocks of deflate, and up to four bytes of an extra field: the content has none
    of it, and whoever reads it decompresses nothing.
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(content) + deflate.flush(zlib.Z_SYNC_FLUSH)
    tail = _LAST + struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    left = length - len(_HEAD) - 6 - len(body) - len(tail)
    if left < 0:
        return None
    blocks, rest = divmod(left, len(_EMPTY))
    extra = struct.pack("<H", 4 + rest) + _EXTRA + struct.pack("<H", rest) + bytes(rest)
    return _HEAD + extra + body + _EMPTY * blocks + tail
