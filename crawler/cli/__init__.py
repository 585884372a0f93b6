"""The command line: `briefs`."""

from __future__ import annotations

from crawler.cli.main import main

__all__ = ["main"]
