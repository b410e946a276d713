"""Writes what gave no article to the file of rejects."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from scraper.crawl.journal import Journal
from scraper.model import Article, Rejected


class RejectPipeline:
    """Rejects end here."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Journal.of(crawler))

    def process_item(self, item: Article | Rejected) -> Article:
        if isinstance(item, Article):
            return item
        self._journal.rejected(item)
        raise DropItem(f"{item.reason}: {item.detail}", log_level="DEBUG")
