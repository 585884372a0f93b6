"""What each WARC file adds to a package: its own bytes, and at most so many of index, pages and lines."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from archive.catalog import Catalog
from archive.pages import read_pages
from archive.wacz.contents import Contents, lines_with_warcs

_ENTRY = 1024
"""More than a file's ZIP headers and its entry in datapackage.json take."""
_REST = 64 * 1024
"""More than what every package has: headers, schemas' entries, datapackage.json without its resources."""


def weights_of(contents: Contents, catalog: Catalog) -> Mapping[str, int]:
    """Return the bytes that each WARC file adds at most, by name."""
    weights: Counter[str] = Counter({warc.name: warc.length + _ENTRY for warc in contents.warcs})
    for name, size in _lines(contents, catalog):
        if name in weights:
            weights[name] += size
    return weights


def weight_of_every(contents: Contents, extras: Mapping[str, bytes]) -> int:
    """Return the bytes that are in every package, at most."""
    files = {**extras, **contents.explaining()}
    return _REST + sum(len(content) + _ENTRY for content in files.values())


def _lines(contents: Contents, catalog: Catalog) -> Iterator[tuple[str, int]]:
    """Yield WARC files and what lines about them take."""
    for capture in catalog.replayed():
        # Of a line's 250 bytes and more a digest is 64; the rest is much as in the line before.
        yield capture.warc, len(capture.line) // 2
    briefs, rejects = contents.collection.briefs, contents.collection.rejects
    pages = read_pages(briefs, contents.lines[briefs.name])
    yield from _deflated((page.warc, page.line(with_text=True)) for page in pages)
    yield from _deflated(lines_with_warcs(briefs, contents.lines[briefs.name]))
    yield from _deflated(lines_with_warcs(rejects, contents.lines[rejects.name]))


def _deflated(lines: Iterable[tuple[str | None, bytes]]) -> Iterator[tuple[str, int]]:
    """Yield what lines take compressed, for each WARC file in turn; together they take no more."""
    for name, group in groupby(lines, lambda line: line[0]):
        compressor = zlib.compressobj()
        length = sum(len(compressor.compress(content)) for _, content in group)
        yield name or "", length + len(compressor.flush())
