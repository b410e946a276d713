"""Cleans a page, with the pages that continue it."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from scraper.crawl.cleaner import Cleaner
from scraper.crawl.fetcher import Fetcher
from scraper.crawl.following import Unfetched, clean_whole
from scraper.crawl.journal import Journal
from scraper.crawl.ledger import State
from scraper.model import Article, Page, Rejected

LATER_PAGE = "a later page of the article"


class CleanPipeline:
    """Page in, Article or Rejected out.

    An article of which a later page cannot be had for the moment ends here: it has failed, and ``-a retry=failed``
    fetches it again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._journal = Journal.of(crawler)
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
        try:
            found = await clean_whole(item, self._cleaner.clean, self._fetch)
        except Unfetched as error:
            self._stats.inc_value(f"ledger/failed/{LATER_PAGE}")
            self._journal.close_url(item.url, State.FAILED, "failed", f"{LATER_PAGE}: {error}"[:200])
            raise DropItem(str(error), log_level="DEBUG") from error
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
