"""Rebuild what is derived from the WARCs alone: no network, no ledger, the same bytes as the crawl wrote."""

from crawler.rebuild.captured import captured_pages
from crawler.rebuild.lines import Rebuilt, rebuild

__all__ = ["Rebuilt", "captured_pages", "rebuild"]
