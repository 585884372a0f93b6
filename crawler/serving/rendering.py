"""Pages out of templates."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from crawler.report.figures import readable_bytes, readable_seconds
from crawler.report.page.changes import excerpt, listed
from crawler.serving.words import counted, day, language, moment, second


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page; what comes from the network is text to every template."""
    html = _environment().get_template(template).render(request=request, path=request.url.path, **values)
    return HTMLResponse(html, status)


@cache
def _environment() -> Environment:
    # An import's report, and those of earlier versions, lack what others have.
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("crawler.serving", "templates"), PackageLoader("crawler.report.page", "")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=ChainableUndefined,
    )
    environment.filters.update(
        bytes=readable_bytes,
        span=readable_seconds,
        excerpt=excerpt,
        moment=moment,
        day=day,
        second=second,
        listed=listed,
    )
    environment.globals.update(counted=counted, segment=segment, language_name=language)
    return environment


def segment(text: object) -> str:
    """Return a text as one segment of a path."""
    return quote(str(text), safe="")
