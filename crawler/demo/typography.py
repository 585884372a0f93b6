"""Straight and curly spellings of one text."""

from __future__ import annotations

import re

OPENING = r"(?:^|(?<=[\s(\[“‘—]))"
CURLY = (
    (re.compile(OPENING + '"', re.MULTILINE), "“"),
    (re.compile('"'), "”"),
    (re.compile(OPENING + "'", re.MULTILINE), "‘"),
    (re.compile("'"), "’"),
    (re.compile(" -- "), " — "),
)
STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--"})


def curl(text: str) -> str:
    """Return the text with curly quotes and long dashes."""
    for pattern, replacement in CURLY:
        text = pattern.sub(replacement, text)
    return text


def straighten(text: str) -> str:
    """Return the text with straight quotes and double hyphens."""
    return text.translate(STRAIGHT)
