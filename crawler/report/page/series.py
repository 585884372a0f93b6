"""The runs before a run: what each did, and what share of its pages each field was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.report.stored import read_report

MOST_RUNS = 40
_NONE = ""
"""The rule of a field that was not read, and the layout of what is counted over the whole site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSeries:
    """One field of one layout: how often it was read, and by which rule most, in this run and before."""

    layout: str
    field: str
    shares: tuple[float | None, ...]
    """Of the pages of each run, the oldest first; None where the run read no page of the layout."""
    pages: int
    """Of this run."""
    rule: str
    """That won most often in this run; empty where none read anything."""
    rule_share: float
    """Of the pages that the field was read from."""
    rule_before: str
    """That won most often in the last run before that read pages of the layout; empty where there is none."""


def runs_up_to(collection: Collection, report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the reports of the runs before that one, and itself, the oldest first; unreadable ones are left out."""
    runs: list[Mapping[str, Any]] = []
    for path in sorted(collection.runs.glob("*/report.json"))[::-1]:
        if path.parent.name >= str(report["run"]):
            continue
        try:
            runs.append(read_report(path))
        except CollectionError:
            continue
        if len(runs) == MOST_RUNS - 1:
            break
    return [*reversed(runs), report]


def field_series(runs: Sequence[Mapping[str, Any]]) -> list[FieldSeries]:
    """Return the fields of the layouts that the last of the runs read pages of."""
    now = runs[-1].get("coverage") or {}
    layouts = [layout for layout in sorted(now) if layout != _NONE]
    return [_series(layout, name, runs) for layout in layouts for name in sorted(now[layout])]


def _series(layout: str, name: str, runs: Sequence[Mapping[str, Any]]) -> FieldSeries:
    counts = [_counts(run, layout, name) for run in runs]
    now = counts[-1]
    filled = {rule: count for rule, count in now.items() if rule != _NONE}
    rule = _winner(now)
    before = next((_winner(count) for count in reversed(counts[:-1]) if count), _NONE)
    return FieldSeries(
        layout=layout,
        field=name,
        shares=tuple(_share(count) for count in counts),
        pages=sum(now.values()),
        rule=rule,
        rule_share=filled[rule] / sum(filled.values()) if rule else 0.0,
        rule_before=before,
    )


def _counts(run: Mapping[str, Any], layout: str, name: str) -> dict[str, int]:
    rules = (run.get("coverage") or {}).get(layout, {}).get(name, {})
    return {rule: count["pages"] for rule, count in rules.items()}


def _share(counts: Mapping[str, int]) -> float | None:
    total = sum(counts.values())
    return (total - counts.get(_NONE, 0)) / total if total else None


def _winner(counts: Mapping[str, int]) -> str:
    filled = sorted((-count, rule) for rule, count in counts.items() if rule != _NONE)
    return filled[0][1] if filled else _NONE
