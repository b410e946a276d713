"""Lets through what the run asked for: days and keywords."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from scraper.crawl.arguments import Arguments
from scraper.crawl.journal import Journal
from scraper.crawl.ledger import State
from scraper.model import Article


class SelectPipeline:
    """Articles outside the selection end here; the ledger says why, and ``-a retry=skipped`` looks at them again."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._journal = Journal.of(crawler)
        self._selection = Arguments.of(crawler).selection

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        objection = self._selection.objection(item)
        if objection is None:
            return item
        self._stats.inc_value("select/skipped")
        self._journal.close_url(item.url, State.SKIPPED, "skipped", objection)
        raise DropItem(objection, log_level="DEBUG")
