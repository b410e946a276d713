"""robots.txt, obeyed also by the requests that wait while it is being fetched."""

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware without its race.

    There, all requests that wait for a host's robots.txt share one Deferred, whose result is gone after the first
    of them, so that the others are let through. What was learned is in ``_parsers`` by then: look there.
    """

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for the host of a request, None where there are none."""
        await super().robot_parser(request)
        return self._parsers[urlparse_cached(request).netloc]  # type: ignore[return-value]
