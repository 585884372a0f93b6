"""The one private name of Scrapy that the frontier rests on.

Scrapy asks its scheduler for a request when one has ended, and else every five seconds. A host's turn comes at a
moment of its own, and there is no public way to say so.
"""

from __future__ import annotations

from typing import Any

from scrapy import version_info


class EngineHookError(RuntimeError):
    """This Scrapy has changed what the frontier rests on."""


def check_hooks(engine: Any) -> None:
    """Raise EngineHookError unless the engine can be told to ask the scheduler now."""
    slot = getattr(engine, "_slot", None)
    if not callable(getattr(getattr(slot, "nextcall", None), "schedule", None)):
        raise EngineHookError(f"ExecutionEngine._slot.nextcall.schedule is gone from Scrapy {version_info}")


def ask_now(engine: Any) -> None:
    """Let the engine ask the scheduler for a request as soon as it can."""
    if engine._slot is not None:
        engine._slot.nextcall.schedule()
