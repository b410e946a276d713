"""A run that ends after so many articles."""

import asyncio

from scrapy.crawler import Crawler

from scraper.crawl.arguments import Arguments


class Limit:
    """Counts articles up to the spider's ``limit`` (None: no end), then closes the spider.

    What is still under way then is let go: its URLs stay in flight in the ledger, and the next run fetches them.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._left: int | None = Arguments.of(crawler).limit
        self._closing: asyncio.Future[None] | None = None

    def admits(self) -> bool:
        """Whether one more article may be written."""
        if self._left is None:
            return True
        self._left -= 1
        if self._left <= 0 and self._closing is None:
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="limit"))
        return self._left >= 0
