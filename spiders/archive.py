"""Replays WARC files through the same pipelines as a crawl."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from scraper.crawl.arguments import Arguments, BadArgument
from scraper.crawl.journal import Journal, ledger_url
from scraper.crawl.ledger import State
from scraper.crawl.links import is_feed
from scraper.crawl.replay import Replay
from scraper.model import Page, Reason, Rejected


class ArchiveSpider(Spider):
    """``scrapy crawl archive -a path=archive/``: files, folders or globs, separated by spaces.

    One page at a time, so that a page which continues an article is known as such before its own turn comes.
    """

    name = "archive"

    def __init__(self, path: str = "", **arguments: str) -> None:
        super().__init__()
        try:
            self.replay = Replay(path.split())
        except ValueError as error:
            raise BadArgument(f"-a path={path}: there is no WARC file ({error})") from None
        self.arguments = Arguments.parse(arguments)
        if self.arguments.part:
            raise BadArgument("-a part= splits sites, and an archive is split by files: name each machine its own")
        self.job = self.arguments.job_name("archive", Path(path.split()[0]).stem)
        self._turn = asyncio.Semaphore(1)
        self._handled: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider._next_turn, signal=signal)
        return spider

    async def start(self) -> AsyncIterator[Page | Rejected]:
        ledger = Journal.of(self.crawler).ledger
        settled = {State.DONE, State.SKIPPED} - set(self.arguments.retry)
        for page in self.replay.pages():
            url = ledger_url(page.url or page.input)
            if isinstance(page, Page) and is_feed(page.body):
                continue
            if isinstance(page, Rejected) and page.reason is Reason.UNREADABLE:
                self.crawler.stats.inc_value("archive/unreadable")
            elif isinstance(page, Rejected) and self.replay.holds(page.url):
                continue  # an attempt that failed, before or after one that did not
            if url not in self._handled and (self.arguments.refresh or ledger.state(url) not in settled):
                await self._turn.acquire()
                self._handled.add(url)
                yield page

    async def fetch(self, url: str) -> Page | None:
        """The page at a URL, from the archive."""
        page = self.replay.page(url)
        if page:
            self._handled.add(url)
            Journal.of(self.crawler).close_url(url, State.DONE, "part")
        return page

    def _next_turn(self) -> None:
        self._turn.release()
