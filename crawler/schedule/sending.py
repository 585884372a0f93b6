"""What webhook and mail have in common."""

from __future__ import annotations

import os
import re

from archive.errors import ArchiveError
from crawler.schedule.targets import VARIABLE

TIMEOUT = 10.0
"""Seconds without a byte after which a server counts as gone."""


class SendError(ArchiveError):
    """A message that could not be sent; the text holds no secret."""


def expanded(text: str) -> str:
    """Return a text with each `${NAME}` in it replaced by what the environment says; raise SendError."""
    return VARIABLE.sub(_value, text)


def _value(found: re.Match[str]) -> str:
    try:
        return os.environ[found[1]]
    except KeyError as error:
        raise SendError(f"{found[1]} is not in the environment of `briefs run-due`") from error
