"""Validate: a line of briefs.jsonl fits brief.schema.json, or becomes a line of rejects.jsonl that says why."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import fastjsonschema
import orjson

from crawler.items import Brief, Rejection, schema


def validate(brief: Brief) -> Brief | Rejection:
    """Return the brief when it fits the schema, else the rejection with the place and the rule."""
    try:
        _check()(orjson.loads(orjson.dumps(brief)))
    except fastjsonschema.JsonSchemaValueException as error:
        sentence = str(error.message)
    else:
        sentence = _sense(brief)
    if not sentence:
        return brief
    return Rejection(
        url=brief.url,
        captured_url=brief.captured_url,
        site=brief.site,
        reason="invalid",
        detail=sentence,
        capture=brief.capture,
    )


def _sense(brief: Brief) -> str:
    """Return what is wrong with a brief of the right form, or an empty text."""
    for name in ("title", "text", "kind", "language", "url"):
        if not getattr(brief, name):
            return f"{name} is empty, expected a text"
    return ""


@cache
def _check() -> Callable[[Any], Any]:
    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema(Brief), use_default=False)
    return compiled
