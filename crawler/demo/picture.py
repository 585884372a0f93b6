"""Small pictures, made from nothing but their name."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 64, 36


def png(name: str) -> bytes:
    """Return a picture of a tide line, its colours taken from the name."""
    seed = zlib.crc32(name.encode())
    sky, sea = seed & 0xFF, seed >> 8 & 0xFF
    rows = b"".join(b"\0" + bytes(row(y, sky, sea)) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def row(y: int, sky: int, sea: int) -> list[int]:
    """Return one line of pixels: sky above, sea below, both fading to the right."""
    red, green, blue = (sky, 160, 200) if y < HEIGHT // 2 else (20, sea, 140)
    return [max(0, tone - x) for x in range(WIDTH) for tone in (red, green, blue)]


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
