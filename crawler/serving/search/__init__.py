"""The search index of a collection: its works by words, date, tag and more. Derived from briefs.jsonl, deletable."""

from crawler.serving.search.asked import FACETS, SORTS, Asked, BadParameterError, paging
from crawler.serving.search.found import Facet, FoundWork, Results
from crawler.serving.search.index import SearchIndex, Version

__all__ = [
    "FACETS",
    "SORTS",
    "Asked",
    "BadParameterError",
    "Facet",
    "FoundWork",
    "Results",
    "SearchIndex",
    "Version",
    "paging",
]
