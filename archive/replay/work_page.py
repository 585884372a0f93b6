"""One brief: what is known of it, and its captures in the order of time, each a link into the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from archive.replay.captures import Shown
from archive.replay.html import day, document, in_language, second, text
from archive.replay.shelf import Work

AddressOf = Callable[[str, str], str]
"""URL and timestamp -> where a browser sees that capture."""


def work_page(name: str, work: Work, versions: list[dict[str, Any]], captures: list[Shown], address: AddressOf) -> str:
    """Return the page of a work of that collection."""
    header = f"""<header>
<p><a href="/">All briefs of {text(name)}</a></p>
<h1>{in_language(work.title, work.language)}</h1>
</header>"""
    main = f"""<main id="main" tabindex="-1">
<p>{_facts(work, versions[-1])}</p>
{_table(captures, address) if captures else "<p>No capture of its addresses is in the WARC files.</p>"}
</main>"""
    return document(title=f"{work.title or work.id}: captures", header=header, main=main, skip="Skip to the captures")


def _facts(work: Work, newest: dict[str, Any]) -> str:
    facts = [
        day(work.published) or "no date",
        text(work.byline),
        text(newest.get("kind") or ""),
        "gone from the site" if work.is_gone else "",
        f'<span class="address">{text(newest.get("url") or "")}</span>',
    ]
    return " · ".join(filter(None, facts))


def _table(captures: list[Shown], address: AddressOf) -> str:
    rows = "".join(_row(shown, address) for shown in captures)
    count = "1 capture" if len(captures) == 1 else f"{len(captures)} captures, the oldest first"
    # A region that scrolls must be reached by the keyboard too (WCAG 2.1.1).
    return f"""<div class="scroll" role="region" aria-labelledby="captures" tabindex="0">
<table>
<caption id="captures">{count}</caption>
<thead><tr><th scope="col">Captured (UTC)</th><th scope="col">Status</th><th scope="col">What it is</th>
<th scope="col">Address</th></tr></thead>
<tbody>
{rows}</tbody>
</table>
</div>"""


def _row(shown: Shown, address: AddressOf) -> str:
    capture = shown.capture
    time = second(capture.timestamp)
    if shown.is_opened:
        time = f'<a href="{text(address(capture.url, capture.timestamp))}">{time}</a>'
    cells = [text(capture.status or ""), text(shown.meaning), f'<span class="address">{text(capture.url)}</span>']
    return f'<tr><th scope="row">{time}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>\n'
