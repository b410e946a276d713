"""A host that says when to come again is left alone until then."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from scraper.crawl.robots import MAX_DELAY

BUSY = (429, 503)


class RetryAfterMiddleware:
    """Scrapy tries again at once what came back with HTTP 429 or 503, until it gives up: the ``Retry-After`` of such an
    answer holds up the next request to its host, for MAX_DELAY at most."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note how long to wait, and pass the response on."""
        seconds = wait((response.headers.get("Retry-After") or b"").decode("latin-1"))
        if response.status in BUSY and seconds > 0:
            downloader = self._crawler.engine.downloader
            if slot := downloader.slots.get(downloader.get_slot_key(request)):
                slot.lastseen = monotonic() + min(seconds, MAX_DELAY)  # its delay is counted from there
        return response


def wait(value: str, now: datetime | None = None) -> float:
    """The seconds that a Retry-After asks for; 0 where it says nothing.

    >>> wait("120"), wait("soon"), wait("Thu, 05 Nov 2026 08:00:30 GMT", datetime(2026, 11, 5, 8, tzinfo=UTC))
    (120.0, 0.0, 30.0)
    """
    try:
        return float(int(value)) if value.strip().isdecimal() else _until(value, now or datetime.now(UTC))
    except (ValueError, OverflowError):
        return 0.0


def _until(value: str, now: datetime) -> float:
    moment = parsedate_to_datetime(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp()
