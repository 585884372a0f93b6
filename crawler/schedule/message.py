"""What somebody is told of a turn: what happened, what to do, figures, and where to look."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from crawler.report import is_problem
from crawler.report.figures import readable_seconds
from crawler.schedule.ending import Ended
from crawler.schedule.schedule import Event, Outcome
from crawler.schedule.wording import moment_text

_FIGURES = ("pages", "briefs", "rejects", "requests", "captures", "failures", "wire_bytes", "warc_bytes", "remaining")

_TO_DO = {
    Outcome.REFUSED: "The crawl did not begin. Mend what it says below; `briefs schedule add … --replace` changes "
    "the schedule.",
    Outcome.BROKEN: "Make room on the disk, or mend what it says below. The next crawl goes on by itself.",
    Outcome.WAITING: "The next crawl asks again. When that does not help, see whether robots.txt of the hosts below "
    "answers.",
    Outcome.INTERRUPTED: "Nothing is lost. The next crawl goes on by itself.",
    Outcome.TIMED_OUT: "Nothing is lost. The next crawl goes on by itself; --time-limit gives it more time.",
    Outcome.KILLED: "What was committed is kept. The next crawl goes on by itself; see in the system's log whether "
    "memory ran out.",
    Outcome.UNKNOWN: "Read what it says below, and the run's log.",
    Outcome.MISSED: "See whether the timer that calls `briefs run-due` works: `briefs schedule export` prints one.",
}


def message_of(ended: Ended) -> str:
    """Return the message as JSON: the webhook's body as it is, and the mail's subject and text."""
    turn, schedule = ended.turn, ended.schedule
    to_do = list(_to_do(ended))
    content = {
        "schema": "notification/1",
        "subject": subject_of(ended),
        "text": "\n".join(_text(ended, to_do)),
        "events": sorted(ended.events),
        "schedule": schedule.name,
        "site": schedule.site,
        "collection": str(schedule.collection),
        "outcome": turn.outcome,
        "exit_code": turn.exit_code,
        "attempt": turn.attempt,
        "run": turn.run,
        "due": moment_text(turn.due, schedule.zone),
        "began": turn.began and moment_text(turn.began, schedule.zone),
        "ended": turn.ended and moment_text(turn.ended, schedule.zone),
        "seconds": _seconds(ended),
        "to_do": to_do,
        "figures": figures_of(ended.report),
        "paths": paths_of(ended),
        "detail": turn.detail,
    }
    return orjson.dumps(content).decode()


def subject_of(ended: Ended) -> str:
    """Return one line that says what happened."""
    turn = ended.turn
    said = [f"missed {turn.count} of its moments" if turn.outcome == Outcome.MISSED else str(turn.outcome)]
    said += [event for event in (Event.BLOCKED, Event.DRIFT) if event in ended.events]
    if ended.report:
        said += [f"{count} {change}" for change, count in ended.report.get("briefs", {}).items()] or ["no new line"]
        said += [f"{count} {state}" for state, count in _problems(ended.report).items()]
    return f"[briefs] {ended.schedule.name}: {', '.join(said)}"


def figures_of(report: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what counts of a report."""
    if report is None:
        return {}
    figures = {name: report[name] for name in _FIGURES if name in report}
    return {**figures, "problems": _problems(report), "waiting_for_robots": report.get("waiting_for_robots", [])}


def paths_of(ended: Ended) -> dict[str, str]:
    """Return where to look."""
    places = ended.schedule.places
    paths = {"collection": str(places.root)}
    if ended.turn.run is not None:
        folder = places.runs / ended.turn.run
        paths |= {
            "page": str(folder / "report.html"),
            "report": str(folder / "report.json"),
            "log": str(folder / "crawl.log"),
        }
    return paths


def _problems(report: Mapping[str, Any]) -> dict[str, int]:
    return {state: len(found) for state, found in (report.get("problems") or {}).items() if is_problem(state)}


def _seconds(ended: Ended) -> float | None:
    turn = ended.turn
    return round(turn.ended - turn.began, 1) if turn.ended is not None and turn.began is not None else None


def _to_do(ended: Ended) -> Iterator[str]:
    root = shlex.quote(str(ended.schedule.collection))
    if ended.turn.outcome in _TO_DO:
        yield _TO_DO[ended.turn.outcome]
    for state in _problems(ended.report or {}):
        name = state.partition(":")[0]
        yield (
            f"`briefs status {root} --urls {shlex.quote(state)}` lists them; "
            f"`briefs retry {root} --state {name}` has the next crawl ask them again."
        )
    if Event.BLOCKED in ended.events:
        yield "The site turns the crawl away. Ask its operator before you ask these pages again."
    if Event.DRIFT in ended.events:
        yield f"The pages may have a new layout: `briefs drift {root}` tells which rules read what, run by run."


def _text(ended: Ended, to_do: list[str]) -> Iterator[str]:
    turn, schedule = ended.turn, ended.schedule
    yield subject_of(ended).partition("] ")[2]
    yield ""
    yield f"due:        {moment_text(turn.due, schedule.zone)}{_until(ended)}"
    if turn.began is not None and turn.ended is not None:
        began = moment_text(turn.began, schedule.zone)
        yield f"began:      {began}, attempt {turn.attempt}, took {readable_seconds(turn.ended - turn.began)}"
        yield f"exit code:  {'none: it was killed' if turn.exit_code is None else turn.exit_code}"
    yield f"site:       {schedule.site}"
    for name, value in figures_of(ended.report).items():
        yield f"{name.replace('_', ' ') + ':':<11} {_figure(value)}"
    for name, path in paths_of(ended).items():
        yield f"{name + ':':<11} {path}"
    yield "\nWhat to do:"
    yield from (f"- {sentence}" for sentence in to_do or ["Nothing."])
    if turn.detail:
        yield f"\nWhat it said last:\n{turn.detail}"


def _until(ended: Ended) -> str:
    turn = ended.turn
    if turn.count == 1:
        return ""
    return f" and on, {turn.count} in all, until {moment_text(turn.last_due, ended.schedule.zone)}"


def _figure(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)
