"""What feeds, sitemaps, listings and WordPress' own list name: no network, no clock, no Scrapy."""

from crawler.discovery.addresses import resolved
from crawler.discovery.named import Named, NamedSource, SourceReading
from crawler.discovery.offers import find_offers, sitemaps_of_robots
from crawler.discovery.reading import Answer, read_source

__all__ = [
    "Answer",
    "Named",
    "NamedSource",
    "SourceReading",
    "find_offers",
    "read_source",
    "resolved",
    "sitemaps_of_robots",
]
