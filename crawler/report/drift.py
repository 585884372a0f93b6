"""Drift: fields that are no longer read, rules and layouts that begin to win, pages that begin to be rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from operator import eq
from typing import TYPE_CHECKING, Any

from crawler.ledger.coverage import FIELDS, LAYOUT, NONE, READING, SITE, Coverage, CoverageReading
from crawler.report.series import Run, Series
from crawler.report.shares import Rise, Share, rises

if TYPE_CHECKING:
    from crawler.ledger.sensitivity import Sensitivity

_RUNS_A_WINDOW = 10
"""Runs looked at for each of the window: many read no page of a layout."""
_RARE = 0.05
"""A layout that read no more than that of the pages before is a newcomer; of others, new articles shift the shares."""
_FALLBACK = "/unknown"
_REJECTED = "rejected: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One thing that changed."""

    sentence: str
    kind: str
    """`coverage`, `rule`, `layout`, `moved` or `rejected`."""
    layout: str | None
    """None where it is about the whole site."""
    field: str | None
    rule_then: str | None
    """Of a layout, the one that read most pages then."""
    rule_now: str | None
    then: Share
    now: Share
    examples: tuple[str, ...]
    """Captures that show it; in a report `ADDRESS in WARC at byte OFFSET`, before that their record ids."""


def drift_section(coverage: CoverageReading, run: str, sensitivity: Sensitivity) -> list[dict[str, Any]]:
    """Return what drifted in a run, for its report."""
    found = find_drift(coverage.newest(sensitivity.window * _RUNS_A_WINDOW), run, sensitivity)
    return [{**asdict(drift), "examples": list(coverage.places(drift.examples))} for drift in found]


def coverage_section(coverage: Coverage) -> dict[str, Any]:
    """Return the counts of a run, for its report: layout -> field -> rule -> pages and example captures.

    The layout of what is counted over the whole site is the empty text, and so is the rule where nothing was read.
    """
    layouts: dict[str, dict[str, dict[str, Any]]] = {}
    for key, count in coverage.items():
        rules = layouts.setdefault(key.layout, {}).setdefault(key.field, {})
        rules[key.rule] = {"pages": count.pages, "examples": list(count.examples)}
    return layouts


def find_drift(runs: Sequence[Run], run: str, sensitivity: Sensitivity) -> list[Drift]:
    """Return what drifted in that run, the newest of those given; nothing of layouts that it read no page of."""
    readings = Series.of(runs, run, SITE, READING)
    found = [*_newcomers(readings, sensitivity), *_rejections(readings, sensitivity)]
    found += _moves(Series.of(runs, run, SITE, LAYOUT), sensitivity)
    for layout in sorted({key.layout for _, coverage in runs for key in coverage} - {SITE}):
        for name in FIELDS:
            series = Series.of(runs, run, layout, name)
            found += [*_falls(series, sensitivity), *_other_rules(series, sensitivity)]
    return found


def _newcomers(series: Series, sensitivity: Sensitivity) -> Iterator[Drift]:
    """Yield the layouts that read hardly a page before."""
    for rise in rises(series.pages(), sensitivity):
        if _is_rejected(rise.choice) or (rise.then.part > _RARE and not rise.choice.endswith(_FALLBACK)):
            continue
        then, _ = series.common(rise.then_runs, lambda choice: not _is_rejected(choice))
        sentence = f"{rise.choice} reads {rise.now} pages, before {rise.then}; then {then} read most"
        yield _drift("layout", series, rise, sentence, (then, rise.choice))


def _rejections(series: Series, sensitivity: Sensitivity) -> Iterator[Drift]:
    """Yield pages that are newly rejected, for whatever reason."""
    for rise in rises(series.pages(lambda choice: "rejected" if _is_rejected(choice) else NONE), sensitivity):
        if rise.choice:
            reason, pages = series.common(rise.now_runs, _is_rejected)
            told = f"{pages} as {reason.removeprefix(_REJECTED)!r}"
            sentence = f"{rise.now} pages are newly rejected, {told}; before {rise.then}"
            yield _drift("rejected", series, rise, sentence, (None, reason), _is_rejected)


def _moves(series: Series, sensitivity: Sensitivity) -> Iterator[Drift]:
    """Yield known pages that another layout reads, whatever the layouts."""
    for rise in rises(series.pages(lambda choice: "moved" if choice else NONE), sensitivity):
        if rise.choice:
            move, pages = series.common(rise.now_runs)
            sentence = f"{rise.now} pages are read by another layout than before, {pages} {move}; before {rise.then}"
            yield _drift("moved", series, rise, sentence, tuple(move.split(" -> ", 1)), bool)


def _falls(series: Series, sensitivity: Sensitivity) -> Iterator[Drift]:
    """Yield a field that nothing reads on more pages than before."""
    for rise in rises(series.pages(lambda rule: "read" if rule else NONE), sensitivity):
        if not rise.choice:
            then, _ = series.common(rise.then_runs)
            sentence = f"{series.field} is read on {rise.now.rest} pages, before on {rise.then.rest}, mostly by {then}"
            yield _drift("coverage", series, rise, sentence, (then, None))


def _other_rules(series: Series, sensitivity: Sensitivity) -> Iterator[Drift]:
    """Yield rules that begin to win, of the pages where the field is read."""
    for rise in rises(series.pages(lambda rule: rule or None), sensitivity):
        then, pages = series.common(rise.then_runs)
        sentence = f"{series.field} is read by {rise.choice} on {rise.now} pages, before on {rise.then}"
        told = f"; then {then} read {pages}" if then != rise.choice else ""
        yield _drift("rule", series, rise, sentence + told, (then, rise.choice))


def _drift(  # noqa: PLR0913 - what is told, of what, and how it shows
    kind: str,
    series: Series,
    rise: Rise,
    sentence: str,
    rules: Sequence[str | None],
    belongs: Callable[[str], bool] | None = None,
) -> Drift:
    """Return the drift; `rules` are those then and now, `belongs` says which choices its examples show."""
    is_of_site = series.layout == SITE
    return Drift(
        sentence=sentence if is_of_site else f"{series.layout}: {sentence}",
        kind=kind,
        layout=None if is_of_site else series.layout,
        field=None if is_of_site else series.field,
        rule_then=rules[0],
        rule_now=rules[1],
        then=rise.then.rest if kind == "coverage" else rise.then,
        now=rise.now.rest if kind == "coverage" else rise.now,
        examples=series.examples(belongs or partial(eq, rise.choice)),
    )


def _is_rejected(choice: str) -> bool:
    return choice.startswith(_REJECTED)
