"""Scrapy settings of the project. A site file, `-s NAME=VALUE` and `briefs` options go over them, in that order."""

from __future__ import annotations

BOT_NAME = "brief-archive"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# --- ours -----------------------------------------------------------------------------------------------------------

CONTACT = ""
"""Web or mail address under which a site's operator can reach whoever runs the crawl; without one no crawl starts."""
MAX_PAGES = 0
"""How many pages are asked at the most; 0 for no limit."""
MAX_HOPS = 0
"""How many related links may lie between a seed and a page; 0 for no limit."""
FOLLOW_TRANSLATIONS = False
"""Whether declared translations are followed as related links are."""
REQUISITES: bool | None = None
"""Whether what a page needs to look right is captured too; None: as collection.toml keeps it."""
REQUISITES_SCRIPTS: bool | None = None
"""Whether scripts are captured with it; None: as collection.toml keeps it."""
REQUISITES_MAX_SIZE = 16 * 1024 * 1024
"""Bytes of a requisite's body at the most, what is longer is cut there; 0 for DOWNLOAD_MAXSIZE."""
REQUISITES_TIMEOUT = 30.0
"""Seconds for one requisite at the most; 0 for DOWNLOAD_TIMEOUT."""
REQUISITES_MAX_PER_PAGE = 300
"""How many requisites of one page, or of one style sheet, are asked at the most; 0 for no limit."""
REQUISITES_MAX = 20_000
"""How many requisites a run asks at the most, before it leaves the others to a later one; 0 for no limit."""
REQUISITES_MAX_BYTES = 4_000_000_000
"""Bytes of requisites, on the wire, after which a run leaves the others to a later one; 0 for no limit."""
CONNECT_TO: list[str] = []
"""`HOST1:PORT1:HOST2:PORT2`: connect to the second pair when the first is asked; curl's --connect-to."""
PRIVATE_HOSTS: list[str] = []
"""Hosts that may lie at private, loopback or link-local addresses; those of CONNECT_TO and of a proxy may anyway."""
WARC_LEVEL = 3
"""Compression: 0 to 3 by ISA-L, 4 to 9 by zlib."""
WARC_DIGEST = "sha256"
"""Algorithm of block and payload digests: `sha256` or `sha1`."""
WARC_MAX_SIZE = 1_000_000_000
"""Bytes after which the next exchange begins a new WARC file."""
RECRAWL_AFTER = 0.0
"""Seconds after which a known page is asked again; 0 for never of itself. A site file may say otherwise."""
COMMIT_PAGES = 32
"""Pages that a commit takes together at the most."""
COMMIT_SECONDS = 0.5
"""How long a finished page waits for its commit at the most."""
MIN_FREE_BYTES = 200_000_000
"""Free bytes on the disk below which a crawl stops, cleanly."""
RETRY_WAIT = 2.0
"""Seconds that a host is left alone after a failed request; doubled with each further try of the same address."""
BLOCKED_IN_A_ROW = 5
"""Blocked pages of a host in a row (captchas, challenges, walls, …) after which a run leaves it alone; 0 for never."""
PROGRESS = False
"""Whether progress is shown on standard error."""
LOG_LEVEL = "INFO"
"""What runs/RUN/crawl.log keeps."""
REPORT_INTERVAL = 5.0
"""Seconds between two writings of a running crawl's report."""

# --- capture --------------------------------------------------------------------------------------------------------

DOWNLOAD_HANDLERS = {
    "http": "crawler.capture.handler.CaptureDownloadHandler",
    "https": "crawler.capture.handler.CaptureDownloadHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
HTTPCACHE_ENABLED = False

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    # What every WARC tool reads: warcio fails on br beside the package brotli, pywb and wabac on zstd and deflate.
    "Accept-Encoding": "gzip",
}

# --- politeness -----------------------------------------------------------------------------------------------------

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "brief-archive"
DOWNLOAD_DELAY = 2.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
CONCURRENT_ITEMS = 8
"""Scrapy starts that many tasks for each response, to no end here: a page has one item."""

# --- components -----------------------------------------------------------------------------------------------------

# Redirects, retries, robots.txt and the choice of what is asked next are the frontier's; content codings are removed
# by the one decoder that a rebuild uses too.
SCHEDULER = "crawler.frontier.scheduler.FrontierScheduler"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.validators.ValidatorsMiddleware": 850,
}
ITEM_PIPELINES = {
    "crawler.pipelines.normalise.NormalisePipeline": 100,
    "crawler.pipelines.validate.ValidatePipeline": 200,
    "crawler.pipelines.works.WorksPipeline": 900,
}
EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "crawler.extensions.run_log.RunLog": 0,
    "crawler.extensions.settling.Settling": 10,
    "crawler.extensions.progress.Progress": 20,
    "crawler.extensions.reporting.Reporting": 30,
}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
