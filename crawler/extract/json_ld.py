"""JSON-LD as sites write it: several scripts, arrays, @graph, and JSON that is not quite JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

_LARGEST = 2_000_000
_WRAPPING = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|/\*\s*|\*/|^[ \t]*//", re.MULTILINE)
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,(?=\s*[\]}])', re.DOTALL)
_RULE = re.compile(r"\$(?:\.@graph)?\[\?@type=(\w+)\]((?:\.@?\w+(?:\[\*\])?)*)")
_DECODER = json.JSONDecoder(strict=False)

ARTICLE_TYPES = frozenset(
    {
        "Article",
        "NewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
    }
)
_FAMILIES = {"Article": ARTICLE_TYPES, "WebPage": frozenset({"WebPage", "ItemPage", "AboutPage"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One object of a JSON-LD script."""

    path: str
    """`$.@graph[1]`; scripts after the first say so: `script 2 $`."""
    types: frozenset[str]
    fields: dict[str, Any]


def read_nodes(scripts: list[str]) -> list[Node]:
    """Return the top-level and @graph objects of all scripts, in order; what is broken beyond mending is left out."""
    nodes: list[Node] = []
    for number, script in enumerate(scripts, 1):
        prefix = "$" if number == 1 else f"script {number} $"
        nodes.extend(_walk(_load(script), prefix))
    return nodes


def read_path(nodes: list[Node], rule: str) -> tuple[str, list[str]] | None:
    """Return the concrete path that the rule found and the texts there; None when there are none."""
    match = _RULE.fullmatch(rule)
    if match is None:
        raise ValueError(f"rule {rule!r} is not like $.@graph[?@type=Article].datePublished")
    types = _FAMILIES.get(match[1], frozenset({match[1]}))
    for node in nodes:
        if node.types & types:
            values = [node.fields]
            for step in match[2].split(".")[1:]:
                values = list(_step(values, step, nodes))
            texts = [text for value in values for text in _texts(value)]
            if texts:
                return node.path + match[2], texts
    return None


def _load(script: str) -> Any:
    """Parse strictly, else without comments, trailing commas and what follows the first value."""
    if len(script) > _LARGEST:
        return None
    try:
        return orjson.loads(script)
    except ValueError:
        pass
    bare = _STRING_OR_COMMA.sub(lambda match: match[1] or "", _WRAPPING.sub("", script)).strip()
    return _load_loosely(bare) or _load_loosely(html.unescape(bare))


def _load_loosely(text: str) -> Any:
    try:
        return _DECODER.raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _walk(value: Any, path: str) -> Iterator[Node]:
    """Yield the objects at the top, in arrays there and in @graph; no deeper."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, dict):
                yield from _walk(item, f"{path}[{number}]")
    elif isinstance(value, dict):
        yield Node(path=path, types=frozenset(_texts(value.get("@type"))), fields=value)
        graph = value.get("@graph")
        members = graph if isinstance(graph, list) else [graph]
        for number, item in enumerate(members):
            if isinstance(item, dict):
                yield Node(path=f"{path}.@graph[{number}]", types=frozenset(_texts(item.get("@type"))), fields=item)


def _step(values: list[Any], step: str, nodes: list[Node]) -> Iterator[Any]:
    name = step.removesuffix("[*]")
    for value in values:
        found = _follow(value, nodes).get(name) if isinstance(value, dict) else value if name == "name" else None
        if step.endswith("[*]") and isinstance(found, list):
            yield from found
        elif found is not None:
            yield found


def _follow(value: dict[str, Any], nodes: list[Node]) -> dict[str, Any]:
    """Return the node that a bare reference (`{"@id": …}`) means, or the object itself."""
    if "name" in value or "@id" not in value:
        return value
    return next((node.fields for node in nodes if node.fields.get("@id") == value["@id"]), value)


def _texts(value: Any) -> list[str]:
    """Return the texts of a value: itself, or those of its list."""
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str) and text.strip()]
