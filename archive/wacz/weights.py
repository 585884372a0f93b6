"""What each WARC file adds to a package: its own bytes, and at most so many of index, pages and lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import orjson

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
    """Yield what each line is about, and a bound of its size (compressed, it is less)."""
    for line in catalog.lines():
        yield orjson.loads(line[line.index("{") :])["filename"], len(line) + 1
    briefs = contents.collection.briefs
    for page in read_pages(briefs, contents.lines[briefs.name]):
        yield page.warc, len(page.line(with_text=True))
    for path in (briefs, contents.collection.rejects):
        for warc, content in lines_with_warcs(path, contents.lines[path.name]):
            yield warc or "", len(content)
