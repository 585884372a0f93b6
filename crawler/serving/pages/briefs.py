"""The list of briefs: words, dates, facets, pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawler.serving.library import collection_of
from crawler.serving.rendering import render, segment
from crawler.serving.search import FACETS, SORTS, Asked, BadParameterError

_TITLES = {
    "kind": "Kind",
    "language": "Language",
    "country": "Country",
    "tag": "Tag",
    "author": "Author",
    "change": "Newest change",
}


def list_briefs(request: Request) -> Response:
    """Show the works that fit, or the brief that an address names; of a wrong parameter say what is wrong."""
    opened = collection_of(request)
    words = request.query_params.get("q", "").strip()
    work = opened.work_named(words) if words.startswith(("https://", "http://")) else None
    if work is not None:
        return RedirectResponse(f"/c/{opened.name}/briefs/{segment(work)}", 303)
    wrong, status = "", 200
    try:
        asked = Asked.of(request.query_params.multi_items())
    except BadParameterError as error:
        asked, wrong, status = _without(request, error), f"{error}.", 400
    results = opened.index.search(asked)
    pages = max(1, -(-results.count // asked.per_page))
    return render(
        request,
        "briefs.html",
        status=status,
        opened=opened,
        asked=asked,
        wrong=wrong,
        results=results,
        pages=pages,
        facets=[(name, _TITLES[name], results.facets[name]) for name in FACETS if results.facets[name]],
        sorts=[sort for sort in SORTS if sort != "relevance" or asked.q],
    )


def _without(request: Request, error: BadParameterError) -> Asked:
    """Return what is asked without what cannot be used."""
    left = [(name, value) for name, value in request.query_params.multi_items() if name != error.name]
    try:
        return Asked.of(left)
    except BadParameterError:
        return Asked.of(())
