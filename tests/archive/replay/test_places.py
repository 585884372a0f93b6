"""The cache folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from archive.replay.places import cache_folder

PLATFORM = "Library/Caches" if sys.platform == "darwin" else ".cache"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_CACHE_HOME": "/var/cache/me", "HOME": "/home/me"}, "/var/cache/me/brief-archive"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/home/me"}, f"/home/me/{PLATFORM}/brief-archive"),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/me"}, f"/home/me/{PLATFORM}/brief-archive"),
        ({"HOME": "/home/me"}, f"/home/me/{PLATFORM}/brief-archive"),
        ({"HOME": ""}, f"{Path.home()}/{PLATFORM}/brief-archive"),
    ],
)
def test_it_is_where_the_environment_or_the_platform_says(environment: dict[str, str], expected: str) -> None:
    assert cache_folder(environment) == Path(expected)
