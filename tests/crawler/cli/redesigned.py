"""The bundled site, with a template that can be changed between two crawls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from crawler.demo.addresses import APEX
from crawler.demo.article import Article
from crawler.demo.resource import Resource, etag_of
from crawler.demo.server import SiteServer
from crawler.demo.site import DemoSite

Template = Callable[[Article, bytes], bytes]
FAILING = "/news/brief/broken-winch-inquiry/"
"""The page that always answers 500."""


class RedesignedSite(DemoSite):
    """Serves each article's page through a template that tests set."""

    def __init__(self) -> None:
        super().__init__()
        self._template: Template = lambda article, body: body

    def redesign(self, template: Template) -> None:
        """Let every page pass through that from now on."""
        self._template = template
        self._resources.clear()

    def _article_resource(self, article: Article) -> Resource:
        resource = super()._article_resource(article)
        body = self._template(article, resource.body)
        return replace(resource, body=body, etag=etag_of(body))


@contextmanager
def redesigned_site() -> Iterator[SiteServer[Any]]:
    """Serve it; no page of it fails, so that a crawl's exit code is its own."""
    with SiteServer(RedesignedSite()) as server:
        server.answers[APEX, FAILING] = (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",)
        yield server


def without_published_class(article: Article, body: bytes) -> bytes:
    """Rename the class that newspack pages print their date in."""
    return body.replace(b"entry-date published", b"posted-at") if article.layout == "newspack" else body


def without_json_ld(article: Article, body: bytes) -> bytes:
    """Take away what machines are told."""
    return body.replace(b"application/ld+json", b"application/x-none")


def without_markers(article: Article, body: bytes) -> bytes:
    """Rename everything that newspack pages are known by."""
    return (
        body.replace(b"newspack", b"nextpack").replace(b"entry-", b"story-") if article.layout == "newspack" else body
    )


def without_names(article: Article, body: bytes) -> bytes:
    """Serve newspack pages that name nobody, neither readers nor machines."""
    if article.layout != "newspack":
        return body
    for name in (b'class="byline', b'"author"', b'name="author"', b"article:author", b"twitter:data1"):
        body = body.replace(name, name.replace(b"a", b"x").replace(b"b", b"x"))
    return body


def without_bodies(article: Article, body: bytes) -> bytes:
    """Serve an empty shell for every article."""
    return b"<!doctype html><html><head><title>The Harbour Ledger</title></head><body><h1>Wait</h1></body></html>"
