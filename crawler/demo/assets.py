"""What the pages of the demo site need to look right: style sheets, a font, pictures, a script."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from crawler.demo.font import NAME, ttf
from crawler.demo.picture import png
from crawler.demo.resource import Resource

STYLE = b"""@import url("type.css?ver=3");
body{max-width:70rem;margin:auto;background:#f4f8fa url(tide.png) repeat-x}
.sf-menu,.main-menu,.x1 ul{columns:4}
"""
TYPE = f"""@charset "utf-8";
@font-face{{font-family:"{NAME}";src:url("../assets/harbour-signs.ttf") format("truetype")}}
body{{font-family:serif}}
h1{{color:#0a3a52}}
h1::before{{content:"\\2693  ";font-family:"{NAME}"}}
""".encode()
SCRIPT = b"""document.querySelectorAll("img[data-src]").forEach(function (image) { image.src = image.dataset.src; });
"""
PICTURES = ("/assets/logo.png", "/assets/icon.png", "/assets/tide.png", "/assets/lighthouse.png")
ROBOTS = b"User-agent: *\nDisallow: /drafts/\n"

_FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "/assets/site.css": ("text/css", lambda: STYLE),
    "/assets/type.css": ("text/css", lambda: TYPE),
    "/assets/harbour-signs.ttf": ("font/ttf", ttf),
    "/assets/site.js": ("text/javascript", lambda: SCRIPT),
}


@cache
def asset(path: str) -> Resource | None:
    """Return what the site itself serves under that path."""
    if path in PICTURES:
        return picture(path)
    if path not in _FILES:
        return None
    media_type, body = _FILES[path]
    return Resource(media_type=media_type, body=body())


@cache
def media(path: str) -> Resource:
    """Return what the host of the pictures serves under that path."""
    if path == "/robots.txt":
        return Resource(media_type="text/plain", body=ROBOTS)
    return picture(path) if path.endswith(".png") else Resource(status=404, body=b"<h1>404</h1>\n")


def picture(path: str) -> Resource:
    """Return the picture of that name."""
    return Resource(media_type="image/png", body=png(path))
