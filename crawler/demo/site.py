"""The Harbour Ledger as a server sees it: address -> resource; tests may change it between two crawls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from urllib.parse import urljoin

from crawler.demo import directories
from crawler.demo.addresses import HOSTS, MEDIA, declared_addresses, moved_host, with_slash
from crawler.demo.article import HOME, Article, Card, all_articles
from crawler.demo.assets import asset, media, picture
from crawler.demo.body import Block, read_body
from crawler.demo.framing import frame
from crawler.demo.page import Surroundings, image_path, page_html, wide_image_path
from crawler.demo.pieces import Piece
from crawler.demo.resource import Resource, etag_of
from crawler.demo.served import Request
from crawler.demo.sources import source
from crawler.demo.typography import curl

SEED = f"{HOME}news/brief/harbour-watch-fuel-smuggling/"
CODINGS = {"gzip": ("plain", "gzip"), "br": ("plain", "br"), "gzip-chunked": ("chunked", "gzip")}
"""Quirk -> framing and content coding; other quirks are framings."""
LISTING = re.compile(r"/category/[\w/-]+?(?:/page/(\d+))?/|/tag/[\w-]+/|/es/etiqueta/[\w-]+/|/")


class Site(Protocol):
    """What DemoServer serves."""

    @property
    def seed(self) -> str:
        """Return where a crawl begins."""
        ...

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the host names that the certificate and the mappings cover."""
        ...

    def answer(self, request: Request) -> Iterable[Piece]:
        """Return what to send."""
        ...


