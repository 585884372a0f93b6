"""A run: everything that a crawl keeps passes here, on its way into the WARC and the ledger."""

from crawler.run.run import Run

__all__ = ["Run"]
