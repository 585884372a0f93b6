"""InSight Crime: news on organized crime in the Americas, English and Spanish."""

from __future__ import annotations

import re
from datetime import date

from crawler.scope import Scope
from crawler.sites.layouts import (
    BOILERPLATE,
    KIND_WORDS,
    LICENCE,
    NEWSPACK,
    POSTS,
    RELATED_HEADINGS,
    RELATED_SELECTORS,
    SEE_ALSO,
    TAGDIV,
    UNKNOWN_CLASSES,
    served_until,
)
from crawler.sites.site import Cards, Site, Source

_SLUG = r"(?!page/|page$|feed/|feed$)[^/]+"
_NO_KIND = r"(?!briefs?/?$|analysis/?$|page/|feed/?$|category/)"
_NO_TIPO = r"(?!noticias-del-dia/?$|analisis/?$|page/|feed/?$|series-especiales/)"

ARTICLES = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (rf"/news/briefs?/{_SLUG}/?", "brief"),
        (rf"/news/analysis/{_SLUG}/?", "analysis"),
        (rf"/news/{_NO_KIND}{_SLUG}/?", "news"),
        (rf"/news-briefs/{_SLUG}/?", "brief"),
        (rf"/news-analysis/{_SLUG}/?", "analysis"),
        (rf"(?:/es)?/noticias/noticias-del-dia/{_SLUG}/?", "brief"),
        (rf"(?:/es)?/noticias/analisis/{_SLUG}/?", "analysis"),
        (rf"(?:/es)?/noticias/{_NO_TIPO}{_SLUG}/?", "news"),
        (rf"/noticias-del-dia/{_SLUG}/?", "brief"),
        (rf"/analisis/{_SLUG}/?", "analysis"),
        (rf"(?:/es)?/investiga(?:tions|ciones)/{_SLUG}/?", "investigation"),
        (rf"/[a-z-]+-organized-crime-news/{_SLUG}/?", "profile"),
        (rf"(?:/es)?/noticias-crimen-organizado-[a-z-]+/{_SLUG}/?", "profile"),
    )
)
LISTINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:/es)?/?",
        r".*/page/\d+/?",
        r".*/feed/?",
        r"/news(?:/briefs?|/analysis)?/?|/news-(?:briefs|analysis)/?",
        r"(?:/es)?/noticias(?:/noticias-del-dia|/analisis|/series-especiales(?:/.*)?)?/?|/noticias-del-dia/?|/analisis/?",
        r"(?:/es)?/(?:category|categoria|author|autor|indepth|investigations|investigaciones)/?",
        r"(?:/es)?/(?:category|categoria|author|autor|indepth)/.*",
        r"/[a-z-]+-organized-crime-news/?|(?:/es)?/noticias-crimen-organizado-[a-z-]+/?",
    )
)
TAG_PAGES = (re.compile(r"(?:/es)?/(?:tag|tags|etiqueta)(?:/.*)?"), re.compile(r"/component/tags(?:/.*)?"))
# WordPress answers these forms with a slash; Joomla's forms and `/news/briefs/` are fetched as linked.
SLASHED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"/news/(?:brief|analysis)/{_SLUG}",
        rf"/news/{_NO_KIND}{_SLUG}",
        rf"(?:/es)?/noticias/(?:noticias-del-dia|analisis)/{_SLUG}",
        rf"(?:/es)?/noticias/{_NO_TIPO}{_SLUG}",
        rf"(?:/es)?/investiga(?:tions|ciones)/{_SLUG}",
        rf"/[a-z-]+-organized-crime-news/{_SLUG}",
        rf"(?:/es)?/noticias-crimen-organizado-[a-z-]+/{_SLUG}",
    )
)

SITE = Site(
    name="insightcrime",
    label="InSight Crime",
    scope=Scope(
        hosts=("insightcrime.org", "es.insightcrime.org"),
        aliases={"www.insightcrime.org": "insightcrime.org", "www.es.insightcrime.org": "es.insightcrime.org"},
        articles=ARTICLES,
        listings=LISTINGS,
        tags=TAG_PAGES,
        slashed=SLASHED,
        languages=((re.compile(r"es\.|[^/]*/es/"), "es"),),
    ),
    layouts=(
        served_until(NEWSPACK, None),
        served_until(UNKNOWN_CLASSES, date(2023, 12, 31), "theme2021"),
        served_until(TAGDIV, date(2021, 12, 31)),
        served_until(UNKNOWN_CLASSES, date(2017, 11, 30), "joomla"),
    ),
    kinds=KIND_WORDS,
    title_suffixes=("InSight Crime",),
    boilerplate=BOILERPLATE,
    licence=LICENCE,
    licence_name="CC BY-NC",
    attribution="For non-commercial purposes, with InSight Crime named in the byline, and a link to the original "
    "at the top and at the bottom of the text.",
    see_also=SEE_ALSO,
    analysis=("insight crime analysis", "análisis de insight crime"),
    related=Cards(headings=RELATED_HEADINGS, selectors=RELATED_SELECTORS),
    promotion=Cards(
        headings=("about insight crime", "sobre insight crime", "acerca de insight crime"),
        labels=("the organization", "la organización"),
    ),
    listing_markers=("body.archive", "body.category", "body.tag", "body.home", "body.search"),
    error_markers=("body.error404",),
    # The sitemaps are those that robots.txt names; the listings of 2017 are not known to be there still.
    sources=(
        Source(kind="feed", address="https://insightcrime.org/feed/"),
        Source(kind="feed", address="https://insightcrime.org/es/feed/"),
        Source(kind="wp-json", address=f"https://insightcrime.org/wp-json/{POSTS}"),
    ),
    settings={"DOWNLOAD_DELAY": 2.0, "CONCURRENT_REQUESTS_PER_DOMAIN": 1},
)
