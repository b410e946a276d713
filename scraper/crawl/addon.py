"""The switch between one machine and many: with ``-s REDIS_URL=redis://HOST:6379/0`` the crawl's state lies in Redis.

Without that setting nothing is imported, and nothing changes.
"""

import socket

from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings

JOURNAL, REDIS_JOURNAL = "scraper.crawl.journal.Journal", "scraper.crawl.redis.RedisJournal"
OWN = ("JOB_FOLDER", "EXPORT", "REJECTS")
"""Settings that name what each worker has for itself: the worker's name goes in after the job's."""


class RedisAddon:
    """A Scrapy add-on. Start the same command on every machine; ``-s WORKER=NAME`` tells two on one machine apart.

    ``REDIS_LEASE`` is after how many seconds of silence a worker is given up for dead and others fetch what it had in
    flight.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Put the parts that know Redis in the place of those that do not."""
        if not settings.get("REDIS_URL"):
            raise NotConfigured
        settings.setdefault("WORKER", socket.gethostname(), "default")
        settings.setdefault("REDIS_LEASE", 120, "default")
        settings.set("SCHEDULER", "scraper.crawl.redis.RedisScheduler", "project")
        settings.set("DUPEFILTER_CLASS", "scrapy_redis.dupefilter.RFPDupeFilter", "project")
        extensions = {REDIS_JOURNAL if name == JOURNAL else name: n for name, n in settings["EXTENSIONS"].items()}
        settings.set("EXTENSIONS", extensions, "project")
        middlewares = dict(settings["DOWNLOADER_MIDDLEWARES"]) | {"scraper.crawl.redis.SharedDelay": 990}
        settings.set("DOWNLOADER_MIDDLEWARES", middlewares, "project")
        for name in OWN:
            value, priority = settings[name], settings.getpriority(name) or 0
            settings.set(name, value.replace("{job}", f"{{job}}.{settings['WORKER']}"), priority)
