"""A brief: its text, versions, evidence, links, captures."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawler.serving.captured import CapturedPage, Evidence, Unreadable
from crawler.serving.library import collection_of, library_of, version_of
from crawler.serving.marked import Excerpt, MarkedText
from crawler.serving.opened import NotThereError, OpenCollection
from crawler.serving.rendering import render, segment

_EXCERPTS_A_FIELD = 3


def show_brief(request: Request) -> Response:
    """Show one version of a work, and what was read where."""
    opened = collection_of(request)
    lines, line = version_of(request)
    if line["id"] != request.path_params["brief"]:
        return RedirectResponse(f"/c/{opened.name}/briefs/{segment(line['id'])}", 303)
    values: dict[str, Any] = {"opened": opened, "lines": lines, "line": line, "newest": lines[-1]}
    if line["change"] == "taken down":
        return render(request, "taken_down.html", **values)
    evidence, unreadable = _evidence(opened, line)
    work = str(line["id"])
    return render(
        request,
        "brief.html",
        **values,
        evidence=evidence,
        unreadable=unreadable,
        links_from=opened.index.links_from(work),
        links_to=opened.index.links_to(work),
    )


def show_evidence(request: Request) -> Response:
    """Show the whole captured page with the places of one field marked, or of none: its source."""
    opened = collection_of(request)
    lines, line = version_of(request)
    name = request.path_params.get("field")
    fields: Any = line.get("evidence") or {}
    if name is not None and name not in fields:
        known = ", ".join(fields) or "none"
        raise NotThereError(f"field is {name[:40]!r}, expected one that has evidence here: {known}")
    page = CapturedPage(opened, line)
    (evidence,) = page.evidence(name) if name else (None,)
    places = evidence.found.places if evidence else ()
    marked = MarkedText(page.text, places)
    return render(
        request,
        "evidence.html",
        opened=opened,
        line=line,
        newest=lines[-1],
        field=name,
        evidence=evidence,
        places=[marked.shown(place) for place in places],
        page=page,
        marked=marked,
    )


def show_captures(request: Request) -> Response:
    """Show the captures of every address of a work."""
    opened = collection_of(request)
    lines, line = version_of(request)
    return render(
        request,
        "captures.html",
        opened=opened,
        lines=lines,
        line=line,
        newest=lines[-1],
        captures=opened.captures(lines),
        obstacle=library_of(request).replaying.obstacle(opened),
    )


def _evidence(opened: OpenCollection, line: dict[str, Any]) -> tuple[list[tuple[Evidence, list[Excerpt], bool]], str]:
    """Return the evidence of each field, its first places and whether there are more, and why none can be shown."""
    if not line.get("evidence"):
        return [], ""
    try:
        page = CapturedPage(opened, line)
    except Unreadable as error:
        return [], f"{error}."
    found = []
    for entry in page.evidence():
        excerpts = list(MarkedText(page.text, entry.found.places).excerpts())
        found.append((entry, excerpts[:_EXCERPTS_A_FIELD], len(excerpts) > _EXCERPTS_A_FIELD))
    return found, ""
