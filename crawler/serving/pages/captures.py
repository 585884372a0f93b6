"""What was captured, as it came: for programs and careful people; and the way into the replay."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from archive.catalog import catalog_of
from archive.cdxj import IndexedCapture
from archive.contents import body_of, head_of, message_of
from archive.errors import MessageError, RecordError
from archive.openfile import OPEN
from archive.reader import read_record
from archive.surt import surt
from crawler.serving.library import collection_of, library_of
from crawler.serving.opened import NotThereError, OpenCollection
from crawler.serving.search import BadParameterError

_MAX_BODY = 64 * 1024 * 1024
"""Bytes of a body with a content coding, which is decoded in memory; `briefs get` takes larger ones."""
_WHAT = ("headers", "body", "raw")


def send_capture(request: Request) -> Response:
    """Send headers, body or all bytes of a capture: as a file of plain text, whatever it is."""
    opened = collection_of(request)
    warc, offset, what = (request.path_params[name] for name in ("warc", "offset", "what"))
    if what not in _WHAT:
        raise NotThereError(f"{what[:20]!r} is no part of a capture, expected one of: {', '.join(_WHAT)}")
    pieces = _content(opened, _capture(opened, warc, offset), what)
    begin = next(pieces, b"")  # what cannot be read is said before anything is sent
    name = f"{warc.removesuffix('.warc.gz')}-{offset}-{what}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return StreamingResponse(chain([begin], pieces), media_type="text/plain; charset=utf-8", headers=headers)


def go_to_replay(request: Request) -> Response:
    """Lead to a capture in the replay, whose engine begins with the first that is asked for."""
    opened = collection_of(request)
    url, timestamp = (request.query_params.get(name, "") for name in ("url", "timestamp"))
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) == 14):
        raise BadParameterError("timestamp", f"is {timestamp[:40]!r}, expected 14 digits")
    with catalog_of(opened.places, opened.committed(), lambda problem: None) as catalog:
        key = surt(url)
        if not any(one.url == url for one in catalog.between(timestamp, timestamp, keys=(key, f"{key} "))):
            raise NotThereError(f"no capture of {url[:200]!r} was made at {timestamp}")
    return RedirectResponse(library_of(request).replaying.address(opened, url, timestamp), 303)


def _capture(opened: OpenCollection, warc: str, offset: int) -> IndexedCapture:
    """Return the capture at a place, as the catalogue has it; raise NotThereError."""
    missing = NotThereError(f"no capture lies in {warc[:120]!r} at byte {offset}")
    if warc not in {path.name.removesuffix(OPEN) for path in opened.places.warcs()}:
        raise missing
    committed = opened.committed()
    if committed is not None and offset >= committed.get(f"archive/{warc}", 0):
        raise missing
    try:
        with read_record(opened.places.warc(warc), offset) as record:
            url = record.target_uri
    except (RecordError, MessageError, OSError) as error:
        raise missing from error
    with catalog_of(opened.places, committed, lambda problem: None) as catalog:
        key = surt(url or "")
        found = (one for one in catalog.between(keys=(key, f"{key} ")) if (one.warc, one.offset) == (warc, offset))
        capture = next(found, None)
    if capture is None:
        raise missing
    return capture


def _content(opened: OpenCollection, capture: IndexedCapture, what: str) -> Iterator[bytes]:
    if what == "raw":
        yield from message_of(opened.places, capture)
    elif what == "headers":
        yield head_of(opened.places, capture)
    else:
        with catalog_of(opened.places, opened.committed(), lambda problem: None) as catalog:
            pieces = body_of(opened.places, catalog, capture, max_size=_MAX_BODY).pieces
        yield from pieces
