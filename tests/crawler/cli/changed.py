"""The bundled site, crawled while it changes: one edit, one change of typography, a page gone and back, a redirect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.demo.addresses import APEX
from crawler.demo.server import DemoServer
from crawler.demo.site import redirect
from crawler.works.fold import work_id_of
from tests.crawler.cli.crawls import Crawls
from tests.crawler.cli.test_second_run import frame_of

EDITED = "kidnapped-pilot-boat-crew"
RESET = "harbour-pilots-bribery-trial"
"""Its typography changes."""
REMOVED = "scrap-copper-thefts-shipyard"
LINKING = "boat-dealers-money-laundering"
"""Gets a card to the new article, and later one to the redirect."""
NEW = "salvage-yard-night-raid"
MOVED = "/news-briefs/pilot-crew"
"""Comes to redirect to the edited article."""
OTHER_NAME = "/news-briefs/lamplighters-night-boats"
"""Another address of a living article; goes away in the third run."""


def crawl_four_times(server: DemoServer, root: Path) -> Crawls:
    """Crawl the site as it is, changed, changed back, and with the article edited once more."""
    crawls = Crawls(server, root)
    crawls()
    taken = change(server)
    crawls("--recrawl")
    change_back(server, taken)
    crawls("--recrawl")
    server.site.edit(EDITED, old="The port has since confirmed the figures.", new="The port then denied them.")
    crawls("--recrawl")
    return crawls


def change(server: DemoServer) -> Any:
    """Change the site as the second run finds it and return the article that is taken away."""
    site = server.site
    site.edit(EDITED)
    site.typography(RESET)
    taken = site.articles[REMOVED]
    site.remove(REMOVED)
    body = "Wardens found nine outboard motors under a tarpaulin.\n\nNobody claimed them until noon."
    title = "Salvage Yard Searched at Night"
    site.add(replace(taken, slug=NEW, title=title, body=body, translation=None, standfirst=None), linked_from=LINKING)
    return taken


def change_back(server: DemoServer, taken: Any) -> None:
    """Let the third run find the article again, a redirect to a known one, and a second address gone."""
    server.site.restore(taken)
    server.answers[APEX, MOVED] = frame_of(redirect(server.site.articles[EDITED].url))
    server.answers[APEX, OTHER_NAME] = (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",)
    server.site.link(LINKING, MOVED)


def work_of(server: Any, slug: str) -> str:
    return work_id_of("demo", server.site.address(slug))
