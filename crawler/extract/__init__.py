"""Read a captured page: no network, no clock, no Scrapy; the same bytes give the same brief."""

from crawler.extract.address import canonicals_outside
from crawler.extract.brief import extract
from crawler.extract.links import FoundLink, count_places, find_links, find_related
from crawler.extract.nofollow import find_nofollow
from crawler.extract.page import Page, decode_text, parse
from crawler.extract.requisites import as_asked, find_requisites, find_style_requisites
from crawler.extract.rights import forbids_following
from crawler.extract.text import content_digest, fold, simhash

__all__ = [
    "FoundLink",
    "Page",
    "as_asked",
    "canonicals_outside",
    "content_digest",
    "count_places",
    "decode_text",
    "extract",
    "find_links",
    "find_nofollow",
    "find_related",
    "find_requisites",
    "find_style_requisites",
    "fold",
    "forbids_following",
    "parse",
    "simhash",
]
