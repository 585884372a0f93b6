"""The Harbour Ledger: the bundled demonstration site, made up, in InSight Crime's layouts."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.sites import insightcrime
from crawler.sites.layouts import POSTS, RELATED_HEADINGS, RELATED_SELECTORS
from crawler.sites.site import Cards, Source

SITE = replace(
    insightcrime.SITE,
    name="demo",
    label="The Harbour Ledger",
    scope=replace(
        insightcrime.SITE.scope,
        hosts=("harbour.example", "es.harbour.example"),
        aliases={"www.harbour.example": "harbour.example", "www.es.harbour.example": "es.harbour.example"},
        languages=((re.compile(r"es\.|[^/]*/es/"), "es"),),
    ),
    attribution="For non-commercial purposes, with The Harbour Ledger named in the byline, and a link to the original "
    "at the top and at the bottom of the text.",
    title_suffixes=("The Harbour Ledger", "Harbour Ledger"),
    analysis=("harbour ledger analysis", "análisis de harbour ledger", "análisis de the harbour ledger"),
    related=Cards(headings=RELATED_HEADINGS, selectors=RELATED_SELECTORS),
    promotion=Cards(
        headings=(
            "about the harbour ledger",
            "about harbour ledger",
            "sobre the harbour ledger",
            "sobre harbour ledger",
        ),
        labels=("the organization", "la organización"),
    ),
    sources=(
        Source(kind="feed", address="https://harbour.example/feed/"),
        Source(kind="sitemap", address="https://harbour.example/sitemap_index.xml"),
        Source(kind="sitemap", address="https://harbour.example/news-sitemap.xml"),
        Source(
            kind="listing",
            address="https://harbour.example/category/news/",
            pages="https://harbour.example/category/news/page/{page}/",
        ),
        Source(kind="wp-json", address=f"https://harbour.example/wp-json/{POSTS.replace('100', '10')}"),
    ),
    # What related links alone reach is what the demonstration shows; --discover asks the sources too.
    settings={"DOWNLOAD_DELAY": 0, "DISCOVER": False},
)
