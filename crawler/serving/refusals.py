"""What is said where an address cannot be answered: a page for people, RFC 9457's JSON for programs."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from archive.errors import ArchiveError, CaptureNotFound, ReplayError
from crawler.serving.opened import NotThereError
from crawler.serving.rendering import render
from crawler.serving.search import BadParameterError

API = "/api"
_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (BadParameterError, 400),
    (NotThereError, 404),
    (CaptureNotFound, 404),
    (ReplayError, 503),
    (ArchiveError, 503),
)


def refuse(request: Request, status: int, sentence: str, *, is_plain: bool = False) -> Response:
    """Return the refusal with its reason."""
    title = HTTPStatus(status).phrase
    if request.url.path == API or request.url.path.startswith(f"{API}/"):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        return JSONResponse(problem, status, media_type="application/problem+json")
    if is_plain:
        return PlainTextResponse(f"{sentence}\n", status)
    return render(request, "refusal.html", status=status, title=title, sentence=sentence)


def refuse_error(request: Request, error: Exception) -> Response:
    """Return the refusal that an error of ours means."""
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    sentence = str(error)
    return refuse(request, status, sentence if sentence.endswith((".", "?", "!")) else f"{sentence}.")


def refuse_mistake(request: Request, error: Exception) -> Response:
    """Return the refusal of what is our own mistake; the error goes on to standard error."""
    return refuse(request, 500, "This is a mistake of this program; its standard error says where.")


def refuse_http(request: Request, error: Exception) -> Response:
    """Return the refusal of what Starlette has no route for."""
    return refuse(request, getattr(error, "status_code", 404), "There is nothing at this address.")
