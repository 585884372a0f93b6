"""A font with one sign, an anchor, made from nothing but numbers: TrueType as OpenType 1.9 lays it out."""

from __future__ import annotations

import struct
from itertools import pairwise

ANCHOR = 0x2693
EM = 1000
NAME = "Harbour Signs"
OUTLINE = (
    (450, 50), (450, 550), (300, 550), (300, 650), (450, 650), (450, 850), (550, 850), (550, 650), (700, 650),
    (700, 550), (550, 550), (550, 150), (750, 250), (850, 350), (850, 150), (550, 0), (450, 0), (150, 150),
    (150, 350), (250, 250), (450, 150),
)  # fmt: skip


def ttf() -> bytes:
    """Return the font file."""
    glyph = outline(OUTLINE)
    tables = {
        b"OS/2": os2(),
        b"cmap": cmap(),
        b"glyf": glyph,
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, EM, 0, 0, *box(OUTLINE), 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 850, -150, 0, EM, 0, 0, 850, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", EM, 0, EM, 150),
        b"loca": struct.pack(">III", 0, 0, len(glyph)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, len(OUTLINE), 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": names(),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    return assembled(tables)


def box(points: tuple[tuple[int, int], ...]) -> tuple[int, int, int, int]:
    """Return left, bottom, right and top of an outline."""
    across, up = zip(*points, strict=True)
    return min(across), min(up), max(across), max(up)


def outline(points: tuple[tuple[int, int], ...]) -> bytes:
    """Return a glyph of one contour whose corners are these points."""
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(((0, 0), *points))]
    head = struct.pack(">hhhhhHH", 1, *box(points), len(points) - 1, 0)
    across, up = (struct.pack(f">{len(steps)}h", *part) for part in zip(*steps, strict=True))
    glyph = head + b"\1" * len(points) + across + up
    return glyph + b"\0" * (-len(glyph) % 4)


def cmap() -> bytes:
    """Return the table that leads from the one character to the one glyph, in format 4."""
    segments = struct.pack(">HHHHHhhHH", ANCHOR, 0xFFFF, 0, ANCHOR, 0xFFFF, 1 - ANCHOR, 1, 0, 0)
    subtable = struct.pack(">HHHHHHH", 4, 14 + len(segments), 0, 4, 4, 1, 0) + segments
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + subtable


def names() -> bytes:
    """Return family, style and full name, in English."""
    texts = {1: NAME, 2: "Regular", 4: NAME, 6: NAME.replace(" ", "")}
    coded = {number: text.encode("utf-16-be") for number, text in texts.items()}
    rows, place = b"", 0
    for number, text in coded.items():
        rows += struct.pack(">HHHHHH", 3, 1, 0x409, number, len(text), place)
        place += len(text)
    return struct.pack(">HHH", 0, len(coded), 6 + len(rows)) + rows + b"".join(coded.values())


def os2() -> bytes:
    """Return the metrics that Windows, and every browser, asks for: version 4 of the table."""
    head = struct.pack(">HhHHHhhhhhhhhhhh", 4, EM, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 250, 0)
    ranges = struct.pack(">10sIIII4sHHH", bytes(10), 0, 0, 0, 0, b"HRBR", 0x40, ANCHOR, ANCHOR)
    return head + ranges + struct.pack(">hhhHHIIhhHHH", 850, -150, 0, 850, 150, 1, 0, 500, 700, 0, 32, 1)


def assembled(tables: dict[bytes, bytes]) -> bytes:
    """Return the font file of those tables, with their sums."""
    searched = 1 << (len(tables).bit_length() - 1)
    head = struct.pack(
        ">IHHHH", 0x10000, len(tables), searched * 16, searched.bit_length() - 1, (len(tables) - searched) * 16
    )
    rows, body, place = b"", b"", 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        padded = table + b"\0" * (-len(table) % 4)
        rows += struct.pack(">4sIII", tag, total(padded), place + len(body), len(table))
        body += padded
    font = head + rows + body
    at = font.index(tables[b"head"]) + 8
    return font[:at] + struct.pack(">I", (0xB1B0AFBA - total(font)) & 0xFFFFFFFF) + font[at + 4 :]


def total(content: bytes) -> int:
    """Return the sum of a table's 32-bit words."""
    words: tuple[int, ...] = struct.unpack(f">{len(content) // 4}I", content)
    return sum(words) & 0xFFFFFFFF
