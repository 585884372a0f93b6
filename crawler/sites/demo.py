"""The Harbour Ledger: the bundled demonstration site, made up, in InSight Crime's layouts."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.sites import insightcrime
from crawler.sites.layouts import RELATED_HEADINGS, RELATED_SELECTORS
from crawler.sites.site import Cards

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
    settings={"DOWNLOAD_DELAY": 0},
)
