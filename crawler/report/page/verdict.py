"""What a person should know of a run first: how it went, in a sentence, and what to do about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.collection import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that somebody should look at."""

    sentence: str
    command: str | None = None
    """That shows more of it, or mends it."""


def headline(report: Mapping[str, Any]) -> str:
    """Return how the run went, as one sentence."""
    if report.get("broken"):
        return f"The run stopped: {report['broken']}."
    counts = report.get("briefs", {})
    words = {"new": "new", "substantive": "changed", "gone": "gone"}
    parts = [f"{counts[change]} {word}" for change, word in words.items() if counts.get(change)]
    found = f"{', '.join(parts)}." if parts else "Nothing new."
    state = str(report["state"])
    return found if state == "finished" else f"{state.capitalize()}. {found}"


def tasks(collection: Collection, report: Mapping[str, Any]) -> list[Task]:
    """Return what is to be looked at, the worst first."""
    return list(_tasks(shlex.quote(str(collection.root)), report))


def _tasks(folder: str, report: Mapping[str, Any]) -> Iterator[Task]:
    for host, why in _pairs(report.get("parked")):
        yield Task(sentence=f"{host} was left alone for the rest of the run: {why}.")
    for host in report.get("waiting_for_robots", ()):
        yield Task(sentence=f"The robots.txt of {host} could not be had; its pages wait for the next run.")
    completeness = report.get("completeness") or {}
    for cause in completeness.get("gaps", ()):
        yield Task(
            sentence=f"The run was not complete: {cause['kind']}, {cause['why']}.", command=f"briefs gaps {folder}"
        )
    for sentence in completeness.get("mismatches", ()):
        yield Task(sentence=f"The sums of the ledger do not close: {sentence}.")
    for sentence in _sentences(report.get("drift")):
        yield Task(sentence=f"The site may have changed: {sentence}.", command=f"briefs drift {folder}")
    for state, addresses in report.get("problems", {}).items():
        yield Task(
            sentence=f"{_addresses(len(addresses))} {state}.",
            command=f"briefs status {folder} --urls {shlex.quote(state)}",
        )
    if report.get("remaining"):
        yield Task(
            sentence=f"{_addresses(report['remaining'])} still to be asked; the next crawl goes on with that.",
            command=f"briefs crawl {report.get('site')} --collection {folder}",
        )


def _addresses(count: int) -> str:
    return "1 address is" if count == 1 else f"{count} addresses are"


def _pairs(parked: object) -> list[tuple[str, str]]:
    return [(str(host), str(why)) for host, why in parked.items()] if isinstance(parked, Mapping) else []


def _sentences(drift: object) -> list[str]:
    return [str(one["sentence"]) for one in drift] if isinstance(drift, list) else []
