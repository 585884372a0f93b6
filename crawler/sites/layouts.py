"""Layouts, words and boilerplate that sites of one family share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from re import Pattern

from crawler.sites.site import Layout

POSTS = "wp/v2/posts?per_page=100&page=1&orderby=modified&_fields=link,date_gmt,modified_gmt"
"""What is asked below the address of WordPress' API (`/wp-json/`): no texts, and what changed last first."""

_ARTICLE = "json-ld $.@graph[?@type=Article]"
_PAGE = "json-ld $.@graph[?@type=WebPage]"

PUBLISHED = (f"{_ARTICLE}.datePublished", "meta article:published_time", f"{_PAGE}.datePublished")
MODIFIED = (f"{_ARTICLE}.dateModified", "meta article:modified_time", f"{_PAGE}.dateModified")
AUTHORS = (f"{_ARTICLE}.author[*].name", "meta author", "meta article:author", "meta twitter:data1")
TITLES = (f"{_ARTICLE}.headline", "meta og:title", "meta twitter:title", "css title")
TAGS = (f"{_ARTICLE}.keywords", "meta article:tag", "css a[rel=tag]")
KINDS = ("address", f"{_ARTICLE}.articleSection", "meta article:section", "label", "breadcrumb")
LICENCES = ("css a[rel=license] @href", "css link[rel=license] @href", f"{_ARTICLE}.license")
LANGUAGES = ("css html @lang", f"{_ARTICLE}.inLanguage", "meta og:locale")
DROP = (
    ".sharedaddy",
    ".jp-relatedposts",
    ".wp-caption",
    ".wp-caption-text",
    ".td_block_related_posts",
    ".td-post-sharing",
    ".td-post-featured-image",
    ".td-a-rec",
    ".addtoany_share_save_container",
    ".post-tags",
    ".tags-links",
    ".author-bio",
    ".screen-reader-text",
    ".wp-block-newspack-blocks-donate",
    ".wp-block-newspack-blocks-homepage-articles",
    ".newspack-popup-container",
    ".newspack-inline-popup",
    ".comments-area",
    ".tags-template-1",
)

TAGDIV = Layout(
    name="tagdiv",
    markers=(".td-post-content",),
    content=(".td-post-content",),
    caption_first=True,
    drop=DROP,
    rules={
        "title": ("css h1.entry-title", *TITLES),
        "standfirst": ("css .td-post-sub-title",),
        "byline": ("css .td-post-author-name-con-obv", "css .td-post-author-name", "css .tdb-author-name", *AUTHORS),
        "published": (
            "css time.entry-date.updated.td-module-date @datetime",
            "css time.entry-date @datetime",
            *PUBLISHED,
            "css .td-post-date",
        ),
        "modified": MODIFIED,
        "tags": ("css .tags-template-1 a", "css .tags-template-1", "css .td-post-source-tags .td-tags a", *TAGS),
        "kind": ("css li.entry-category", "css .td-post-category", *KINDS),
        "language": LANGUAGES,
        "licence": LICENCES,
    },
)

NEWSPACK = Layout(
    name="newspack",
    markers=(".entry-content",),
    content=(".entry-content",),
    drop=DROP,
    rules={
        "title": ("css h1.entry-title", *TITLES),
        "standfirst": ("css .newspack-post-subtitle",),
        "byline": ("css .byline", *AUTHORS),
        "authors": ("css .byline .author.vcard", "css .byline"),
        "published": ("css time.entry-date.published @datetime", "css time.entry-date @datetime", *PUBLISHED),
        "modified": (*MODIFIED, "css time.updated @datetime"),
        "tags": ("css .tags-links a", *TAGS),
        "kind": ("css .cat-links a", *KINDS),
        "language": LANGUAGES,
        "licence": LICENCES,
    },
)

UNKNOWN_CLASSES = Layout(
    name="unknown",
    drop=DROP,
    rules={
        "title": ("css article h1", "css main h1", "css h1", *TITLES),
        "byline": ("header-line byline", *AUTHORS, "css a[rel=author]", "css .byline", "css [itemprop=author]"),
        "published": (*PUBLISHED, "header-line date", "css time[datetime] @datetime", "css time"),
        "modified": MODIFIED,
        "tags": (*TAGS, "header-line tag"),
        "kind": ("label", *KINDS),
        "language": LANGUAGES,
        "licence": LICENCES,
    },
)
"""For pages whose class names nobody wrote down: what machines and readers are both shown."""


def served_until(layout: Layout, last_day: date | None, name: str = "") -> Layout:
    """Return the layout with the last day a site served it, under the site's own name for it."""
    return replace(layout, last_day=last_day, name=name or layout.name)


