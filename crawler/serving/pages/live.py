"""How far a crawl is: a page that reads well as it is, and the figures anew each second for a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from crawler.serving.library import collection_of
from crawler.serving.opened import OpenCollection
from crawler.serving.progress import progress_of
from crawler.serving.refusals import refuse
from crawler.serving.rendering import render

_SECONDS = 1.0
_BEATS = 15
"""Looks without news after which a comment is sent: a reader that went away is noticed by it."""
_MOST_READERS = 32


def show_live(request: Request) -> Response:
    """Show how far the newest run is."""
    opened = collection_of(request)
    return render(request, "live.html", opened=opened, progress=progress_of(opened))


class Events:
    """Server-sent events: the figures whenever they changed, until the crawl ends."""

    def __init__(self) -> None:
        self._readers = 0

    async def __call__(self, request: Request) -> Response:
        """Answer with the stream."""
        opened = collection_of(request)
        if self._readers >= _MOST_READERS:
            return refuse(request, 503, f"{_MOST_READERS} readers are told of the progress already.")
        return StreamingResponse(self._told(opened), media_type="text/event-stream")

    async def _told(self, opened: OpenCollection) -> AsyncIterator[bytes]:
        self._readers += 1
        try:
            async for event in _events(opened):
                yield event
        finally:
            self._readers -= 1


async def _events(opened: OpenCollection) -> AsyncIterator[bytes]:
    last, beats = b"", 0
    while True:
        progress = await run_in_threadpool(progress_of, opened)
        figures = orjson.dumps(progress.words)
        if figures != last:
            yield b"data: " + figures + b"\n\n"
            last, beats = figures, 0
        if not progress.is_running:
            yield b"event: ended\ndata: " + figures + b"\n\n"
            return
        beats += 1
        if beats % _BEATS == 0:
            yield b": still here\n\n"
        await asyncio.sleep(_SECONDS)
