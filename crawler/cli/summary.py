"""A report, for a person's eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from archive.collection import Collection
from crawler.report import is_problem
from crawler.report.figures import counts_behind, readable_bytes, readable_counts, readable_sum


def summary(collection: Collection, report: Mapping[str, Any]) -> str:
    """Return the report of a run as a few lines of text."""
    rows = [
        ("run", f"{report['run']} of {report['site']}: {report['state']}, {report['seconds']:.1f} s"),
        ("addresses", f"{report['urls_seen']} seen: {readable_counts(report['urls'])}"),
        ("briefs", readable_sum(report["briefs"], f"lines in {collection.briefs}")),
        ("rejects", readable_sum(report["rejects"], f"lines in {collection.rejects}")),
        ("captures", f"{report['captures']} in {collection.archive}{counts_behind(report['revisits'])}, "
                     f"{readable_bytes(report['warc_bytes'])} for "
                     f"{readable_bytes(report['wire_bytes'])} on the wire, {report['requests_per_second']} requests/s"),
        ("not followed", readable_sum(report["links_not_followed"], "links")),
        ("remaining", f"{report['remaining']} addresses"),
    ]  # fmt: skip
    if "requisites" in report and any(report["requisites"].values()):
        rows.insert(4, ("requisites", _requisites(report["requisites"])))
    if report.get("sources", {}).get("asked"):
        rows.insert(2, ("sources", _sources(report["sources"])))
    if report.get("politeness"):
        rows.append(("politeness", _politeness(report["politeness"])))
    if report["cosmetic"]:
        rows.append(("cosmetic", f"{report['cosmetic']} pages whose bytes changed and whose substance did not"))
    rows += _completeness(report.get("completeness") or {})
    lines = [f"{name + ':':<14}{text}" for name, text in rows]
    drift = [f"drift: {one['sentence']}{_as_in(one['examples'])}" for one in report.get("drift", ())]
    return "\n".join([*lines, *_problems(report), *drift])


def _completeness(section: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was never captured, and why the run was not complete."""
    rows = []
    if section.get("missing", {}).get("count"):
        text = f"{section['missing']['count']} articles that related links name were never captured (status --missing)"
        rows.append(("missing", text))
    for cause in section.get("gaps", ()):
        hosts = f" ({', '.join(cause['hosts'])})" if cause["hosts"] else ""
        rows.append(("gap", f"{cause['kind']}: {cause['why']}{hosts}; it lasts until a complete run"))
    return rows + [("open sums", sentence) for sentence in section.get("mismatches", ())]


def _as_in(examples: Sequence[str]) -> str:
    return f"; as in {examples[0]}" if examples else ""


def _sources(report: Mapping[str, Any]) -> str:
    """Return what came of the site's sources; `read` is the state that is called `source`."""
    words = {state.removeprefix("source").strip() or "read": count for state, count in report["states"].items()}
    return f"{report['asked']} asked: {readable_counts(words)}; {report['named']} addresses named, {report['new']} new"


def _requisites(report: Mapping[str, Any]) -> str:
    """Return what came of the pages' requisites; `stored` is the state that is called `requisite`."""
    words = {state.removeprefix("requisite").strip() or "stored": count for state, count in report["states"].items()}
    text = f"{report['asked']} asked: {readable_counts(words)}, {readable_bytes(report['bytes'])} on the wire"
    if report["limit"]:
        text += f"; {report['limit']} is reached, the others wait for a later run"
    waiting = report["waiting_for_robots"]
    return f"{text}; robots.txt could not be had: {', '.join(waiting)}" if waiting else text


def _politeness(receipts: Sequence[Mapping[str, Any]]) -> str:
    """Return how closely hosts were asked at the most, and what was waited for."""
    measured = [receipt for receipt in receipts if receipt["smallest_gap"] is not None]
    closest = min(measured, key=lambda receipt: receipt["smallest_gap"], default=None)
    text = f"{len(receipts)} host{'s' * (len(receipts) > 1)} asked"
    if closest is not None:
        text += f", the closest requests {closest['smallest_gap']:.2f} s apart ({closest['host']})"
    waits: Counter[str] = Counter()
    for receipt in receipts:
        for why, obeyed in receipt["waits"].items():
            waits[why] += obeyed["times"]
    seconds = sum(obeyed["seconds"] for receipt in receipts for obeyed in receipt["waits"].values())
    if waits:
        told = readable_counts({f"x {why}": times for why, times in waits.most_common()})
        text += f"; waited for {seconds:.1f} s: {told}"
    spent = [f"{receipt['host']} ({receipt['budget_spent']})" for receipt in receipts if receipt["budget_spent"]]
    return f"{text}; budget spent: {', '.join(spent)}" if spent else text


def _problems(report: Mapping[str, Any]) -> list[str]:
    lines = []
    for state, addresses in report["problems"].items():
        if is_problem(state):
            lines.append(f"{state}:")
            lines += [f"  {address}" for address in addresses[:20]]
            lines += [f"  … and {len(addresses) - 20} more"] if len(addresses) > 20 else []
    lines += [f"robots.txt could not be had, the pages wait: {host}" for host in report["waiting_for_robots"]]
    lines += [f"parked, its addresses wait: {host}: {why}" for host, why in report.get("parked", {}).items()]
    blocked = report.get("blocked", {"stopped": []})  # reports of earlier versions have none
    lines += [f"left alone after {blocked['limit']} blocked pages in a row: {host}" for host in blocked["stopped"]]
    if report["broken"]:
        lines.append(f"stopped: {report['broken']}")
    return lines
