"""Read a captured page: no network, no clock, no Scrapy; the same bytes give the same brief."""

from crawler.extract.brief import extract
from crawler.extract.links import FoundLink, count_places, find_links, find_related
from crawler.extract.page import Page, decode_text, parse
from crawler.extract.requisites import as_asked, find_requisites, find_style_requisites
from crawler.extract.text import content_digest, fold, simhash

__all__ = [
    "FoundLink",
    "Page",
    "as_asked",
    "content_digest",
    "count_places",
    "decode_text",
    "extract",
    "find_links",
    "find_related",
    "find_requisites",
    "find_style_requisites",
    "fold",
    "parse",
    "simhash",
]
