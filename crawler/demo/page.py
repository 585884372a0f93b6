"""An article's page in its layout."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from string import Template

from crawler.demo.article import Article
from crawler.demo.body import read_body
from crawler.demo.cards import card_html
from crawler.demo.chrome import menu, promotions, share_icons, slug_of, style_presets, tag_link
from crawler.demo.json_ld import graph
from crawler.demo.markup import block_html
from crawler.demo.words import KINDS, WORDS, printed_date

SITE = "https://harbour.example"
PRESETS = {"tagdiv": 60, "theme2021": 90, "newspack": 160}
TAGS: dict[str, Callable[[str], str]] = {
    "tagdiv": lambda tag: f"<li>{tag_link(tag)}</li>",
    "theme2021": tag_link,
    "newspack": lambda tag: tag_link(tag, ' rel="tag"'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a page takes from the rest of the site."""

    articles: Mapping[str, Article]
    address: Callable[[str], str]
    """A slug or a relative address -> an absolute one."""


@cache
def template(name: str) -> Template:
    """Return a template of this package."""
    source = resources.files("crawler.demo") / "templates" / name
    return Template(source.read_text(encoding="utf-8"))


def image_path(article: Article) -> str:
    """Return where the article's picture is served."""
    return f"/wp-content/uploads/{article.published[:4]}/{article.published[5:7]}/{article.slug}.png"


def wide_image_path(article: Article) -> str:
    """Return where a larger copy of the article's picture is served."""
    return image_path(article).replace(".png", "-wide.png")


def standfirst(article: Article) -> str:
    """Return the standfirst: its own line, or the body's first paragraph."""
    return article.standfirst or read_body(article.body)[0].text


def page_html(article: Article, site: Surroundings) -> bytes:
    """Return the article's whole page."""
    fields = words_of(article) | metadata_of(article, site) | parts_of(article, site)
    return template(f"{article.layout}.html").substitute(fields).encode()


def words_of(article: Article) -> dict[str, str]:
    """Return what the page prints for every article of its language."""
    words = WORDS[article.language]
    return words | {
        "locale_tag": words["locale"].replace("_", "-"),
        "kind": article.kind,
        "kind_label": KINDS[article.language][article.kind],
        "related_label": words["related"],
        "about_label": words["about"],
        "menu": menu(),
        "share": share_icons(),
        "promotions": promotions(article.language),
        "presets": style_presets(PRESETS[article.layout]),
    }


def metadata_of(article: Article, site: Surroundings) -> dict[str, str]:
    """Return what the page says of itself."""
    return {
        "slug": article.slug,
        "number": str(zlib.crc32(article.slug.encode()) % 400_000),
        "url": article.url,
        "title": escape(article.title, quote=False),
        "description": escape(standfirst(article)),
        "image": SITE + image_path(article),
        "image_set": f"{SITE}{image_path(article)} 64w, {SITE}{wide_image_path(article)} 128w",
        "published": article.published,
        "printed_date": printed_date(article.published, article.language),
        "article_times": article_times(article),
        "alternates": alternates(article, site),
        "json_ld": "" if "no-json-ld" in article.traits else script_html(graph(article, image_path(article))),
    }


def parts_of(article: Article, site: Surroundings) -> dict[str, str]:
    """Return the parts that the article's own text makes."""
    italic = "see-also-italic" in article.traits
    blocks = (block_html(block, article.layout, site.address, italic=italic) for block in read_body(article.body))
    return {
        "byline": escape(article.byline),
        "byline_html": byline_html(article),
        "caption": escape(article.caption or ""),
        "subtitle": subtitle_html(article),
        "updated_html": updated_html(article),
        "header": header_html(article),
        "body": "\n".join(blocks),
        "tags": " ".join(TAGS[article.layout](escape(tag)) for tag in article.tags),
        "related": "\n".join(card_html(card, article, site.articles, site.address) for card in article.related),
    }


def article_times(article: Article) -> str:
    """Return the OpenGraph times; none where only the day is known."""
    if "T" not in article.published:
        return ""
    times = [("published", article.published)] + ([("modified", article.modified)] if article.modified else [])
    return "\n".join(f'<meta property="article:{name}_time" content="{value}" />' for name, value in times)


def alternates(article: Article, site: Surroundings) -> str:
    """Return the hreflang links of an article and its translation."""
    if article.translation is None:
        return ""
    other = site.articles[article.translation]
    return "\n".join(
        f'<link rel="alternate" hreflang="{each.language}" href="{each.url}" />' for each in (article, other)
    )


def script_html(ld: object) -> str:
    """Return JSON-LD as a script element."""
    text = json.dumps(ld, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json" class="yoast-schema-graph">{text}</script>'


def subtitle_html(article: Article) -> str:
    """Return the standfirst where it is printed apart from the body."""
    text = article.standfirst
    return f'<div class="newspack-post-subtitle">{escape(text, quote=False)}</div>' if text else ""


def updated_html(article: Article) -> str:
    """Return the time of the last change, as Newspack prints it."""
    return f'<time class="updated" datetime="{article.modified}"></time>' if article.modified else ""


def byline_html(article: Article) -> str:
    """Return the authors as Newspack links them; an asterisk stays as printed."""
    if len(article.authors) == 1:
        return author_html(article.byline)
    line = escape(article.byline, quote=False)
    for name in article.authors:
        line = line.replace(name, author_html(name))
    return line


def author_html(name: str) -> str:
    """Return one author's link."""
    slug = slug_of(name.strip(" *").replace("'", "").replace("’", ""))
    return (
        f'<span class="author vcard"><a class="url fn n" href="{SITE}/author/{slug}/">'
        f"{escape(name, quote=False)}</a></span>"
    )


def printed_byline(article: Article) -> str:
    """Return the byline as the page prints it: the 2021 theme's header line is all capitals."""
    in_capitals = article.layout == "theme2021" and "no-header-line" not in article.traits
    return article.byline.upper() if in_capitals else article.byline


def header_html(article: Article) -> str:
    """Return label, title and header line of the 2021 theme: `EXTORTION / 25 MAR 2014 BY NAME EN`."""
    title = f"<h1>{escape(article.title, quote=False)}</h1>"
    if "no-header-line" in article.traits:
        return title
    label = KINDS[article.language][article.kind].upper()
    date = printed_date(article.published, article.language)
    if "no-time-element" not in article.traits:
        date = f'<time datetime="{article.published}">{date}</time>'
    line = (
        f"{tag_link(escape(article.tags[0].upper()))} / {date} {WORDS[article.language]['by']} "
        f"<b>{escape(printed_byline(article), quote=False)}</b> <i>{article.language.upper()}</i>"
    )
    return f'<span class="x16">{label}</span>{title}<div class="x17">{line}</div>'
