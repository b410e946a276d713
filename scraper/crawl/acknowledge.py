"""A spider middleware that closes a list page once everything its callback had to give is on record."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from scraper.crawl.journal import Journal
from scraper.crawl.ledger import State, host
from scraper.crawl.scheduler import LEASE


class Acknowledge:
    """An article page is closed by the pipelines; what yields no item is closed here.

    Where the callback fails half-way, nothing is acknowledged: the scheduler hears of the error.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Journal.of(crawler))

    def process_spider_output(self, response: Response, result: Iterable[Any]) -> Iterator[Any]:
        """Pass everything on, then acknowledge."""
        links = items = 0
        for each in result:
            links += isinstance(each, Request) and each.meta.get("kind") == "article"
            items += not isinstance(each, Request)
            yield each
        self._acknowledge(response, links, items)

    async def process_spider_output_async(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The same for asynchronous callbacks."""
        links = items = 0
        async for each in result:
            links += isinstance(each, Request) and each.meta.get("kind") == "article"
            items += not isinstance(each, Request)
            yield each
        self._acknowledge(response, links, items)

    def _acknowledge(self, response: Response, links: int, items: int) -> None:
        request = response.request
        if request is None or items or LEASE not in request.meta:
            return
        url = request.meta[LEASE]
        if self._journal.ledger.state(url) is not State.LEASED:  # an errback's output comes through here as well
            return
        self._journal.counts[host(url)]["links"] += links
        self._journal.close_url(url, State.DONE, "list")
