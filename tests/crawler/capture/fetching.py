"""Fetch addresses with the capture handler, in a process of its own.

usage: python -m tests.crawler.capture.fetching COLLECTION JSON-OF-SETTINGS URL…
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings

import crawler.settings
from crawler.capture.causes import cause_of
from crawler.plan import Plan, make_plan
from crawler.run import Run, open_run


class FetchingSpider(Spider):
    """Asks for the addresses, whatever site they are of, and prints what came of each."""

    name = "fetching"
    run: Run
    urls: list[str]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, plan: Plan, urls: list[str], **kwargs: Any) -> FetchingSpider:
        spider = super().from_crawler(crawler)
        spider.run = open_run(plan, crawler.settings)
        spider.urls = urls
        crawler.signals.connect(spider.close_run, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            url, _, proxy = url.partition(" ")
            meta: dict[str, Any] = {"handle_httpstatus_all": True, "address": url}
            if proxy:
                meta["proxy"] = proxy
            yield Request(url, self.parse, errback=self.failed, dont_filter=True, meta=meta)

    def parse(self, response: Response, **kwargs: Any) -> None:
        assert response.request is not None
        self.run.finish(response.request, "done")
        print(json.dumps({"url": response.url, "status": response.status, "size": len(response.body)}))

    def failed(self, failure: Any) -> None:
        self.run.finish(failure.request, "failed")
        print(json.dumps({"url": failure.request.url, "cause": cause_of(failure.value).word}))

    def close_run(self) -> None:
        self.run.close("finished")
        self.run.release()


def main() -> None:
    collection, options, *urls = sys.argv[1:]
    settings = Settings()
    settings.setmodule(crawler.settings, priority="project")
    ours = {
        "SPIDER_MODULES": [],
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "EXTENSIONS": {},
        "ITEM_PIPELINES": {},
        "ROBOTSTXT_OBEY": False,
        "DOWNLOAD_DELAY": 0,
        "RETRY_ENABLED": False,
        "DOWNLOAD_TIMEOUT": 20,
        "PRIVATE_HOSTS": ["127.0.0.1", "localhost"],
    }
    settings.setdict({**ours, **json.loads(options)}, priority="cmdline")
    process = CrawlerProcess(settings)
    plan = make_plan("insightcrime", Path(collection), "https://example.org/contact")
    process.crawl(FetchingSpider, plan=plan, urls=urls)
    process.start()


if __name__ == "__main__":
    main()
