"""What became of a single page is for the ledger to keep and for the verdict to weigh; on a terminal it is no news.

Scrapy warns of every page that it gives up, cuts off or cannot unpack: from cron, a mail for each.
"""

import logging
from typing import Self

from scrapy.crawler import Crawler

OF_ONE_PAGE = (
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.downloader.tls",
    "scrapy.downloadermiddlewares.httpcompression",
    "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.robotstxt",
)
"""Loggers whose messages are about a single page or host."""


class Quiet:
    """An extension: messages of these loggers are shown from ``-L INFO`` on, each in one line."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        for name in OF_ONE_PAGE:
            logging.getLogger(name).addFilter(as_information)
        return cls()


def as_information(record: logging.LogRecord) -> bool:
    """A log filter: pass the record on, as information, without the way through Scrapy and Twisted."""
    if record.levelno > logging.INFO:
        record.levelno, record.levelname, record.exc_info = logging.INFO, "INFO", None
    return True
