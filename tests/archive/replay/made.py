"""A collection to look at: two versions, revisits of both kinds, a style sheet, a picture, titles of all sorts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from archive.collection import Collection
from archive.errors import RecordError
from archive.indexing import index_again
from archive.model import IDENTICAL, NOT_MODIFIED, Capture, Revisit, Stored
from archive.writer import WarcWriter
from crawler.demo.picture import png
from tests.archive.exchanges import AT, exchange, writer

HOST = "https://harbour.example"
PAGE = f"{HOST}/news/brief/kidnapped-pilot-boat-crew/"
ALIAS = f"{HOST}/?p=77"
REPEAT = f"{HOST}/news/brief/kidnapped-pilot-boat-crew/amp/"
OLD_WORDS, NEW_WORDS = "Insurers have drawn their own conclusion.", "The port has confirmed the figures."
COLOUR = "rgb(1, 99, 172)"
HOSTILE = '<script>document.title = "read"</script> & "Sons"'
TITLES = ("La cocaína viaja entre plátanos", "Ransom Paid in Diesel", HOSTILE)
WORK = "d17b4b41a70bd065"


def make_collection(root: Path, *, others: int = 0) -> Collection:
    """Return a collection of three works with captures, and as many without as asked for, its index made."""
    collection = Collection(root)
    collection.create({"site": "demo", "contact": "someone@example.com", "seeds": []})
    with writer(collection.archive) as warcs:
        briefs = [*_ransom(warcs), *_one_each(warcs)]
    briefs += [_brief(f"{number:016x}", f"Tide table {number}", "2015-01-01", None) for number in range(others)]
    collection.briefs.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in briefs))
    index_again(collection, None, unexpected)
    return collection


def page(words: str, script: str = "") -> bytes:
    return _http(
        "text/html; charset=utf-8",
        f'<!DOCTYPE html><html lang="en"><head><title>A brief</title><link rel="icon" href="/favicon.png">'
        f'<link rel="stylesheet" href="/assets/site.css"></head><body><h1 id="story">{words}</h1>'
        f'<img id="picture" src="/assets/boat.png" alt="A boat">{script}</body></html>'.encode(),
    )


def _ransom(warcs: WarcWriter) -> list[dict[str, Any]]:
    """Write the captures of one work: two versions, a redirect, and a revisit of each kind."""
    style = f"h1 {{ color: {COLOUR}; }}".encode()
    _write(warcs, f"{HOST}/assets/site.css", _http("text/css", style))
    _write(warcs, f"{HOST}/assets/boat.png", _http("image/png", png("boat")))
    _write(warcs, f"{HOST}/favicon.png", _http("image/png", png("icon")))
    first = _write(warcs, PAGE, page(OLD_WORDS))
    _write(warcs, ALIAS, b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % PAGE.encode())
    second = _write(warcs, PAGE, page(NEW_WORDS), days=3)
    _write(warcs, REPEAT, page(OLD_WORDS), days=4, revisit=_revisit(first, IDENTICAL))
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\n\r\n'
    _write(warcs, PAGE, unchanged, days=5, revisit=_revisit(second, NOT_MODIFIED))
    lines = [
        _brief(WORK, TITLES[1], "2019-01-25T09:00:00+01:00", stored.capture, version=version, change=change)
        for version, change, stored in ((1, "new", first), (2, "substantive", second))
    ]
    return [{**line, "url": PAGE, "captured_url": PAGE, "aliases": [ALIAS, REPEAT]} for line in lines]


def _one_each(warcs: WarcWriter) -> list[dict[str, Any]]:
    beacon = '<script>fetch("https://outside.example/x"); new Image().src = "https://outside.example/y.png"</script>'
    spanish = _write(warcs, f"{HOST}/es/cocaina/", page("Los plátanos."))
    hostile = _write(warcs, f"{HOST}/news/hostile/", page("The sons.", beacon))
    return [
        {**_brief("a" * 16, TITLES[0], "2023-01-13", spanish.capture, f"{HOST}/es/cocaina/"), "language": "es-ES"},
        _brief("b" * 16, TITLES[2], None, hostile.capture, f"{HOST}/news/hostile/"),
    ]


def _brief(
    work: str, title: str, published: str | None, capture: Capture | None, url: str = "", **changes: Any
) -> dict[str, Any]:
    """Return as much of a line as a list needs."""
    none = {"warc": "none", "offset": 0, "timestamp": "20261124013200"}
    place = none if capture is None else {name: getattr(capture, name) for name in none}
    address = url or f"{HOST}/tide/{work}/"
    given = {"id": work, "title": title, "published": published, "capture": place, "url": address}
    fixed = {"version": 1, "change": "new", "aliases": [], "language": "en", "byline": "Maren Oduya", "kind": "brief"}
    return {**fixed, **given, "captured_url": address, "text": "", **changes}


def _http(media_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _write(warcs: WarcWriter, url: str, response: bytes, *, days: int = 0, revisit: Revisit | None = None) -> Stored:
    made = exchange(response, url=url, began=_at(days))
    return warcs.write(made if revisit is None else replace(made, revisit=revisit))


def _at(days: int) -> datetime:
    return AT + timedelta(days=days)


def _revisit(original: Stored, profile: str) -> Revisit:
    assert original.capture is not None
    return Revisit(
        profile=profile,
        record_id=original.capture.record_id,
        target_uri=PAGE,
        date=original.date,
        payload_digest=original.capture.payload_digest,
    )


def unexpected(problem: RecordError) -> None:
    """Raise what the collection must not have."""
    raise problem
