"""Schedules and turns as they stand in the schedules' file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from crawler.schedule.pids import Pid
from crawler.schedule.schedule import Event, Limits, Outcome, Schedule, Turn
from crawler.schedule.targets import Target
from crawler.schedule.timing import Cron, Every, Timing

_FIELDS = tuple(field.name for field in fields(Turn))
COLUMNS = ", ".join(_FIELDS)


def turn_of(row: tuple[Any, ...]) -> Turn:
    """Return the turn of a row."""
    values = dict(zip(_FIELDS, row, strict=True))
    leader = values.pop("leader")
    outcome = Outcome(values.pop("outcome"))
    return Turn(**values, outcome=outcome, leader=Pid.parse(leader) if leader else None)


def content_of(schedule: Schedule) -> str:
    """Return a schedule as JSON."""
    return orjson.dumps(as_json(schedule)).decode()


def as_json(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule as JSON knows values."""
    limits = {field.name: getattr(schedule.limits, field.name) for field in fields(Limits)}
    return {
        "name": schedule.name,
        "site": schedule.site,
        "collection": str(schedule.collection),
        "arguments": list(schedule.arguments),
        "folder": str(schedule.folder),
        "timing": _timing_json(schedule.timing),
        "created": schedule.created,
        "missed": schedule.missed,
        "jitter": schedule.jitter,
        "limits": {**limits, "retry_on": list(schedule.limits.retry_on)},
        "notify": [str(target) for target in schedule.notify],
        "on": sorted(schedule.on),
    }


def schedule_of(content: str) -> Schedule:
    """Return the schedule that `content_of` wrote."""
    values: dict[str, Any] = orjson.loads(content)
    limits = values.pop("limits")
    return Schedule(
        **{name: values[name] for name in ("name", "site", "created", "missed", "jitter")},
        collection=Path(values["collection"]),
        folder=Path(values["folder"]),
        arguments=tuple(values["arguments"]),
        timing=_timing_of(values["timing"]),
        limits=Limits(**{**limits, "retry_on": tuple(limits["retry_on"])}),
        notify=tuple(Target.parse(text) for text in values["notify"]),
        on=frozenset(Event(text) for text in values["on"]),
    )


def _timing_json(timing: Timing) -> dict[str, Any]:
    if isinstance(timing, Cron):
        return {"cron": timing.expression, "zone": timing.zone}
    return {"every": timing.seconds, "anchor": timing.anchor}


def _timing_of(values: dict[str, Any]) -> Timing:
    if "cron" in values:
        return Cron(expression=values["cron"], zone=values["zone"])
    return Every(seconds=values["every"], anchor=values["anchor"])
