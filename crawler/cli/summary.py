"""A report, for a person's eyes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.collection import Collection
from crawler.extensions.progress import readable_bytes
from crawler.report import is_problem


def summary(collection: Collection, report: Mapping[str, Any]) -> str:
    """Return the report of a run as a few lines of text."""
    rows = [
        ("run", f"{report['run']} of {report['site']}: {report['state']}, {report['seconds']:.1f} s"),
        ("addresses", f"{report['urls_seen']} seen: {_counts(report['urls'])}"),
        ("briefs", f"{sum(report['briefs'].values())} lines in {collection.briefs}{_tail(report['briefs'])}"),
        ("rejects", f"{sum(report['rejects'].values())} lines in {collection.rejects}{_tail(report['rejects'])}"),
        ("captures", f"{report['captures']} in {collection.archive}{_tail(report['revisits'])}, "
                     f"{readable_bytes(report['warc_bytes'])} for "
                     f"{readable_bytes(report['wire_bytes'])} on the wire, {report['requests_per_second']} requests/s"),
        ("not followed", f"{sum(report['links_not_followed'].values())} links{_tail(report['links_not_followed'])}"),
        ("remaining", f"{report['remaining']} addresses"),
    ]  # fmt: skip
    if "requisites" in report and any(report["requisites"].values()):
        rows.insert(4, ("requisites", _requisites(report["requisites"])))
    if report["cosmetic"]:
        rows.append(("cosmetic", f"{report['cosmetic']} pages whose bytes changed and whose substance did not"))
    lines = [f"{name + ':':<14}{text}" for name, text in rows]
    return "\n".join([*lines, *_problems(report)])


def _requisites(report: Mapping[str, Any]) -> str:
    """Return what came of the pages' requisites; `stored` is the state that is called `requisite`."""
    words = {state.removeprefix("requisite").strip() or "stored": count for state, count in report["states"].items()}
    text = f"{report['asked']} asked: {_counts(words)}, {readable_bytes(report['bytes'])} on the wire"
    if report["limit"]:
        text += f"; {report['limit']} is reached, the others wait for a later run"
    waiting = report["waiting_for_robots"]
    return f"{text}; robots.txt could not be had: {', '.join(waiting)}" if waiting else text


def _problems(report: Mapping[str, Any]) -> list[str]:
    lines = []
    for state, addresses in report["problems"].items():
        if is_problem(state):
            lines.append(f"{state}:")
            lines += [f"  {address}" for address in addresses[:20]]
            lines += [f"  … and {len(addresses) - 20} more"] if len(addresses) > 20 else []
    lines += [f"robots.txt could not be had, the pages wait: {host}" for host in report["waiting_for_robots"]]
    blocked = report.get("blocked", {"stopped": []})  # reports of earlier versions have none
    lines += [f"left alone after {blocked['limit']} blocked pages in a row: {host}" for host in blocked["stopped"]]
    if report["broken"]:
        lines.append(f"stopped: {report['broken']}")
    return lines


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


def _tail(counts: Mapping[str, int]) -> str:
    return f": {_counts(counts)}" if counts else ""
