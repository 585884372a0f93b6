"""A run: everything that a crawl keeps passes here, on its way into the WARC and the ledger."""

from crawler.run.opening import open_run
from crawler.run.run import Run

__all__ = ["Run", "open_run"]
