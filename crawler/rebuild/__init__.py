"""Rebuild what is derived from the WARCs alone: no network, no ledger, the same bytes as the crawl wrote."""

from crawler.rebuild.lines import Rebuilt, rebuild
from crawler.rebuild.pages import captured_pages

__all__ = ["Rebuilt", "captured_pages", "rebuild"]
