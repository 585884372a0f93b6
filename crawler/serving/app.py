"""The application: every address, and what answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from archive.errors import ArchiveError
from crawler.serving.api import API_ROUTES
from crawler.serving.guard import Admission, Guard
from crawler.serving.library import Library
from crawler.serving.pages.brief import show_brief, show_captures, show_evidence
from crawler.serving.pages.briefs import list_briefs
from crawler.serving.pages.captures import go_to_replay, send_capture
from crawler.serving.pages.collections import list_collections, send_report, show_collection, show_run
from crawler.serving.pages.live import Events, show_live
from crawler.serving.pages.style import STATIC, send_style
from crawler.serving.refusals import refuse_error, refuse_http, refuse_mistake

_BRIEF = "/c/{collection}/briefs/{brief}"


def make_app(library: Library, admission: Admission) -> ASGIApp:
    """Return the application; nothing it answers changes anything."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(library.replaying.close)
        for opened in library.collections.values():
            await run_in_threadpool(opened.index.close)

    app = Starlette(
        routes=[*_pages(), *API_ROUTES, Mount("/static", StaticFiles(directory=STATIC))],
        exception_handlers={ArchiveError: refuse_error, HTTPException: refuse_http, Exception: refuse_mistake},
        lifespan=lifespan,
    )
    app.state.library = library
    return Guard(app, admission)  # around all, so that what goes wrong is guarded too


def _pages() -> list[Route]:
    return [
        Route("/", list_collections),
        Route("/style.css", send_style),
        Route("/c/{collection}/", show_collection),
        Route("/c/{collection}/live", show_live),
        Route("/c/{collection}/live/events", Events().__call__),
        Route("/c/{collection}/runs/{run}", show_run),
        Route("/c/{collection}/runs/{run}/report.html", send_report),
        Route("/c/{collection}/briefs", list_briefs),
        Route(_BRIEF, show_brief),
        Route(f"{_BRIEF}/source", show_evidence),
        Route(f"{_BRIEF}/evidence/{{field}}", show_evidence),
        Route(f"{_BRIEF}/captures", show_captures),
        Route("/c/{collection}/captures/{warc}/{offset:int}/{what}", send_capture),
        Route("/c/{collection}/replay", go_to_replay),
    ]
