"""Blocked pages: the rules, one page for each, and pages that none of them may take."""
