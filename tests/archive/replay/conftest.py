"""Fixtures of the replay's tests."""

from __future__ import annotations

import pytest

from archive.collection import Collection
from tests.archive.replay.made import make_collection


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return make_collection(tmp_path_factory.mktemp("made") / "c", others=120)
