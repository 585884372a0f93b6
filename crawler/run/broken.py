"""The end of a run that cannot keep what it fetches."""

from __future__ import annotations

from archive.errors import ArchiveError


class RunBrokenError(ArchiveError):
    """The run cannot write any more; nothing is stored."""
