"""A table that grows to millions of rows in few bytes each: keys of 16 bytes, values of a fixed size."""

from __future__ import annotations

import hashlib
from array import array

KEY = 16
"""Bytes of a key."""
_LEAST = 1024


def key_of(*parts: str) -> bytes:
    """Return the key that stands for some text: two of a billion are equal by chance once in 10^20."""
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=KEY).digest()


class Table:
    """Rows by key, the first one of a key kept; about 8 bytes a row more than key and value."""

    def __init__(self, width: int) -> None:
        """Make an empty table for values of `width` bytes."""
        self._width = KEY + width
        self._rows = bytearray()
        self._slots = array("I", bytes(4 * _LEAST))  # row number + 1; open addressing, linear probing

    def __len__(self) -> int:
        return len(self._rows) // self._width

    def get(self, key: bytes) -> bytes | None:
        """Return the value under a key, or None."""
        slot = self._slots[self._find(key)]
        if not slot:
            return None
        start = (slot - 1) * self._width
        return bytes(self._rows[start + KEY : start + self._width])

    def add(self, key: bytes, value: bytes) -> bool:
        """Add a row; say whether it is the first of its key."""
        at = self._find(key)
        if self._slots[at]:
            return False
        self._rows += key + value
        self._slots[at] = len(self)
        if len(self) * 3 > len(self._slots) * 2:
            self._grow()
        return True

    def _find(self, key: bytes) -> int:
        """Return the slot of a key, or the empty one where it would stand."""
        mask = len(self._slots) - 1
        at = int.from_bytes(key[:8], "little") & mask
        while slot := self._slots[at]:
            start = (slot - 1) * self._width
            if self._rows[start : start + KEY] == key:
                break
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        self._slots = array("I", bytes(8 * len(self._slots)))
        for number in range(len(self)):
            start = number * self._width
            self._slots[self._find(bytes(self._rows[start : start + KEY]))] = number + 1
