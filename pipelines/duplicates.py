"""Tells the articles of a job that are there already: under another URL, or with the same text."""

from dataclasses import replace
from typing import NoReturn, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from scraper.crawl.arguments import Arguments
from scraper.crawl.journal import LEDGER_ERRORS, Journal
from scraper.model import Article, Reason, Rejected


class DuplicatesPipeline:
    """A later article with the same text names the first in ``duplicate_of``. One that is the same article (by its
    canonical URL) under another URL is rejected as a duplicate; with another text it is a version of its own.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._journal = Journal.of(crawler)
        self._refresh = Arguments.of(crawler).refresh

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        if not item.content_hash or not item.id:
            return item
        try:
            url = self._first_url(item)
            first = self._journal.ledger.first_with(item.content_hash, item.id)
        except LEDGER_ERRORS as error:
            self._journal.fail(error)
            raise DropItem(str(error), log_level="DEBUG") from error
        if url != (item.url or ""):
            self._reject(item, f"the same article as {url}")
        if first == item.id:
            return item
        self._stats.inc_value("duplicates/marked")
        return replace(item, duplicate_of=first)

    def _first_url(self, item: Article) -> str:
        """Under which URL the job had this article first; a refresh asks anew, as the site may have moved."""
        ledger, same = self._journal.ledger, f"{item.id} {item.content_hash}"
        url = ledger.first_with(same, item.url or "")
        return ledger.first_with(f"{same} {ledger.refresh}", item.url or "") if self._refresh else url

    def _reject(self, item: Article, detail: str) -> NoReturn:
        self._stats.inc_value(f"clean/rejected/{Reason.DUPLICATE}")
        known = {"url": item.url, "fetched": item.fetched, "encoding": item.encoding}
        self._journal.rejected(Rejected(reason=Reason.DUPLICATE, detail=detail, **known))
        raise DropItem(detail, log_level="DEBUG")
