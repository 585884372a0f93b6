"""The OpenAPI 3.1 description of the API."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import orjson

from crawler import __version__
from crawler.serving.api.shapes import SHAPES, listing_of, number, objects_of, ref, text
from crawler.serving.search import FACETS, SORTS

_COLLECTION = "/api/collections/{collection}"
_BRIEF = f"{_COLLECTION}/briefs/{{brief}}"
_IN_PATH = {
    "collection": "Name of a collection, as /api/collections lists it.",
    "run": "Name of a run.",
    "brief": "Id of a work, or the beginning of one.",
}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}


_PAGING = [
    _parameter("page", {"type": "integer", "minimum": 1, "maximum": 100_000, "default": 1}, "The first is 1."),
    _parameter("per_page", {"type": "integer", "minimum": 1, "maximum": 200, "default": 25}, "Of the list, a page."),
]
_PAGED: dict[str, Any] = {
    "count": number("Of all that there are, over all pages."),
    "page": number(),
    "per_page": number(),
    "next": text("Address of the next page; null on the last.", is_null=True),
}


@cache
def describe() -> dict[str, Any]:
    """Return the description."""
    brief = orjson.loads((resources.files("crawler") / "brief.schema.json").read_bytes())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "briefs serve",
            "version": __version__,
            "summary": "Briefs, their evidence, links and captures, and runs; nothing can be changed.",
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": {"Line": brief, **SHAPES},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Where not only this machine reaches it."}
            },
            "responses": {"Problem": _problem()},
        },
    }


def _paths() -> dict[str, Any]:
    collections = objects_of({}, collections=listing_of("Collection"))
    return {
        "/api/openapi.json": _get("This description.", {"type": "object"}),
        "/api/collections": _get("Every collection.", collections),
        _COLLECTION: _get("One collection.", ref("Collection"), "collection"),
        f"{_COLLECTION}/runs": _get(
            "The reports of runs, the newest first, a page at a time.",
            objects_of(_PAGED, runs=listing_of("Report")),
            "collection",
            query=_PAGING,
        ),
        f"{_COLLECTION}/runs/{{run}}": _get("The report of a run.", ref("Report"), "collection", "run"),
        f"{_COLLECTION}/progress": _get("How far the newest run is.", ref("Progress"), "collection"),
        f"{_COLLECTION}/briefs": _get(
            "Works by words, date and more, a page at a time.", _found(), "collection", query=_search_parameters()
        ),
        **_paths_of_a_brief(),
    }


def _paths_of_a_brief() -> dict[str, Any]:
    versions = objects_of({}, id=text("Of the work."), versions=listing_of("Line"))
    links = objects_of({}, id=text("Of the work."), links_to=listing_of("Link"), links_from=listing_of("Link"))
    captures = objects_of({}, id=text("Of the work."), captures=listing_of("Capture"))
    address = {**_parameter("url", {"type": "string"}, "In any spelling of it."), "required": True}
    version = _parameter("version", {"type": "integer", "minimum": 1}, "The newest where none is named.")
    return {
        f"{_COLLECTION}/address": _get(
            "The lines of the work that an address names.", versions, "collection", query=[address]
        ),
        _BRIEF: _get("The lines of a work, its versions in order.", versions, "collection", "brief"),
        f"{_BRIEF}/evidence": _get(
            "Which rule read each field, and where in the captured page.",
            ref("EvidenceOfVersion"),
            "collection",
            "brief",
            query=[version],
        ),
        f"{_BRIEF}/links": _get("What links to a work, and where it leads.", links, "collection", "brief"),
        f"{_BRIEF}/captures": _get("The captures of every address of a work.", captures, "collection", "brief"),
    }


def _found() -> dict[str, Any]:
    facets = "Facet -> its commonest values among what fits all else."
    return objects_of(
        _PAGED,
        briefs=listing_of("FoundWork"),
        facets={"type": "object", "additionalProperties": listing_of("Facet"), "description": facets},
    )


def _get(summary: str, schema: dict[str, Any], *path: str, query: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": _IN_PATH[name]}
        for name in path
    ]
    problem = {"$ref": "#/components/responses/Problem"}
    return {
        "get": {
            "summary": summary,
            "parameters": [*parameters, *(query or [])],
            "responses": {
                "200": {"description": "Found.", "content": {"application/json": {"schema": schema}}},
                **dict.fromkeys(("400", "401", "404", "405", "421", "503"), problem),
            },
        }
    }


def _search_parameters() -> list[dict[str, Any]]:
    day = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}
    words = 'All words must be there; "in quotes" together, begin* so, -word not. Accents and capitals do not count.'
    facet = {"type": "array", "items": {"type": "string"}}
    return [
        _parameter("q", {"type": "string", "maxLength": 1000}, words),
        _parameter("since", day, "First day, month or year of publication."),
        _parameter("until", day, "Last day, month or year of publication, whole."),
        *(_parameter(name, facet, "May be given again: one of the values must fit.") for name in FACETS),
        _parameter("sort", {"type": "string", "enum": list(SORTS)}, "relevance with words, else newest, if not said."),
        *_PAGING,
    ]


def _problem() -> dict[str, Any]:
    return {
        "description": "One sentence on what was found and what was expected (RFC 9457).",
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }
