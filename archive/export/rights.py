"""What the signals at capture forbid, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Policy(StrEnum):
    """What an export is for; each takes all that the one before it takes."""

    TEXT_MINING = "text-mining"
    """Text and data mining by anybody, for any purpose: nothing that any signal keeps back."""
    RESEARCH = "research"
    """Scientific research: a reservation of text and data mining does not bind it (EU 2019/790, articles 3 and 4)."""
    ANY = "any"
    """Nothing is left out; what may be done with it is for the user to know."""


BOTH = frozenset({Policy.TEXT_MINING, Policy.RESEARCH})
MINING = frozenset({Policy.TEXT_MINING})


@dataclass(frozen=True, slots=True)
class Signal:
    """A value of a field of `rights` that keeps a line out of exports of some policies."""

    field: str
    value: str
    """One of the words in the field, in small letters; `*` for whatever stands there."""
    forbids: frozenset[Policy]
    meaning: str


SIGNALS = (
    Signal("robots_txt", "disallowed", BOTH, "robots.txt forbids the page"),
    Signal("robots_txt_disallows", "*", MINING, "robots.txt turns away crawlers for artificial intelligence"),
    *(
        Signal(field, value, forbids, meaning)
        for field in ("meta_robots", "x_robots_tag")
        for value, forbids, meaning in (
            ("noarchive", BOTH, "no copies are to be handed out"),
            ("noindex", MINING, "the page is not to be listed"),
            ("none", MINING, "the page is not to be listed"),
            ("noai", MINING, "no use for artificial intelligence"),
            ("noml", MINING, "no use for machine learning"),
        )
    ),
    Signal("tdm_reservation", "1", MINING, "text and data mining is reserved"),
)
"""A field that a line does not have, or has as null, forbids nothing."""

_WORD = re.compile(r"[^\s,;:]+")


def forbidding(rights: Mapping[str, Any], policy: Policy) -> Iterator[Signal]:
    """Yield the signals at capture that keep a line out."""
    if policy is Policy.ANY:
        return
    for signal in SIGNALS:
        # `otherbot: noarchive` counts too: whom a site names, it names as an example.
        if policy in signal.forbids and signal.value in _words(rights.get(signal.field)):
            yield signal


def _words(value: object) -> set[str]:
    words = set(_WORD.findall(value.lower())) if isinstance(value, str) else set()
    return {*words, "*"} if words else words
