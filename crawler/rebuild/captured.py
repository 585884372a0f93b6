"""Every captured page of WARC files, in the order of the captures, with what is read of it today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.collection import Collection
from crawler.rebuild.bodies import Bodies, Earlier, nothing_earlier
from crawler.rebuild.exchanges import OnProblem, StoredExchange
from crawler.rebuild.files import WarcFile, collection_files
from crawler.rebuild.pages import log_problem
from crawler.rebuild.walk import Walk
from crawler.rebuild.workers import read_pages
from crawler.sites import Site
from crawler.works.fold import CapturedPage

OnPage = Callable[[CapturedPage], None]
"""Is shown each page before it is folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """WARC files to be read by the rules of a site."""

    files: Sequence[WarcFile]
    """In the order in which their captures count."""
    site: Site
    jobs: int = 1
    """Processes that read pages; 1 for this one alone."""
    on_problem: OnProblem = log_problem
    on_page: OnPage = lambda page: None
    earlier: Earlier = nothing_earlier
    """Finds what revisits repeat of files before these."""

    def exchanges(self) -> Iterator[StoredExchange]:
        """Yield every stored exchange, those that only a page's looks needed too."""
        scope = self.site.scope
        walk = Walk(
            files=self.files,
            in_scope=lambda url: scope.judge(url).in_scope,
            on_problem=self.on_problem,
            bodies=Bodies(self.earlier),
        )
        return walk.exchanges()

    def pages(self) -> Iterator[CapturedPage]:
        """Yield every captured page."""
        pages = (exchange for exchange in self.exchanges() if exchange.is_page)
        for page in read_pages(pages, self.site, self.jobs):
            self.on_page(page)
            yield page


def captured_pages(
    collection: Collection,
    site: Site,
    files: Mapping[str, int] | None = None,
    *,
    on_problem: OnProblem = log_problem,
    jobs: int = 1,
) -> Iterator[CapturedPage]:
    """Yield every captured page in the order of the captures, with what is read of it today.

    `files` maps the name of each WARC (`archive/…`, never `.open`) to its committed length; None reads all, whole.
    """
    warcs = collection_files(collection, files)
    return Reading(files=warcs, site=site, jobs=jobs, on_problem=on_problem).pages()
