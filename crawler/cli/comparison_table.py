"""A comparison of lines, as people and as programs read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

import orjson

from crawler.rebuild.comparison import Comparison, Example, FieldChanges

_WIDTH = 60
"""Letters of a value that are shown."""
_HEADER = ("site/layout", "field", "same", "gained", "lost", "changed", "other evidence")


def comparison_table(comparison: Comparison) -> str:
    """Return the fields that differ as a table, then examples, then the lines that appeared and vanished."""
    rows = [row for row in comparison.rows() if row.differs]
    parts = [f"{comparison.same} lines are the same, {comparison.differ} differ"]
    if rows:
        parts += ["", *_columns([_HEADER, *map(_cells, rows)]), ""]
    for row in rows:
        parts += _told(row)
    for change in comparison.lines.values():
        parts.append(f"{change.then} -> {change.now}: {change.count}")
        parts += [f"    {_example(example)}" for example in change.examples]
    return "\n".join(parts)


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison for programs: all fields, those that are the same too."""
    return {
        "same": comparison.same,
        "differ": comparison.differ,
        "fields": [_field_json(row) for row in comparison.rows()],
        "lines": [asdict(change) for change in comparison.lines.values()],
    }


def _field_json(row: FieldChanges) -> dict[str, Any]:
    rules = [{**asdict(change), "count": count} for change, count in row.rules.most_common()]
    return {**asdict(replace(row, rules=Counter())), "rules": rules}


def _cells(row: FieldChanges) -> tuple[str, ...]:
    counts = (row.same, row.gained, row.lost, row.changed, row.other_evidence)
    return (f"{row.site}/{row.layout}", row.name, *map(str, counts))


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the rows with their columns one below the other, words to the left and numbers to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        padded = [
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(padded).rstrip()


def _told(row: FieldChanges) -> Iterator[str]:
    """Yield which rules won then and now, each with its examples."""
    for change, count in row.rules.most_common():
        rules = f"{change.then or 'no rule'} -> {change.now or 'no rule'}"
        yield f"{row.site}/{row.layout} {row.name}, {change.change} {count}: {rules}"
    for examples in row.examples.values():
        yield from (f"    {_example(example)}" for example in examples)


def _example(example: Example) -> str:
    values = dict.fromkeys((_shown(example.then), _shown(example.now)))
    return f"{' -> '.join(values)}   {example.url}   {example.capture}"


def _shown(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
