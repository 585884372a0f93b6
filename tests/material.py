"""Real material that lies beside the checkout, on machines that have it; tests that need it skip elsewhere."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared"
REAL = SHARED / "real"
