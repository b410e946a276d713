"""Marks an article whose text an earlier one of the job already had."""

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from scraper.crawl.journal import LEDGER_ERRORS, Journal
from scraper.model import Article


class DuplicatesPipeline:
    """Nothing is dropped: the later article names the first in ``duplicate_of``."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._journal = Journal.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        if not item.content_hash or not item.id:
            return item
        try:
            first = self._journal.ledger.first_with(item.content_hash, item.id)
        except LEDGER_ERRORS as error:
            self._journal.fail(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        if first == item.id:
            return item
        self._stats.inc_value("duplicates/marked")
        return replace(item, duplicate_of=first)
