"""report.html: a run's report for a person, one file that opens from disk and asks nothing of the network."""

from crawler.report.page.html import make_page, write_page

__all__ = ["make_page", "write_page"]
