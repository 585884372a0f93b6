"""How far the reading of WARC files has come: a bar on standard error, where that is a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from crawler.rebuild.captured import OnPage
from crawler.rebuild.files import WarcFile, final_name, standing
from crawler.works.fold import CapturedPage


@contextmanager
def reading_bar(files: Sequence[WarcFile]) -> Iterator[OnPage]:
    """Show a bar until the block ends; yield what is to be shown each page.

    Of pages in other files than these, it shows only how many there are.
    """
    console = Console(stderr=True)
    starts: dict[str, int] = {}
    total = 0
    for file in files:
        starts[final_name(file.path)] = total
        total += standing(file.path).stat().st_size if file.limit is None else file.limit
    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[pages]} pages"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total or None, pages=0)
        count = 0

        def show(page: CapturedPage) -> None:
            nonlocal count
            count += 1
            start = starts.get(page.capture.warc)
            end = None if start is None else start + page.capture.offset + page.capture.length
            progress.update(task, completed=end, pages=count)

        yield show
