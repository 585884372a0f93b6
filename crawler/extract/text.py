"""Text as printed, text folded for comparing, and the digests over it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b, sha256

_UNPRINTED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""Controls, soft hyphens, zero-width spaces and marks of direction: no reader sees them."""
_DASHES = re.compile(r"(?: ?[-‐‑‒–—―−﹘﹣－])+ ?")
_WORD = re.compile(r"\w+")
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼʹ´`＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        "…": "...",
    }
)


def clean(text: str) -> str:
    """Return the text in NFC with each run of white space as one space; quotes and dashes stay as printed."""
    text = " ".join(text.split())
    if not text.isprintable():
        text = " ".join(_UNPRINTED.sub("", text).split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """Return the text with quotes, dashes and white space folded: equal for two settings of the same words."""
    folded = clean(text).translate(_FOLDED).replace("''", '"')
    return _DASHES.sub("-", folded)


def content_digest(title: str, text: str) -> str:
    """Return `sha256:hex` over the folded title and text."""
    return "sha256:" + sha256(f"{fold(title)}\n{fold(text)}".encode()).hexdigest()


def simhash(text: str) -> str:
    """Return 64 bits over the word triples of the folded text, as 16 hex digits; near texts differ in few bits."""
    words = _WORD.findall(fold(text).casefold())
    triples = [" ".join(words[start : start + 3]) for start in range(max(1, len(words) - 2))] if words else []
    digests = b"".join(blake2b(triple.encode(), digest_size=8).digest() for triple in triples)
    return f"{sum(_majority(digests, bit) << bit for bit in range(64)):016x}"


def _majority(digests: bytes, bit: int) -> int:
    """Return 1 when that bit is set in more than half of the 8-byte digests."""
    column = digests[bit // 8 :: 8]
    mask = int.from_bytes(bytes([1 << bit % 8]) * len(column))
    return int((int.from_bytes(column) & mask).bit_count() * 2 > len(column))
