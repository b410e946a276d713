"""Fetches a page outside the schedule: the later pages of an article."""

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from scraper.crawl.following import Unfetched
from scraper.crawl.journal import Journal, ledger_url
from scraper.crawl.ledger import State, now
from scraper.inputs.warc import WITHOUT_PAGE
from scraper.model import Page

logger = logging.getLogger(__name__)


class Fetcher:
    """Fetches as politely as the crawl does: the request goes through all downloader middlewares, robots.txt included.

    The URL is noted in the ledger as part of an article, so that it is not fetched as one of its own.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._journal = Journal.of(crawler)
        self._momentary = {*WITHOUT_PAGE, *map(int, crawler.settings.getlist("RETRY_HTTP_CODES"))}

    async def fetch(self, url: str) -> Page | None:
        """The page at a URL; None where there is none or it is forbidden.

        Raises Unfetched where another attempt may bring it (a broken server, the network). The ledger has the URL as a
        part all the same: it is the article that is to be tried again.
        """
        try:
            response = await self._crawler.engine.download_async(Request(url, callback=NO_CALLBACK))
        except IgnoreRequest as error:
            self._journal.close_url(url, State.SKIPPED, "forbidden", str(error))
            return None
        except Exception as error:  # whatever a download can die of
            self._journal.close_url(url, State.DONE, "part")
            raise Unfetched(f"{type(error).__name__}: {error}") from error
        why = "" if response.status == 200 else f"HTTP {response.status}"
        self._journal.close_url(url, State.DONE, "part", why)
        if response.status in self._momentary:
            raise Unfetched(why)
        if why:
            logger.warning("an article is exported without its later page %s: %s", url, why)
            return None
        self._crawler.stats.inc_value("following/pages")
        return to_page(response)


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
