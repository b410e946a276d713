"""Scrapy's settings for this project. What a user changes most stands first; ``-s NAME=VALUE`` overrides any of it."""

BOT_NAME = "zhengwen"
CONTACT = ""
"""A URL or mail address under which a site's operator reaches you. It becomes part of the user agent: please set it."""

JOB_FOLDER = ".scrapy/jobs/{job}"
EXPORT = "exports/{job}.jsonl"
"""A name ending in .gz or .zst compresses."""
REJECTS = "exports/{job}.rejects.jsonl"
ARCHIVE = ""
"""A folder in which every response is kept as WARC; empty keeps none."""
ARCHIVE_MAX_BYTES = 1 << 30
LIST_DEPTH = 3
"""How many lists deep the crawl goes from a start: sections, and the further pages of a list."""
PRIVATE_ADDRESSES_ALLOWED = False
"""Whether the crawl may be led to loopback and private addresses."""

SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "scraper.crawl.commands"

ITEM_PIPELINES = {
    "pipelines.clean.CleanPipeline": 100,
    "pipelines.reject.RejectPipeline": 200,
    "pipelines.select.SelectPipeline": 300,
    "pipelines.duplicates.DuplicatesPipeline": 400,
    "pipelines.export.ExportPipeline": 900,
}
EXTENSIONS = {
    "scraper.crawl.quiet.Quiet": 0,
    "scraper.crawl.journal.Journal": 0,
    "scraper.crawl.progress.Progress": 10,
}
ADDONS = {"scraper.crawl.addon.RedisAddon": 0}
SCHEDULER = "scraper.crawl.scheduler.LedgerScheduler"
SPIDER_MIDDLEWARES = {
    "scraper.crawl.acknowledge.Acknowledge": 10,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scraper.crawl.statuses.StatusMiddleware": 50,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scraper.crawl.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scraper.crawl.refresh.RefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scraper.crawl.compression.CompressionMiddleware": 590,
    "scraper.crawl.retry_after.RetryAfterMiddleware": 600,
    "scraper.crawl.embedded.EmbeddedSiteMiddleware": 740,
    "scraper.crawl.addresses.PrivateAddressMiddleware": 800,
    "scraper.crawl.archive.ArchiveMiddleware": 845,
}

# Polite: one request at a time for each host, slower when the host is, never what robots.txt forbids.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "zhengwen"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
COOKIES_ENABLED = False

CLEAN_PROCESSES = 1
"""Worker processes that clean while pages are being fetched; 0 cleans between two downloads, in the same process."""
CONCURRENT_ITEMS = 1
"""Of one response: a page gives one item."""

# A page, not a film; from the server that it claims to be.
DOWNLOAD_MAXSIZE = 16 << 20
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60.0
DOWNLOAD_VERIFY_CERTIFICATES = True
METAREFRESH_MAXDELAY = 5
"""Seconds from which a page that refreshes itself is meant to be read first, not a redirect."""

# Behind a proxy, or with other download handlers, private addresses could not be refused.
TWISTED_DNS_RESOLVER = "scraper.crawl.addresses.PublicResolver"
HTTPPROXY_ENABLED = False

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

LOG_LEVEL = "WARNING"
STATS_DUMP = False
"""Quiet unless something is wrong, as cron wants it; ``-L INFO`` tells more."""
