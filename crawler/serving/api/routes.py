"""What programs can ask."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crawler.serving.api.description import describe
from crawler.serving.captured import CapturedPage
from crawler.serving.library import collection_of, library_of, version_of
from crawler.serving.marked import MarkedText
from crawler.serving.opened import OpenCollection
from crawler.serving.progress import progress_of
from crawler.serving.search import Asked, BadParameterError, paging

_COLLECTION = "/api/collections/{collection}"
_BRIEF = f"{_COLLECTION}/briefs/{{brief}}"


def get_description(request: Request) -> Response:
    """Return the OpenAPI description."""
    return _json(describe())


def get_collections(request: Request) -> Response:
    """Return every collection."""
    return _json({"collections": [_collection(opened) for opened in library_of(request).there()]})


def get_collection(request: Request) -> Response:
    """Return one collection."""
    return _json(_collection(collection_of(request)))


def get_runs(request: Request) -> Response:
    """Return the reports of runs, the newest first, a page of them."""
    opened = collection_of(request)
    page, per_page = paging(request.query_params.multi_items())
    count, first = len(opened.run_names()), (page - 1) * per_page
    following = f"{request.url.path}?page={page + 1}&per_page={per_page}"
    return _json(
        {
            "count": count,
            "page": page,
            "per_page": per_page,
            "next": following if first + per_page < count else None,
            "runs": list(opened.runs(first, per_page)),
        }
    )


def get_run(request: Request) -> Response:
    """Return the report of a run."""
    return _json(collection_of(request).run(request.path_params["run"]))


def get_progress(request: Request) -> Response:
    """Return how far the newest run is."""
    return _json(asdict(progress_of(collection_of(request))))


def get_briefs(request: Request) -> Response:
    """Return the works that fit, a page of them, and the facets."""
    asked = Asked.of(request.query_params.multi_items())
    results = collection_of(request).index.search(asked)
    path = request.url.path
    is_more = asked.page * asked.per_page < results.count
    return _json(
        {
            "count": results.count,
            "page": asked.page,
            "per_page": asked.per_page,
            "next": f"{path}?{asked.query(page=asked.page + 1)}" if is_more else None,
            "briefs": [_found(asdict(work)) for work in results.works],
            "facets": {
                name: [{"value": facet.value, "count": facet.count, "chosen": facet.is_chosen} for facet in values]
                for name, values in results.facets.items()
            },
        }
    )


def get_brief(request: Request) -> Response:
    """Return the lines of a work."""
    lines = collection_of(request).lines(request.path_params["brief"])
    return _json({"id": lines[-1]["id"], "versions": lines})


def get_address(request: Request) -> Response:
    """Return the lines of the work that an address names."""
    url = request.query_params.get("url", "")
    if "://" not in url:
        raise BadParameterError("url", f"is {url[:80]!r}, expected an address such as https://site.example/page")
    lines = collection_of(request).lines(url)
    return _json({"id": lines[-1]["id"], "versions": lines})


def get_evidence(request: Request) -> Response:
    """Return for each field of a version which rule read it, and where in the captured page."""
    _, line = version_of(request)
    known = {"id": line["id"], "version": line["version"], "capture": line["capture"]}
    if not line.get("evidence"):
        return _json({**known, "encoding": None, "evidence": {}})
    page = CapturedPage(collection_of(request), line)
    marked = MarkedText(page.text)
    fields: dict[str, Any] = {}
    for entry in page.evidence():
        places = [(place, marked.shown(place)) for place in entry.found.places]
        fields[entry.field] = {
            "rule": entry.rule,
            "raw": list(entry.texts),
            "places": [
                {
                    "holder": asdict(place.holder),
                    "value": asdict(place.value) if place.value else None,
                    "line": shown.line,
                    "column": shown.column,
                    "words": shown.words,
                }
                for place, shown in places
            ],
            "headers": list(entry.found.headers),
            "sentence": entry.found.sentence or None,
            "today": entry.today or None,
        }
    return _json({**known, "encoding": page.encoding, "evidence": fields})


def get_links(request: Request) -> Response:
    """Return what links to a work, and where it leads."""
    opened = collection_of(request)
    work = opened.lines(request.path_params["brief"])[-1]["id"]
    index = opened.index
    return _json(
        {
            "id": work,
            "links_to": [asdict(link) for link in index.links_to(work)],
            "links_from": [asdict(link) for link in index.links_from(work)],
        }
    )


def get_captures(request: Request) -> Response:
    """Return the captures of every address of a work."""
    opened = collection_of(request)
    lines = opened.lines(request.path_params["brief"])
    captures = [
        {
            **asdict(shown.capture),
            "version": shown.version["version"] if shown.version else None,
            "meaning": shown.meaning,
            "files": f"/c/{opened.name}/captures/{shown.capture.warc}/{shown.capture.offset}/",
        }
        for shown in opened.captures(lines)
    ]
    return _json({"id": lines[-1]["id"], "captures": captures})


API_ROUTES = (
    Route("/api/openapi.json", get_description),
    Route("/api/collections", get_collections),
    Route(_COLLECTION, get_collection),
    Route(f"{_COLLECTION}/runs", get_runs),
    Route(f"{_COLLECTION}/runs/{{run}}", get_run),
    Route(f"{_COLLECTION}/progress", get_progress),
    Route(f"{_COLLECTION}/briefs", get_briefs),
    Route(f"{_COLLECTION}/address", get_address),
    Route(_BRIEF, get_brief),
    Route(f"{_BRIEF}/evidence", get_evidence),
    Route(f"{_BRIEF}/links", get_links),
    Route(f"{_BRIEF}/captures", get_captures),
)


def _collection(opened: OpenCollection) -> dict[str, Any]:
    return {
        "name": opened.name,
        "site": opened.site_name,
        "label": opened.label,
        "folder": str(opened.places.root),
        "briefs": opened.index.count(),
        "runs": len(opened.run_names()),
    }


def _found(work: dict[str, Any]) -> dict[str, Any]:
    marked = {
        name: [{"text": text, "is_word": is_word} for text, is_word in work[name]]
        for name in ("marked_title", "excerpt")
    }
    return {**work, **marked}


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE), media_type="application/json")
