"""Fetches a page outside the schedule: the later pages of an article."""

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from scraper.crawl.journal import Journal, ledger_url
from scraper.crawl.ledger import State, now
from scraper.model import Page

logger = logging.getLogger(__name__)


class Fetcher:
    """Fetches as politely as the crawl does: the request goes through all downloader middlewares, robots.txt included.

    The URL is noted in the ledger as part of an article, so that it is not fetched as one of its own.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._journal = Journal.of(crawler)

    async def fetch(self, url: str) -> Page | None:
        """The page at a URL; None where it cannot be had, which the ledger then says."""
        try:
            response = await self._crawler.engine.download_async(Request(url, callback=NO_CALLBACK))
        except IgnoreRequest as error:
            self._journal.close_url(url, State.SKIPPED, "forbidden", str(error))
            return None
        except Exception as error:  # whatever a download can die of: the article then ends here
            self._missed(url, f"{type(error).__name__}: {error}")
            return None
        if response.status != 200:
            self._missed(url, f"HTTP {response.status}")
            return None
        self._crawler.stats.inc_value("following/pages")
        self._journal.close_url(url, State.DONE, "part")
        return to_page(response)

    def _missed(self, url: str, why: str) -> None:
        logger.warning("an article is exported without its later page %s: %s", url, why)
        self._crawler.stats.inc_value("following/failed")
        self._journal.close_url(url, State.FAILED, "failed", f"later page of an article: {why}"[:200])


def to_page(response: Response) -> Page:
    """A response as the evidence that the cleaning starts from."""
    headers = response.headers
    return Page(
        url=ledger_url(response.url),
        body=response.body,
        content_type=(headers.get("Content-Type") or b"").decode("latin-1") or None,
        fetched=response.meta.get("fetched") or now(),
        status=response.status,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
        ),
    )
