"""An article of the demo site, as it is declared in articles/SLUG.toml: once, and everything else follows."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urljoin

from crawler.demo.typography import straighten

HOME = "https://harbour.example/"

PREFIXES = {
    ("en", "brief"): "news/brief/",
    ("en", "analysis"): "news/analysis/",
    ("en", "news"): "news/",
    ("es", "brief"): "es/noticias/noticias-del-dia/",
    ("es", "analysis"): "es/noticias/analisis/",
}
"""Language and kind -> where such articles live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A related-content card."""

    to: str
    """Slug of an article, or an address relative to the site."""
    spelled: str | None = None
    """How the page spells the link, where that is not the canonical address."""
    title: str | None = None
    """What is printed, where no article stands behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article."""

    slug: str
    kind: str
    """`brief`, `analysis` or `news`."""
    layout: str
    """`tagdiv`, `theme2021` or `newspack`."""
    language: str = "en"
    title: str
    standfirst: str | None = None
    """Printed apart from the body; where there is none, the first paragraph serves."""
    byline: str
    """As printed, traps included."""
    authors: tuple[str, ...]
    """The names that a reader of the byline should get."""
    published: str
    """ISO 8601; a date alone where the page tells no more."""
    modified: str | None = None
    tags: tuple[str, ...]
    """As printed, repeats included; the first is the primary one."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 of the countries that tags or title name."""
    caption: str | None = None
    body: str
    """Blocks parted by empty lines, in the notation of body.py."""
    related: tuple[Card, ...]
    old_address: str | None = None
    """A second address that answers 200, with rel=canonical to the first."""
    twin_of: str | None = None
    """Slug of an article whose text this one repeats, in other typography."""
    translation: str | None = None
    """Slug of the same article in the other language."""
    quirk: str = "plain"
    """How the server frames the answer; see framing.py."""
    traits: tuple[str, ...] = ()
    """Departures of the page from its layout: `no-json-ld`, `no-header-line`, `see-also-italic`, …"""

    @property
    def path(self) -> str:
        """Return where the article lives on the site."""
        return f"/{PREFIXES[self.language, self.kind]}{self.slug}/"

    @property
    def url(self) -> str:
        """Return the canonical address."""
        return urljoin(HOME, self.path)


def read_card(declared: str | dict[str, str]) -> Card:
    """Read one entry of `related`: a slug or address, or a table with `to` and more."""
    return Card(to=declared) if isinstance(declared, str) else Card(**declared)


def read_article(slug: str, text: str) -> Article:
    """Read one declaration."""
    declared: dict[str, Any] = tomllib.loads(text)
    declared["related"] = tuple(read_card(card) for card in declared["related"])
    lists = {name: tuple(value) for name, value in declared.items() if isinstance(value, list)}
    return Article(slug=slug, **{**declared, **lists})


def with_twin_text(article: Article, articles: dict[str, Article]) -> Article:
    """Give a twin the text of the article it repeats, with straight quotes and double hyphens."""
    if article.twin_of is None:
        return article
    return replace(article, body=straighten(articles[article.twin_of].body))


@cache
def all_articles() -> dict[str, Article]:
    """Return the declared articles by slug, in the order of their slugs."""
    folder = resources.files("crawler.demo") / "articles"
    declared = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name)
    slugs = [entry.name.removesuffix(".toml") for entry in declared]
    texts = [entry.read_text(encoding="utf-8") for entry in declared]
    articles = {slug: read_article(slug, text) for slug, text in zip(slugs, texts, strict=True)}
    return {slug: with_twin_text(article, articles) for slug, article in articles.items()}
