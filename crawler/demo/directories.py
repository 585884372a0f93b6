"""The pages and files that name articles: listings, robots.txt, sitemaps, the feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from crawler.demo.addresses import Addresses
from crawler.demo.article import HOME, Article
from crawler.demo.body import read_body
from crawler.demo.chrome import menu
from crawler.demo.markup import Address, block_html
from crawler.demo.words import KINDS, printed_date

PER_PAGE = 10
FEED_LENGTH = 10
SITEMAP_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def moment_of(published: str) -> datetime:
    """Return the moment; a day alone is its midnight in UTC, as is a time without a zone."""
    moment = datetime.fromisoformat(published)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def latest(articles: Sequence[Article]) -> list[Article]:
    """Return the articles, the youngest first."""
    return sorted(articles, key=lambda article: (moment_of(article.published), article.slug), reverse=True)


def robots_txt(addresses: Addresses) -> bytes:
    """Return robots.txt."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in addresses.disallowed), "Allow: /"]
    return "\n".join([*lines, "", f"Sitemap: {HOME}sitemap.xml", ""]).encode()


def sitemap_index(articles: Sequence[Article]) -> bytes:
    """Return the index of sitemaps: one of posts."""
    newest = max(moment_of(article.modified or article.published) for article in articles)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{SITEMAP_SPACE}">\n'
        f"<sitemap><loc>{HOME}post-sitemap.xml</loc><lastmod>{newest.isoformat()}</lastmod></sitemap>\n"
        "</sitemapindex>\n"
    ).encode()


def sitemap(articles: Sequence[Article]) -> bytes:
    """Return the sitemap of all articles."""
    entries = "\n".join(
        f"<url><loc>{article.url}</loc><lastmod>{article.modified or article.published}</lastmod></url>"
        for article in latest(articles)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP_SPACE}">\n{entries}\n</urlset>\n'
    ).encode()


def feed(articles: Sequence[Article], address: Address) -> bytes:
    """Return the youngest articles as RSS 2.0, all authors of one in a single dc:creator."""
    items = "\n".join(feed_item(article, address) for article in latest(articles)[:FEED_LENGTH])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n<title>The Harbour Ledger</title>\n'
        f'<atom:link href="{HOME}feed/" rel="self" type="application/rss+xml" />\n<link>{HOME}</link>\n'
        "<description>Harbour crime in the Saltmarrow Isles</description>\n<language>en-US</language>\n"
        f"{items}\n</channel>\n</rss>\n"
    ).encode()


def feed_item(article: Article, address: Address) -> str:
    """Return one item: tags and kind mixed as categories, the whole body as content."""
    categories = (KINDS[article.language][article.kind], *article.tags)
    body = "\n".join(block_html(block, article.layout, address) for block in read_body(article.body))
    return (
        f"<item>\n<title>{escape(article.title, quote=False)}</title>\n<link>{article.url}</link>\n"
        f"<dc:creator><![CDATA[{article.byline}]]></dc:creator>\n"
        f"<pubDate>{format_datetime(moment_of(article.published))}</pubDate>\n"
        + "".join(f"<category><![CDATA[{category}]]></category>\n" for category in categories)
        + f'<guid isPermaLink="true">{article.url}</guid>\n'
        f"<content:encoded><![CDATA[{body}]]></content:encoded>\n</item>"
    )


def last_page(articles: Sequence[Article]) -> int:
    """Return how many pages a listing of them has."""
    return max(1, -(-len(articles) // PER_PAGE))


def listing(articles: Sequence[Article], *, title: str, page: int = 1) -> bytes:
    """Return one page of a listing."""
    shown = latest(articles)[(page - 1) * PER_PAGE : page * PER_PAGE]
    more = (
        f'<a class="next" href="/category/news/page/{page + 1}/">Older</a>' if page * PER_PAGE < len(articles) else ""
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<link rel="stylesheet" href="/assets/site.css"><meta property="og:type" content="website"></head>\n'
        f'<body class="archive category"><ul>{menu()}</ul><h1 class="page-title">{title}</h1>\n'
        + "\n".join(teaser(article) for article in shown)
        + f"\n{more}</body></html>\n"
    ).encode()


def teaser(article: Article) -> str:
    """Return one article's entry in a listing."""
    text = article.standfirst or read_body(article.body)[0].text
    return (
        f'<article class="type-post"><h2><a href="{article.url}" rel="bookmark">{escape(article.title)}</a></h2>'
        f"<time>{printed_date(article.published, article.language)}</time><p>{escape(text, quote=False)}</p></article>"
    )
