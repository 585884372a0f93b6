"""What a style sheet, or a style attribute, needs: the addresses that its CSS names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import dropwhile
from typing import Any

import tinycss2

_MAY_NAME = re.compile(r"url|import|image-set|src\(|\\", re.IGNORECASE)
_TAKE_STRINGS = ("image-set", "-webkit-image-set", "image")
_MOST_READ = 1024 * 1024
"""Bytes; as much takes about a second, in which a crawl does nothing else."""


def find_in_stylesheet(sheet: bytes, charset: str | None = None) -> list[str]:
    """Return the references in a style sheet, imports first, each once; the charset is that of its Content-Type.

    Its encoding is told as CSS Syntax 3.2 says. No more than the first MiB is read.
    """
    rules, _ = tinycss2.parse_stylesheet_bytes(sheet[:_MOST_READ], charset, skip_comments=True, skip_whitespace=True)
    return list(dict.fromkeys(_in_rules(rules)))


@lru_cache(maxsize=64)
def find_in_style_element(text: str) -> tuple[str, ...]:
    """Return the references in the text of a style element, imports first, each once; pages repeat each other's."""
    if not _MAY_NAME.search(text):
        return ()
    rules = tinycss2.parse_stylesheet(text[:_MOST_READ], skip_comments=True, skip_whitespace=True)
    return tuple(dict.fromkeys(_in_rules(rules)))


def find_in_style_attribute(text: str) -> tuple[str, ...]:
    """Return the references in a style attribute, each once."""
    if not _MAY_NAME.search(text):
        return ()
    return tuple(dict.fromkeys(_in_values(tinycss2.parse_component_value_list(text, skip_comments=True))))


def _in_rules(rules: Iterable[Any]) -> Iterator[str]:
    at_rules = [rule for rule in rules if rule.type == "at-rule"]
    yield from (address for rule in at_rules if rule.lower_at_keyword == "import" for address in _imported(rule))
    for rule in rules:
        # A prelude holds conditions and names (supports(), @namespace url()): nothing in it is asked for.
        if rule.type in ("at-rule", "qualified-rule") and rule.content is not None:
            yield from _in_values(rule.content)


def _imported(rule: Any) -> Iterator[str]:
    """Yield what an @import names; media queries, layers and conditions follow behind it."""
    first = next((token for token in rule.prelude if token.type != "whitespace"), None)
    if first is not None:
        yield first.value if first.type == "string" else next(_in_values([first]), "")


def _in_values(values: Iterable[Any]) -> Iterator[str]:
    """Yield the references among component values, however deep; nothing recurses."""
    waiting = [iter(values)]
    while waiting:
        value = next(waiting[-1], None)
        if value is None:
            waiting.pop()
        elif value.type == "at-keyword":
            waiting[-1] = dropwhile(_is_prelude, waiting[-1])
        elif value.type == "url":
            yield value.value
        elif value.type == "function":
            yield from _strings_of(value)
            waiting.append(iter(value.arguments))
        elif value.type in ("{} block", "() block", "[] block"):
            waiting.append(iter(value.content))


def _is_prelude(value: Any) -> bool:
    return bool(value.type != "{} block" and value != ";")


def _strings_of(function: Any) -> Iterator[str]:
    """Yield the strings that a function takes for addresses: the first of url(), every one of image-set()."""
    strings = [argument.value for argument in function.arguments if argument.type == "string"]
    if function.lower_name in ("url", "src"):
        yield from strings[:1]
    elif function.lower_name in _TAKE_STRINGS:
        yield from strings
