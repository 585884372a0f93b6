"""Fixtures of every room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.material import REAL


@pytest.fixture(scope="session")
def real() -> Path:
    """Return the folder of real material that lies beside the checkout; skip where there is none."""
    if not REAL.is_dir():
        pytest.skip("no shared/real beside the checkout")
    return REAL
