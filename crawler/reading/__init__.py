"""From a captured page to an item: the one way that the live crawl and a rebuild share."""

from crawler.reading.normalise import normalise, tidy_text
from crawler.reading.outcome import state_of_redirect, state_without_page
from crawler.reading.page import (
    UNDECODABLE,
    Captured,
    header_pairs,
    is_readable,
    location_of,
    parse_body,
    read_body,
    read_payload,
    read_refusal,
    undecodable,
    unread,
)
from crawler.reading.validate import validate

__all__ = [
    "UNDECODABLE",
    "Captured",
    "header_pairs",
    "is_readable",
    "location_of",
    "normalise",
    "parse_body",
    "read_body",
    "read_payload",
    "read_refusal",
    "state_of_redirect",
    "state_without_page",
    "tidy_text",
    "undecodable",
    "unread",
    "validate",
]
