"""The Planetary Press: environmental news, a plain tagDiv site."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.scope import Scope
from crawler.sites.layouts import BOILERPLATE, KIND_WORDS, RELATED_SELECTORS, SEE_ALSO, TAGDIV
from crawler.sites.site import Cards, Site

SITE = Site(
    name="planetarypress",
    label="The Planetary Press",
    scope=Scope(
        hosts=("www.theplanetarypress.com",),
        aliases={"theplanetarypress.com": "www.theplanetarypress.com"},
        articles=((re.compile(r"/\d{4}/\d\d/[^/]+/?"), "news"),),
        listings=(re.compile(r"/?|/(?:category|author)/.*|/\d{4}/(?:\d\d/)?|.*/(?:page/\d+|feed)/?"),),
        tags=(re.compile(r"/tag/.*"),),
        slashed=(re.compile(r"/\d{4}/\d\d/[^/]+"),),
    ),
    layouts=(
        replace(
            TAGDIV,
            rules={
                **TAGDIV.rules,
                "byline": ("line written by:", "css .td-post-author-name a", *TAGDIV.rules["byline"]),
                "tags": ("css .td-tags a", "css .td-post-title li.entry-category"),
            },
        ),
    ),
    kinds=KIND_WORDS,
    title_suffixes=("The Planetary Press",),
    boilerplate=(*BOILERPLATE, ("courtesy", re.compile(r"(?:courtesy of|written by:?) .{2,80}", re.IGNORECASE))),
    see_also=SEE_ALSO,
    related=Cards(selectors=RELATED_SELECTORS),
    settings={"DOWNLOAD_DELAY": 2.0},
)
