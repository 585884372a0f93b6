"""The style sheet: that of the runs' reports, and what pages have that reports do not."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).parents[1] / "static"


def send_style(request: Request) -> Response:
    """Send it."""
    shared = (resources.files("crawler.report.page") / "report.css").read_text(encoding="utf-8")
    own = (STATIC / "serve.css").read_text(encoding="utf-8")
    return Response(f"{shared}{own}", media_type="text/css")