class DemoSite:
    """The bundled site. Every change shows at once; later pages get a later Last-Modified."""

    seed = SEED
    hosts = HOSTS

    def __init__(self) -> None:
        self.articles = dict(all_articles())
        self._printed = dict(all_articles())  # what cards say of an article outlives its edits
        self._addresses = declared_addresses()
        self._statuses = dict(self._addresses.statuses)
        self._revisions: dict[str, int] = {}
        self._resources: dict[str, Resource] = {}

    def answer(self, request: Request) -> Iterable[Piece]:
        """Return what to send; other hosts and plain http are sent on to the canonical one, but the pictures' own."""
        if request.host == MEDIA:
            return frame(media(request.target.partition("?")[0]), request)
        if (moved := moved_host(request.tls, request.host, request.target)) is not None:
            return frame(redirect(moved), request)
        if request.method not in ("GET", "HEAD"):
            return frame(Resource(status=405, fields=(("Allow", "GET, HEAD"),)), request)
        return frame(self.resource(request.target), request)

    def resource(self, target: str) -> Resource:
        """Return what stands behind that path, whatever the query; but for WordPress' list, whose pages it tells."""
        path, _, query = target.partition("?")
        named = source(path, query, list(self.articles.values()))
        if named is not None:
            return named
        if path not in self._resources:
            self._resources[path] = self._find(path)
        return self._resources[path]

    def article_at(self, path: str) -> Article | None:
        """Return the article that answers under that path, be it its own or its old one."""
        for article in self.articles.values():
            old = article.old_address
            if path == article.path or (old is not None and path.rstrip("/") == old):
                return article
        return None

    def address(self, named: str) -> str:
        """Return the absolute address of a slug, or of an address relative to the site."""
        return self._printed[named].url if named in self._printed else urljoin(HOME, named)

    def edit(
        self, slug: str, *, old: str | None = None, new: str = "The port has since confirmed the figures."
    ) -> None:
        """Change the article's substance: put `new` for `old`, by default for the whole last paragraph."""
        article = self.articles[slug]
        if old is None:
            old = last_paragraph(article).source
        if article.body.count(old) != 1:
            raise ValueError(f"{slug}: the body has {old!r} {article.body.count(old)} times, expected once")
        self._change(replace(article, body=article.body.replace(old, new)))

    def typography(self, slug: str) -> None:
        """Change nothing but quotes and dashes, to curly and long ones."""
        article = self.articles[slug]
        self._change(replace(article, title=curl(article.title), body=curl(article.body)))

    def remove(self, slug: str, status: int = 410) -> None:
        """Take the article away; links to it stay."""
        self._statuses[self.articles.pop(slug).path] = status
        self._resources.clear()

    def restore(self, article: Article) -> None:
        """Publish an article again that was taken away, as it was."""
        self._statuses.pop(article.path)
        self.articles[article.slug] = article
        self._resources.clear()

    def link(self, slug: str, to: str) -> None:
        """Give an article one more card, which leads to that address."""
        article = self.articles[slug]
        self._change(replace(article, related=(*article.related, Card(to=to))))

    def add(self, article: Article, *, linked_from: str) -> None:
        """Publish an article, and give another one a card that leads to it."""
        self._printed[article.slug] = article
        self.articles[article.slug] = article
        self.link(linked_from, article.slug)

    def _change(self, article: Article) -> None:
        self.articles[article.slug] = article
        self._revisions[article.slug] = self._revisions.get(article.slug, 0) + 1
        self._resources.clear()

    def _find(self, path: str) -> Resource:
        if (article := self.article_at(path)) is not None:
            return self._article_resource(article)
        return self._declared(path) or self._file(path) or self._directory(path) or self._slashed(path)

    def _article_resource(self, article: Article) -> Resource:
        body = page_html(article, Surroundings(articles=self._printed, address=self.address))
        changed = timedelta(days=self._revisions.get(article.slug, 0))
        framing, coding = CODINGS.get(article.quirk, (article.quirk, None))
        return Resource(
            body=body,
            framing=framing,
            coding=coding,
            etag=etag_of(body),
            last_modified=directories.moment_of(article.published) + changed,
            fields=(("Link", f'<{HOME}wp-json/>; rel="https://api.w.org/"'),),
        )

    def _declared(self, path: str) -> Resource | None:
        for spelling in (path, with_slash(path), path.rstrip("/")):
            if (status := self._statuses.get(spelling)) is not None:
                return error(status)
            if (to := self._addresses.redirects.get(spelling)) is not None:
                return redirect(urljoin(HOME, to))
        return None

    def _file(self, path: str) -> Resource | None:
        articles = list(self.articles.values())
        if path == "/robots.txt":
            return Resource(media_type="text/plain; charset=utf-8", body=directories.robots_txt(self._addresses))
        if path in ("/sitemap.xml", "/post-sitemap.xml"):
            render = directories.sitemap_index if path == "/sitemap.xml" else directories.sitemap
            return Resource(media_type="text/xml; charset=UTF-8", body=render(articles))
        if path == "/feed/":
            return Resource(
                media_type="application/rss+xml; charset=UTF-8", body=directories.feed(articles, self.address)
            )
        if any(path in (image_path(article), wide_image_path(article)) for article in articles):
            return picture(path)
        return asset(path)

    def _directory(self, path: str) -> Resource | None:
        english = [article for article in self.articles.values() if article.language == "en"]
        if path in self._addresses.listings:
            return Resource(body=directories.listing(english[:4], title="Harbour Round-Up"))
        if (match := LISTING.fullmatch(path)) is None:
            return None
        page = int(match[1] or 1)
        if page > directories.last_page(english):
            return error(404)
        return Resource(body=directories.listing(english, title="News", page=page))

    def _slashed(self, path: str) -> Resource:
        """Send a known address without its slash on to the one with it; anything else is not found."""
        slashed = with_slash(path)
        if path != slashed and self.resource(slashed).status == 200:
            return redirect(HOME + slashed.removeprefix("/"))
        return error(404)


def last_paragraph(article: Article) -> Block:
    """Return the last paragraph of a body."""
    return [block for block in read_body(article.body) if block.type == "paragraph"][-1]


def redirect(to: str) -> Resource:
    """Return a 301."""
    return Resource(status=301, fields=(("Location", to),), body=b"<p>Moved.</p>\n")


def error(status: int) -> Resource:
    """Return a page that is none."""
    body = f'<!doctype html><html lang="en"><title>{status}</title><body class="error{status}"><h1>{status}</h1>\n'
    return Resource(status=status, body=body.encode())