KIND_WORDS: Mapping[str, str] = {
    "brief": "brief",
    "briefs": "brief",
    "news brief": "brief",
    "news briefs": "brief",
    "noticias del día": "brief",
    "noticia del día": "brief",
    "noticias del dia": "brief",
    "breve": "brief",
    "analysis": "analysis",
    "news analysis": "analysis",
    "análisis": "analysis",
    "analisis": "analysis",
    "news": "news",
    "noticias": "news",
    "noticia": "news",
    "investigation": "investigation",
    "investigations": "investigation",
    "investigación": "investigation",
    "investigaciones": "investigation",
    "interview": "interview",
    "interviews": "interview",
    "entrevista": "interview",
    "entrevistas": "interview",
    "opinion": "opinion",
    "opinión": "opinion",
    "profile": "profile",
    "profiles": "profile",
    "perfil": "profile",
    "perfiles": "profile",
}

SEE_ALSO = re.compile(
    r"\(?\s*(?:(?:see also|read also|vea también|vea tambien|ver también|lea también)\s*(?::|$)"
    r"|(?-i:SEE ALSO|VEA TAMBIÉN)\b)",
    re.IGNORECASE,
)

RELATED_HEADINGS = ("related content", "contenido relacionado", "related articles", "artículos relacionados")
RELATED_SELECTORS = (".jp-relatedposts", ".td_block_related_posts")

LICENCE = re.compile(
    r"We encourage (?:our )?readers to"
    r" (?:copy|share|republish|distribute|reproduce)(?: and (?:distribute|share))? our work\b"
    r"|(?:Alentamos|Animamos|Invitamos|Exhortamos) a (?:los|nuestros) lectores a"
    r" (?:que )?(?:copi|compart|distribu|reprodu)\w+",
    re.IGNORECASE,
)


def _lines(*lines: str) -> Pattern[str]:
    return re.compile("|".join(lines), re.IGNORECASE)


BOILERPLATE: tuple[tuple[str, Pattern[str]], ...] = (
    ("share", _lines(r"(?:share|compartir)(?: ?:| this ?:?| icons?| \|)*", r"(?:icon ?){1,6}")),
    (
        "helpful",
        _lines(
            r"was this content helpful ?\??",
            r"¿(?:(?:le|te) )?(?:fue|es|resultó|ha sido|pareció) útil este (?:contenido|artículo) ?\?",
            r"yes|no|sí",
        ),
    ),
    (
        "donate",
        _lines(
            r"donate(?: now| here)?!?",
            r"donar|done(?: ahora| aquí)?|haga una donación|dona",
            r"we want to sustain .{1,90} but in order to do so, we need resources\.?",
            r"queremos (?:sostener|mantener|seguir).{1,120}necesitamos recursos\.?",
        ),
    ),
    (
        "comment prompt",
        _lines(
            r"what are your thoughts\? click here to send .{1,60} your comments\.?",
            r"what are your thoughts\?(?: click here\.?)?",
            r"¿(?:cuál es su opinión|qué (?:piensa|opina)s?(?: usted)?)\?.{0,120}comentarios\.?",
        ),
    ),
    (
        "form label",
        _lines(
            r"(?:your )?(?:name|email|e-mail|comments?|message|website)(?: address)? ?[*:]*",
            r"nombre ?[*:]*|correo(?: electrónico)? ?[*:]*|comentarios? ?[*:]*|mensaje ?[*:]*",
            r"[×✕✖]|close|cerrar|submit|enviar|send",
        ),
    ),
    (
        "social bar",
        _lines(
            r"(?:connect with|follow|find|síg[au]enos|sigue)(?: us)? (?:on|en) .{1,30}",
            r"facebook|twitter|linked ?in|google ?\+|whatsapp|telegram|reddit|pinterest|instagram|print|imprimir|tweet"
            r"|pocket|more|más|email this|pdf",
        ),
    ),
    (
        "feed footer",
        _lines(
            r"the post .{1,400} (?:appeared|was published) first on .{1,80}",
            r"la entrada .{1,400} (?:se publicó primero|aparece primero|apareció primero) en .{1,80}",
        ),
    ),
    ("advert", _lines(r"advertisements?|advertising|publicidad|anuncios?")),
    (
        "image file name",
        re.compile(r"(?=\S*[\d_.-])[\w-]+\.(?:jpe?g|png|gif|webp|tiff?)|\d{2,4}-\d{1,2}-\d{1,2}[-_]\w[\w-]*"),
    ),
    ("rule", re.compile(r"[\s*_=~·•|/\\.\-–—]+")),
)
"""Whole blocks of these pages that are no part of an article; each pattern must match the full text."""
