"""robots.txt, obeyed also by the requests that wait while it is being fetched, and in its Crawl-delay."""

from math import inf
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from scraper.crawl.causes import cause_of

MAX_DELAY = 60.0
"""Seconds; a longer Crawl-delay is more likely a mistake, or meant as a refusal, which has a line of its own."""

KNOWN_FOR = 86400.0
"""Seconds after which robots.txt is fetched anew: a crawl may run for days."""
UNREACHABLE_FOR = 3600.0
"""The same where it could not be had."""
TOO_MANY_REQUESTS = 429
"""No word on what is allowed, unlike the other statuses from 400 on: the server is busy, as with those from 500 on."""


class RobotsUnreachable(Exception):
    """What may be fetched cannot be known: the server fails at robots.txt, or does not answer."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware without its race, and as RFC 9309 has it (2.3.1): where there is no robots.txt everything is
    allowed; while it is unreachable nothing is, and what was asked for has failed, not been forbidden. What was learned
    holds for a day, or until it can be reached again (2.4).

    In Scrapy's, all requests that wait for a host's robots.txt share one Deferred, whose result is gone after the first
    of them, so that the others are let through. What was learned is in ``_parsers`` by then: look there.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._own_delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._delays: dict[str, float] = {}
        self._unreachable: dict[str, str] = {}
        self._known_until: dict[str, float] = {}
        self._former: dict[str, RobotParser | None] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for the host of a request, None where there are none. Raises RobotsUnreachable."""
        netloc = urlparse_cached(request).netloc
        if monotonic() > self._known_until.get(netloc, inf):
            self._ask_again(netloc)
        await super().robot_parser(request)
        if netloc in self._unreachable:
            raise RobotsUnreachable(f"robots.txt unreachable, {self._unreachable[netloc]}")
        if self._delays.get(netloc, 0.0) > self._own_delay:
            request.meta["autothrottle_dont_adjust_delay"] = True
        return self._parsers[netloc]  # type: ignore[return-value]

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == TOO_MANY_REQUESTS:
            raise RobotsUnreachable(f"HTTP {response.status}")
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        self._known_until[netloc] = monotonic() + KNOWN_FOR
        rules = self._parsers[netloc]
        agent = self._robotstxt_useragent or self._default_useragent
        asked = rules.rp.crawl_delay(agent) if isinstance(rules, ProtegoRobotParser) else None
        self._delays[netloc] = min(float(asked or 0), MAX_DELAY)
        if self._delays[netloc] > self._own_delay:
            self._slow_down(request, self._delays[netloc])

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        super()._robots_error(exc, netloc)
        self._known_until[netloc] = monotonic() + UNREACHABLE_FOR
        if netloc in self._former:
            self._parsers[netloc] = self._former[netloc]
        elif not isinstance(exc, IgnoreRequest):
            self._unreachable[netloc] = str(exc) if isinstance(exc, RobotsUnreachable) else cause_of(exc).split(":")[0]

    def _ask_again(self, netloc: str) -> None:
        """Forget a host's rules, but for the case that it has no others to give."""
        del self._known_until[netloc]
        rules = self._parsers.pop(netloc)
        if self._unreachable.pop(netloc, None) is None:
            self._former[netloc] = rules  # type: ignore[assignment]

    def _slow_down(self, request: Request, delay: float) -> None:
        """Let the downloader keep a host's Crawl-delay, now and whenever it makes the host's slot anew."""
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings[key] = {"delay": delay, "jitter": 0}
        if key in downloader.slots:
            downloader.slots[key].delay, downloader.slots[key].jitter = delay, 0
