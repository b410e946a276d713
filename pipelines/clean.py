"""Cleans a page, with the pages that continue it."""

from typing import Self

from scrapy.crawler import Crawler

from scraper.crawl.cleaner import Cleaner
from scraper.crawl.fetcher import Fetcher
from scraper.crawl.following import clean_whole
from scraper.model import Article, Page, Rejected


class CleanPipeline:
    """Page in, Article or Rejected out."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._cleaner = Cleaner(crawler.settings.getint("CLEAN_PROCESSES"))
        self._fetch = getattr(crawler.spider, "fetch", None) or Fetcher(crawler).fetch

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        await self._cleaner.open()

    async def process_item(self, item: Page | Rejected) -> Article | Rejected:
        if isinstance(item, Rejected):
            return item
        found = await clean_whole(item, self._cleaner.clean, self._fetch)
        self._stats.inc_value(f"clean/encoding/{found.encoding}")
        if isinstance(found, Rejected):
            self._stats.inc_value(f"clean/rejected/{found.reason}")
            return found
        self._stats.inc_value(f"clean/damage/{found.damage}")
        self._stats.inc_value("clean/repairs", sum(repair.count for repair in found.repairs))
        self._stats.inc_value("clean/removed", len(found.removed))
        return found

    def close_spider(self) -> None:
        self._cleaner.close()
