"""The report of a run: what was asked, what came of it, what is missing."""

from crawler.report.making import has_problems, is_problem, make_report
from crawler.report.stored import latest_report, read_report
from crawler.report.writing import amend_killed, write_report

__all__ = [
    "amend_killed",
    "has_problems",
    "is_problem",
    "latest_report",
    "make_report",
    "read_report",
    "write_report",
]
