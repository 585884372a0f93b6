"""The list of collections, and the page of one."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from crawler.report.page.plots import columns
from crawler.report.page.verdict import headline, tasks
from crawler.serving.library import collection_of, library_of
from crawler.serving.opened import NotThereError
from crawler.serving.progress import progress_of
from crawler.serving.rendering import render

_MOST_RUNS = 40
_CHANGES = ("new", "substantive", "gone")
# A stored page is a file like any other: it may not run, ask for or send anything, and is of no origin.
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; sandbox"
)


def list_collections(request: Request) -> Response:
    """Show every collection and its newest run; of one alone, its own page."""
    library = library_of(request)
    collections, there = list(library.collections.values()), library.there()
    if len(collections) == 1:
        return RedirectResponse(f"/c/{collections[0].name}/", 303)
    rows = [(opened, opened.index.count(), progress_of(opened)) for opened in there]
    missing = [opened for opened in collections if opened not in there]
    return render(request, "collections.html", rows=rows, missing=missing)


def show_collection(request: Request) -> Response:
    """Show what a collection holds and its runs."""
    opened = collection_of(request)
    shown = list(opened.runs(count=_MOST_RUNS))
    return render(
        request,
        "collection.html",
        opened=opened,
        count=opened.index.count(),
        progress=progress_of(opened),
        runs=shown,
        more=max(0, len(opened.run_names()) - _MOST_RUNS),
        plot=columns("Lines of each run, by change", [run["run"] for run in shown[::-1]], _layers(shown[::-1])),
    )


def show_run(request: Request) -> Response:
    """Show one run: how it went, what it changed, and the way to its whole report."""
    opened = collection_of(request)
    report = opened.run(request.path_params["run"])
    lines = [(opened.version(work, str(version))[1]) for work, version in opened.index.of_run(str(report["run"]))]
    return render(
        request,
        "run.html",
        opened=opened,
        report=report,
        headline=headline(report),
        tasks=tasks(opened.places, report),
        lines=lines,
        has_page=opened.run_file(request.path_params["run"], "report.html").is_file(),
    )


def send_report(request: Request) -> Response:
    """Send the page that the run itself wrote, as a document that can do nothing."""
    opened = collection_of(request)
    path = opened.run_file(request.path_params["run"], "report.html")
    if not path.is_file():
        raise NotThereError(f"{path.name} of run {path.parent.name} is not written; `briefs report` writes it")
    return FileResponse(
        path, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _REPORT_POLICY}
    )


def _layers(runs: list[dict[str, Any]]) -> dict[str, list[float]]:
    return {change: [run.get("briefs", {}).get(change, 0) for run in runs] for change in _CHANGES}
