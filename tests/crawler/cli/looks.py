"""A site of two pages and all that they need to look right, on three hosts."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.demo.addresses import APEX, HOSTS, MEDIA
from crawler.demo.framing import frame
from crawler.demo.picture import png
from crawler.demo.pieces import Piece
from crawler.demo.resource import Resource, etag_of
from crawler.demo.served import Request
from crawler.demo.site import SEED, DemoSite, redirect

HOME = f"https://{APEX}"
CDN = "cdn.example"
ONE, TWO = f"{HOME}/news/brief/one/", f"{HOME}/news/brief/two/"
HEAD = """<link rel="stylesheet" href="/s.css?ver=5.2#x"><link rel="icon" href="/icon.png">
<link rel="preload" as="font" href="//cdn.example/f.woff2"><style>p{background:url(/inline.png)}</style>
<script src="/a.js"></script>"""
BODY = """<img src="/pic.png" srcset="/pic.png 1x, /pic-2.png 2x"><picture><source srcset="/pic.webp"></picture>
<img src="data:image/gif;base64,AA" data-src="/lazy.png" data-srcset="/lazy-2.png 2x"><video poster="/poster.png">
</video><p style="background:url('/style.png')"><img src="/not-a-picture/"><img src="/same-bytes.png">
<img src="https://media.harbour.example/m.png?w=1"><img src="https://media.harbour.example/private/p.png">
<img src="/hop-1.png"><img src="/round.png"><img src="/gone.png"><img src="http://[bad"><img src="blob:https://x/1">"""
SHEET = '@charset "utf-8"; @import "deep/t.css"; body{background:url(bg.png)}'
DEEP = "@font-face{src:url(../type.woff)} @import url(//cdn.example/c.css);"
STORED = {
    *(f"{HOME}/{name}" for name in ("s.css?ver=5.2", "icon.png", "inline.png", "pic.png", "pic-2.png", "pic.webp")),
    *(f"{HOME}/{name}" for name in ("lazy.png", "lazy-2.png", "poster.png", "style.png", "not-a-picture/")),
    *(f"{HOME}/{name}" for name in ("same-bytes.png", "deep/t.css", "bg.png", "type.woff", "hop-3.png")),
    f"https://{MEDIA}/m.png?w=1",
    *(f"https://{CDN}/{name}" for name in ("f.woff2", "c.css", "cdn.png")),
}
"""What is to be stored for the looks of the two pages, scripts aside."""


def article(title: str, *, head: str = HEAD, body: str = BODY) -> Resource:
    """Return a page that is read as a brief."""
    text = "".join(f"<p>The harbour master counted {n} boats more than the year before, he said.</p>" for n in range(6))
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><main><article><h1>{title}</h1><time datetime='2024-05-01'>1 May 2024</time>"
        f"{text}{body}</article></main>"
    ).encode()
    moment = DemoSite().resource(SEED.removeprefix(HOME)).last_modified
    return Resource(body=html, etag=etag_of(html), last_modified=moment)


class LooksSite:
    """Serves what `resources` says; anything else is a picture, or nothing on the way to `gone`."""

    seed = ONE
    hosts = (*HOSTS, CDN)

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {
            ONE: article("One Harbour and Its Boats"),
            TWO: article("Two Harbours and Their Quays"),
            f"{HOME}/robots.txt": Resource(media_type="text/plain"),
            f"https://{MEDIA}/robots.txt": Resource(
                media_type="text/plain", body=b"User-agent: *\nDisallow: /private/"
            ),
            f"https://{CDN}/robots.txt": Resource(status=404),
            f"{HOME}/s.css?ver=5.2": Resource(media_type="text/css", body=SHEET.encode()),
            f"{HOME}/deep/t.css": Resource(media_type="text/css; charset=utf-8", body=DEEP.encode(), coding="gzip"),
            f"https://{CDN}/c.css": Resource(media_type="text/css", body=b"p{background:url(cdn.png)}"),
            f"{HOME}/not-a-picture/": DemoSite().resource(SEED.removeprefix(HOME)),
            f"{HOME}/pic.png": picture("the same" * 200),
            f"{HOME}/same-bytes.png": picture("the same" * 200),
            f"{HOME}/hop-1.png": redirect("/hop-2.png#top"),
            f"{HOME}/hop-2.png": redirect("/hop-3.png"),
            **{f"{HOME}/round{'-x' * n}.png": redirect(f"/round{'-x' * (n + 1)}.png") for n in range(9)},
            f"{HOME}/gone.png": Resource(status=404, body=b"<h1>Gone</h1>"),
        }

    def answer(self, request: Request) -> Iterable[Piece]:
        """Return what to send."""
        url = f"http{'s' * request.tls}://{request.host}{request.target}"
        return frame(self.resources.get(url) or picture(url), request)


def picture(name: str) -> Resource:
    """Return a picture, with as many bytes behind it as its name has."""
    return Resource(media_type="image/png", body=png(name) + name.encode())
