"""The JSON-LD that Yoast puts into a page: one @graph of linked nodes."""

from __future__ import annotations

from typing import Any

from crawler.demo.article import HOME, Article
from crawler.demo.body import read_body
from crawler.demo.words import KINDS, WORDS


def graph(article: Article, image_path: str) -> dict[str, Any]:
    """Return the graph of one article's page."""
    nodes = [
        article_node(article),
        page_node(article),
        {"@type": "ImageObject", "@id": f"{article.url}#primaryimage", "url": HOME.rstrip("/") + image_path},
        breadcrumb_node(article),
        {"@type": "WebSite", "@id": f"{HOME}#website", "url": HOME, "name": "The Harbour Ledger"},
        {"@type": "Organization", "@id": f"{HOME}#organization", "name": "The Harbour Ledger", "url": HOME},
        {"@type": "Person", "@id": f"{HOME}#/schema/person/1", "name": article.byline},
    ]
    return {"@context": "https://schema.org", "@graph": nodes}


def article_node(article: Article) -> dict[str, Any]:
    """Return the node of the article itself."""
    return {
        "@type": "Article",
        "@id": f"{article.url}#article",
        "isPartOf": {"@id": article.url},
        "author": {"name": article.byline, "@id": f"{HOME}#/schema/person/1"},
        "headline": article.title,
        **times(article),
        "mainEntityOfPage": {"@id": article.url},
        "wordCount": sum(len(block.text.split()) for block in read_body(article.body)),
        "publisher": {"@id": f"{HOME}#organization"},
        "image": {"@id": f"{article.url}#primaryimage"},
        "keywords": list(article.tags),
        "articleSection": [KINDS[article.language][article.kind]],
        "inLanguage": WORDS[article.language]["locale"].replace("_", "-"),
    }


def page_node(article: Article) -> dict[str, Any]:
    """Return the node of the page."""
    return {
        "@type": "WebPage",
        "@id": article.url,
        "url": article.url,
        "name": article.title,
        "isPartOf": {"@id": f"{HOME}#website"},
        **times(article),
        "breadcrumb": {"@id": f"{article.url}#breadcrumb"},
    }


def times(article: Article) -> dict[str, str]:
    """Return when the article appeared and changed."""
    published = {"datePublished": article.published}
    return published | ({"dateModified": article.modified} if article.modified else {})


def breadcrumb_node(article: Article) -> dict[str, Any]:
    """Return the path from the home page to the article."""
    names = (WORDS[article.language]["home"], KINDS[article.language][article.kind], article.title)
    items = [{"@type": "ListItem", "position": place, "name": name} for place, name in enumerate(names, 1)]
    return {"@type": "BreadcrumbList", "@id": f"{article.url}#breadcrumb", "itemListElement": items}
