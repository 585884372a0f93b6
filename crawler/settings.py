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
DISCOVER: bool | None = None
"""Whether feeds, sitemaps and a site's other sources are asked; None: as collection.toml or the site file has it."""
SOURCES_AFTER = 0.0
"""Seconds after which a source is asked again; 0: by every crawl."""
SOURCES_MAX_SIZE = 50 * 1024 * 1024
"""Bytes of a source's body at the most, also once it is unpacked; 0 for DOWNLOAD_MAXSIZE."""
SOURCES_MAX_NAMED = 50_000
"""Addresses that are taken of one source at the most; the protocol of sitemaps allows no more."""
SOURCES_MAX_PAGES = 200
"""Pages of one listing, or of one wp-json list, at the most; 0 for no limit."""
SOURCES_MAX_DEPTH = 3
"""How many sources may name each other in a row, robots.txt not counted."""
SOURCES_MAX = 1000
"""Sources that other sources name, in one run, at the most; 0 for no limit."""
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
STRICT = False
"""Whether drift makes the exit code 1 too."""
BLOCKED_IN_A_ROW = 5
"""Blocked pages of a host in a row (captchas, challenges, walls, …) after which a run leaves it alone; 0 for never."""
PROGRESS = False
"""Whether progress is shown on standard error."""
LOG_LEVEL = "INFO"
"""What runs/RUN/crawl.log keeps."""
REPORT_INTERVAL = 5.0
"""Seconds between two writings of a running crawl's report."""
DRIFT_WINDOW = 20
"""How many earlier runs that read a layout's pages the newest ones are held against."""
DRIFT_THRESHOLD = 0.2
"""By how much of all pages a share must change at the least to be drift."""
DRIFT_LEAST_PAGES = 7
"""How many pages the newest runs must have read together before they are held against earlier ones: 7 is the least at
which all of them against none of as many is more than chance."""

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
ROBOTSTXT_MAX_AGE = 86400.0
"""Seconds for which a robots.txt is used before it is asked again; a day at the most, as RFC 9309 has it."""
ROBOTSTXT_RETRY_WAIT = 300.0
"""Seconds after which a robots.txt that could not be had is asked once more, while the run has other pages to ask."""
CRAWL_DELAY_MAX = 60.0
"""Seconds of a Crawl-delay or Request-rate in robots.txt that are obeyed, at the most."""
NOFOLLOW_OBEY = True
"""Whether links are left alone that carry `rel=nofollow`, or whose page says `nofollow` of all of them."""
RETRY_WAIT = 2.0
"""Seconds that a host is left alone after a failure; doubled with each one that follows without an answer between."""
RETRY_WAIT_MAX = 300.0
"""Seconds of that, at the most."""
RETRY_AFTER_MAX = 3600.0
"""Seconds of a Retry-After that are obeyed, at the most."""
HOST_MAX_FAILURES = 8
"""Failures in a row after which a host is parked: it is asked no more in this run; 0 for never."""
HOST_MAX_PAGES = 0
"""Pages of one host that a run asks at the most; 0 for no limit."""
HOST_MAX_BYTES = 0
"""Bytes on the wire, to and from one host, after which a run asks it no more; 0 for no limit."""
HOST_MAX_SECONDS = 0.0
"""Seconds after its first request after which a run asks a host no more; 0 for no limit."""
AUTOTHROTTLE_ENABLED = False
"""Whether the delay follows a host's latency, with Scrapy's other AUTOTHROTTLE settings; kept by the frontier."""
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
    # Its delays are the frontier's: kept over runs, and by one clock with the others.
    "scrapy.extensions.throttle.AutoThrottle": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "crawler.extensions.run_log.RunLog": 0,
    "crawler.extensions.settling.Settling": 10,
    "crawler.extensions.progress.Progress": 20,
    "crawler.extensions.reporting.Reporting": 30,
}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
