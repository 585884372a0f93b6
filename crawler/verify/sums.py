"""Files against the ledger: there, as long as committed, and every stretch with the sum that was written down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from archive.collection import Collection
from archive.openfile import OPEN
from archive.problem import Problem
from crawler.ledger.evidence import KnownFile, KnownStretch
from crawler.verify.codes import (
    FILE_GROWN,
    FILE_MISSING,
    FILE_SHORT,
    FILE_TAIL,
    FILE_UNKNOWN,
    SUM_DIFFERS,
    SUM_MISSING,
)

_PIECE = 1 << 20


def place_of(collection: Collection, name: str) -> Path:
    """Return where a file of that name in the collection lies, `.open` or not."""
    path = collection.root / name
    return path if path.exists() or not name.startswith("archive/") else path.with_name(path.name + OPEN)


def check_lengths(collection: Collection, files: Iterable[KnownFile], *, is_running: bool) -> Iterator[Problem]:
    """Yield the files that are missing, short or long, and the WARCs that the ledger does not know.

    While a crawl writes, what lies past the committed lengths is its own business.
    """
    known = set()
    for file in files:
        path = place_of(collection, file.name)
        known.add(file.name)
        size = path.stat().st_size if path.exists() else None
        if size is None:
            if file.length:
                sentence = f"the file is missing, expected {file.length} bytes"
                yield Problem(code=FILE_MISSING, path=path, sentence=sentence)
        elif size < file.length:
            sentence = f"the file is {size} bytes long, expected {file.length}"
            yield Problem(code=FILE_SHORT, path=path, offset=size, sentence=sentence)
        elif size > file.length and not is_running:
            code = FILE_GROWN if file.sealed else FILE_TAIL
            sentence = f"{size - file.length} bytes lie past the {file.length} that were committed"
            yield Problem(code=code, path=path, offset=file.length, sentence=sentence)
    for path in [] if is_running else sorted(collection.archive.glob("*")):
        if f"archive/{path.name.removesuffix(OPEN)}" not in known:
            code = FILE_TAIL if path.name.endswith(OPEN) else FILE_UNKNOWN
            yield Problem(code=code, path=path, sentence="the ledger does not know this file")


def check_sums(path: Path, length: int, stretches: Iterable[KnownStretch]) -> Iterator[Problem]:
    """Yield the stretches of a file whose bytes changed, and the committed bytes that no sum covers."""
    covered = 0
    with path.open("rb") as stream:
        for stretch in stretches:
            if stretch.offset >= length:
                break
            if stretch.offset != covered:
                yield _uncovered(path, min(covered, stretch.offset), max(covered, stretch.offset))
            covered = stretch.offset + stretch.length
            if _digest(stream, stretch) != stretch.sha256:
                sentence = f"the {stretch.length} bytes here are not those that were written"
                yield Problem(code=SUM_DIFFERS, path=path, offset=stretch.offset, sentence=sentence)
    if covered != length:
        yield _uncovered(path, min(covered, length), max(covered, length))


def _digest(stream: BinaryIO, stretch: KnownStretch) -> bytes:
    digester = hashlib.sha256()
    stream.seek(stretch.offset)
    left = stretch.length
    while left > 0 and (piece := stream.read(min(_PIECE, left))):
        digester.update(piece)
        left -= len(piece)
    return digester.digest()


def _uncovered(path: Path, start: int, end: int) -> Problem:
    sentence = f"the ledger's sums do not fit bytes {start} to {end}, expected one after the other"
    return Problem(code=SUM_MISSING, path=path, offset=start, sentence=sentence)
