"""What names the demo site's articles beside listings: a packed sitemap, a news sitemap, WordPress' list."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import UTC
from urllib.parse import parse_qs

from crawler.demo.article import HOME, Article
from crawler.demo.directories import SITEMAP_SPACE, latest, moment_of, sitemap
from crawler.demo.resource import Resource, etag_of

POSTS = "/wp-json/wp/v2/posts"
NEWS_SPACE = "http://www.google.com/schemas/sitemap-news/0.9"
NEWS_LENGTH = 3
XML = "text/xml; charset=UTF-8"


def source(path: str, query: str, articles: Sequence[Article]) -> Resource | None:
    """Return what stands behind that path, with validators; None where nothing does."""
    if path == POSTS:
        return posts(query, articles)
    if path == "/sitemap_index.xml":
        return dated(Resource(media_type=XML, body=packed_index(articles)), articles)
    if path == "/post-sitemap.xml.gz":
        body = gzip.compress(sitemap(articles), mtime=0)
        return dated(Resource(media_type="application/x-gzip", body=body), articles)
    if path == "/news-sitemap.xml":
        return dated(Resource(media_type=XML, body=news_sitemap(articles)), articles)
    return None


def changed(article: Article) -> str:
    """Return when an article changed last, as it is declared."""
    return article.modified or article.published


def dated(resource: Resource, articles: Sequence[Article]) -> Resource:
    """Return a resource with the validators of its body."""
    newest = max(moment_of(changed(article)) for article in articles)
    return Resource(
        status=resource.status,
        media_type=resource.media_type,
        body=resource.body,
        fields=resource.fields,
        etag=etag_of(resource.body),
        last_modified=newest,
    )


def packed_index(articles: Sequence[Article]) -> bytes:
    """Return the index of the one packed sitemap."""
    newest = max(moment_of(changed(article)) for article in articles)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{SITEMAP_SPACE}">\n'
        f"<sitemap><loc>{HOME}post-sitemap.xml.gz</loc><lastmod>{newest.isoformat()}</lastmod></sitemap>\n"
        "</sitemapindex>\n"
    ).encode()


def news_sitemap(articles: Sequence[Article]) -> bytes:
    """Return the youngest articles as a news sitemap."""
    entries = "\n".join(
        f"<url><loc>{article.url}</loc><news:news><news:publication><news:name>The Harbour Ledger</news:name>"
        f"<news:language>{article.language}</news:language></news:publication><news:publication_date>"
        f"{article.published}</news:publication_date></news:news></url>"
        for article in latest(articles)[:NEWS_LENGTH]
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP_SPACE}" xmlns:news="{NEWS_SPACE}">\n'
        f"{entries}\n</urlset>\n"
    ).encode()


def posts(query: str, articles: Sequence[Article]) -> Resource:
    """Return one page of WordPress' list, those first that changed last; 400 behind the last page."""
    asked = parse_qs(query)
    size, number = (int(asked.get(name, [usual])[0]) for name, usual in (("per_page", "10"), ("page", "1")))
    pages = max(1, -(-len(articles) // size))
    if number > pages:
        refusal = {"code": "rest_post_invalid_page_number", "data": {"status": 400}}
        return Resource(status=400, media_type="application/json", body=json.dumps(refusal).encode())
    sorted_ones = sorted(articles, key=lambda article: (moment_of(changed(article)), article.slug), reverse=True)
    listed = [post(article) for article in sorted_ones[(number - 1) * size : number * size]]
    fields = (("X-WP-Total", str(len(articles))), ("X-WP-TotalPages", str(pages)))
    body = json.dumps(listed).encode()
    return dated(Resource(media_type="application/json; charset=UTF-8", body=body, fields=fields), articles)


def post(article: Article) -> dict[str, str]:
    """Return one post, as `_fields=link,date_gmt,modified_gmt` has it."""
    moments = (article.published, changed(article))
    published, modified = (moment_of(moment).astimezone(UTC).replace(tzinfo=None).isoformat() for moment in moments)
    return {"date_gmt": published, "modified_gmt": modified, "link": article.url}
