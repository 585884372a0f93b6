"""Where programs that we fetch for a person are kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for what can be fetched again, by the XDG Base Directory Specification or the platform."""
    named = environment.get("XDG_CACHE_HOME", "")
    # XDG Base Directory Specification: a relative path is invalid, and to be ignored.
    if named and Path(named).is_absolute():
        return Path(named) / "brief-archive"
    home = Path(environment["HOME"]) if environment.get("HOME") else Path.home()
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "brief-archive"
