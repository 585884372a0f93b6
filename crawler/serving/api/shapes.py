"""The schemas of what the API answers."""

from __future__ import annotations

from typing import Any


def text(description: str = "", *, is_null: bool = False) -> dict[str, Any]:
    """Return the schema of a text."""
    return {"type": ["string", "null"] if is_null else "string", "description": description}


def number(description: str = "", *, is_null: bool = False) -> dict[str, Any]:
    """Return the schema of a whole number."""
    return {"type": ["integer", "null"] if is_null else "integer", "description": description}


def ref(name: str) -> dict[str, Any]:
    """Return a reference to one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def listing_of(name: str) -> dict[str, Any]:
    """Return the schema of a list of them."""
    return {"type": "array", "items": ref(name)}


def objects_of(more: dict[str, Any], **properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object with just these properties, all of them there."""
    own = {**more, **properties}
    return {"type": "object", "required": list(own), "additionalProperties": False, "properties": own}


_FLAG = {"type": "boolean"}
_MARKED = {"type": "array", "items": objects_of({}, text=text(), is_word=_FLAG)}
_STRETCH = objects_of({}, start=number("First character."), end=number("First character behind it."))
_PLACE = objects_of(
    {},
    holder={**_STRETCH, "description": "The element, tag or JSON member, in characters of the page's text."},
    value={"anyOf": [_STRETCH, {"type": "null"}], "description": "What was read; null where it is in no one piece."},
    line=number("From 1."),
    column=number("From 1."),
    words=text("What holds it."),
)
_EVIDENCE = objects_of(
    {},
    rule=text("As it won."),
    raw={"type": "array", "items": {"type": "string"}, "description": "What it read."},
    places={"type": "array", "items": _PLACE},
    headers={"type": "array", "items": {"type": "string"}, "description": "Header fields that it was read from."},
    sentence=text("Why there is no place, or how it was worked out.", is_null=True),
    today=text("What today's rules read there; null where it is the same.", is_null=True),
)
_CAPTURE_TEXTS = ("key", "timestamp", "url", "warc", "record_id", "date", "type", "profile", "refers_to")
_WORK_TEXTS = ("id", "title", "standfirst", "byline", "published", "kind", "language", "change", "url")

SHAPES: dict[str, Any] = {
    "Collection": objects_of(
        {name: text() for name in ("name", "site", "label", "folder")}, briefs=number(), runs=number()
    ),
    "Report": {
        "type": "object",
        "required": ["schema", "run", "state"],
        "description": "A run's report.json: report/1.",
        "properties": {"schema": {"const": "report/1"}, "run": text(), "state": text()},
    },
    "Progress": objects_of(
        {name: number() for name in ("pages", "lines", "remaining", "requests", "wire_bytes")},
        is_running=_FLAG,
        run=text(is_null=True),
        state=text(),
        seconds={"type": "number"},
        addresses={"type": "object", "additionalProperties": {"type": "integer"}},
    ),
    "FoundWork": objects_of(
        {name: text() for name in _WORK_TEXTS},
        version=number(),
        marked_title={**_MARKED, "description": "The title; empty where no words were asked for."},
        excerpt={**_MARKED, "description": "Text around the words that were asked for."},
    ),
    "Facet": objects_of({}, value=text(), count=number(), chosen=_FLAG),
    "Link": objects_of(
        {name: text() for name in ("url", "title", "language")},
        place={"enum": ["related", "see also", "link", "translation"]},
        work=text("Id of the work at the other end; null where it is not here.", is_null=True),
    ),
    "Capture": objects_of(
        {name: text() for name in (*_CAPTURE_TEXTS, "refers_to_url", "refers_to_date")},
        mime=text(is_null=True),
        status=text(is_null=True),
        digest=text(is_null=True),
        length=number(),
        offset=number(),
        version=number("That was read from it.", is_null=True),
        meaning=text("What it is, in words."),
        files=text("Address that headers, body and raw stand below."),
    ),
    "EvidenceOfVersion": objects_of(
        {},
        id=text("Of the work."),
        version=number(),
        capture={"type": ["object", "null"]},
        encoding=text("That the page's bytes were read as.", is_null=True),
        evidence={"type": "object", "additionalProperties": _EVIDENCE},
    ),
    "Problem": objects_of(
        {name: text() for name in ("type", "title", "detail")}, status={"type": "integer", "minimum": 400}
    ),
}
