"""Sites that live in ``data/``: served on a loopback port for as long as the crawl runs."""

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.httpobj import urlparse_cached

from scraper.crawl.addresses import EMBEDDED_HOST
from scraper.crawl.sample_server import LoopbackServer, sample_resources
from scraper.sites import Site


class EmbeddedSiteMiddleware:
    """Sends the requests for an embedded site's hosts to a server of our own, as a proxy would."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._server = LoopbackServer(sample_resources())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        embedded = [site for site in getattr(crawler.spider, "sites", ()) if site.embedded]
        if not embedded:
            raise NotConfigured
        middleware = cls(embedded[0])
        crawler.signals.connect(middleware._open, signal=signals.engine_started)
        crawler.signals.connect(middleware._close, signal=signals.engine_stopped)
        return middleware

    def process_request(self, request: Request) -> None:
        """Name the server as the proxy of the request."""
        if self._site.owns(urlparse_cached(request).hostname or ""):
            request.meta["proxy"] = f"http://{EMBEDDED_HOST}:{self._server.port}"

    def _open(self) -> None:
        self._server.__enter__()

    def _close(self) -> None:
        self._server.__exit__()
