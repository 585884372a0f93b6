"""Rebuild what is derived from the WARCs alone: no network, no ledger, the same bytes as the crawl wrote."""

from crawler.rebuild.captured import Reading, captured_pages
from crawler.rebuild.rebuild import Part, Rebuild, Rebuilt, rebuild

__all__ = ["Part", "Reading", "Rebuild", "Rebuilt", "captured_pages", "rebuild"]
