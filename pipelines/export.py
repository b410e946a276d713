"""Writes articles to the export."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from scraper.crawl.journal import Journal
from scraper.crawl.limit import Limit
from scraper.model import Article


class ExportPipeline:
    """Articles end here, on disk."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._journal = Journal.of(crawler)
        self._limit = Limit(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        if not self._limit.admits():
            raise DropItem("over the limit", log_level="DEBUG")
        self._journal.exported(item)
        self._stats.inc_value("export/articles")
        return item
