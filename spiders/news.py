"""Crawls news sites: lists, feeds and sitemaps lead to articles, articles are handed on as pages."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from scraper.crawl.arguments import Arguments, BadArgument
from scraper.crawl.fetcher import to_page
from scraper.crawl.links import Link, absolute_url, links
from scraper.model import Page
from scraper.sites import Site, load, undescribed
from scraper.urls import web_host


class NewsSpider(Spider):
    """``scrapy crawl news -a site=people,xinhuanet -a since=2026-11-01``; the arguments are in the README."""

    name = "news"

    def __init__(self, site: str = "", start: str = "", **arguments: str) -> None:
        super().__init__()
        named = [name.strip() for name in site.split(",") if name.strip()]
        sites = [load(name) for name in named] + [_described_by(url) for url in start.split()]
        if not sites:
            raise BadArgument("which site? give -a site=NAME (scraper sites lists them) or -a start=URL")
        self.arguments = Arguments.parse(arguments)
        part = self.arguments.part
        self.sites: list[Site] = [site for site in sites if not part or part.holds(site.key)]
        self.allowed_domains = [domain for site in self.sites for domain in site.domains]
        self.job = self.arguments.job_name("news", *(site.key for site in sites))
        self._lists: set[str] = set()
        self._too_deep: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if all(site.embedded for site in spider.sites):  # our own server needs no mercy
            crawler.settings.setdict({"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}, priority="spider")
        crawler.signals.connect(spider.sitemaps_named, signal=signals.robots_parsed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for site in self.sites:
            self._lists.update(site.start)
            for url in site.start:
                yield Request(url, callback=self.parse_list, meta={"kind": "list"}, priority=10)

    def sitemaps_named(self, robotparser: RobotParser, request: Request) -> None:
        """robots.txt was read: of a site that nobody described it may name the sitemaps."""
        site = next((site for site in self.sites if site.owns(urlsplit(request.url).hostname or "")), None)
        if site is None or site.articles or not isinstance(robotparser, ProtegoRobotParser):
            return
        root = urljoin(request.url, "/")
        named = list(robotparser.rp.sitemaps)
        for url in filter(None, (absolute_url(root, reference) for reference in named or ["/sitemap.xml"])):
            meta = {"kind": "list", "guessed": not named}
            self.crawler.engine.crawl(Request(url, callback=self.parse_list, meta=meta, priority=8))

    def parse_list(self, response: Response) -> Iterator[Request]:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        for link in links(response.body, url=response.url, content_type=content_type):
            request = self._request(link, response.meta.get("depth", 0))
            if request:
                yield request
        self.crawler.stats.set_value("lists/too_deep", len(self._too_deep))

    def parse_article(self, response: Response) -> Iterator[Page]:
        yield to_page(response)

    def _request(self, link: Link, depth: int) -> Request | None:
        if self.arguments.selection.too_old(link.day):
            return None
        host, url = web_host(link.url), link.url
        sites = [site for site in self.sites if site.owns(host)]
        for site in sites:
            url = site.without_tracking(url)
        kinds = ["list"] if link.listing else [site.kind_of(url, link.anchor) for site in sites]
        kind = next((kind for kind in kinds if kind != "other"), "other")
        if kind == "list":
            return self._list_request(url, depth)
        if kind == "article" and self.arguments.selection.wants_url(url):
            meta = {"kind": "article", "refresh": self.arguments.refresh}
            return Request(url, callback=self.parse_article, meta=meta)
        return None

    def _list_request(self, url: str, depth: int) -> Request | None:
        """None, and noted, where a list is too deep; what is reached by a shorter way as well is not."""
        if depth < self.settings.getint("LIST_DEPTH"):
            self._lists.add(url)
            self._too_deep.discard(url)
            return Request(url, callback=self.parse_list, meta={"kind": "list"}, priority=5 - depth)
        if url not in self._lists:
            self._too_deep.add(url)
        return None


def _described_by(start: str) -> Site:
    try:
        return undescribed(start)
    except ValueError as error:
        raise BadArgument(f"-a start={start}: {error}") from None
