"""Sort-friendly keys of addresses."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

_KEPT = "".join(chr(code) for code in range(0x21, 0x7F))


def escape_target(url: str) -> str:
    """Return the address with white space, controls and non-ASCII percent-encoded and no fragment; all else stays."""
    return quote_from_bytes(url.partition("#")[0].encode("utf-8", "surrogatepass"), safe=_KEPT)
