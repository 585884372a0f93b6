"""Where passages of a text stand in a folder, however they are kept there."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from archive.coding import decode
from archive.errors import MessageError, RecordError
from archive.reader import captured_message, scan

_WORDS = re.compile(r"[\"'\\\n]")
_MOST = 1 << 26


def passages_of(lines: Iterable[dict[str, Any]]) -> list[bytes]:
    """Return pieces of the bodies of briefs, as long as no other page has them by chance."""
    pieces = (piece.strip() for line in lines for block in line["body"] for piece in _WORDS.split(block["text"]))
    return [piece.encode() for piece in dict.fromkeys(pieces) if len(piece) > 40]


def traces_of(passages: list[bytes], root: Path) -> list[str]:
    """Return the files under a folder that hold any of the passages."""
    found = []
    for path in sorted(root.rglob("*")):
        if path.is_file() and any(passage in content for content in _contents(path) for passage in passages):
            found.append(str(path.relative_to(root)))
    return found


def _contents(path: Path) -> Iterator[bytes]:
    """Yield a file as it lies there, and all that is compressed in it."""
    content = path.read_bytes()
    yield content
    yield from _inflated(content)
    if ".warc.gz" in path.name:
        yield from _payloads(path)
    if path.suffix == ".wacz":
        with zipfile.ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                yield package.read(name)
                yield from _inflated(package.read(name))


def _inflated(content: bytes) -> Iterator[bytes]:
    while content[:2] == b"\x1f\x8b":
        inflate = zlib.decompressobj(31)
        try:
            yield inflate.decompress(content)
        except zlib.error:
            return
        content = inflate.unused_data


def _payloads(path: Path) -> Iterator[bytes]:
    for found in scan(path):
        if isinstance(found, RecordError) or found.type != "response":
            continue
        head, body = captured_message(found)
        try:
            yield decode(b"".join(body), head.joined("content-encoding"), max_size=_MOST).body
        except MessageError:
            continue
