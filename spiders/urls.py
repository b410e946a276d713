"""Crawls a list of article URLs, from a file or standard input."""

import sys
from collections.abc import AsyncIterator, Iterator
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response

from scraper.crawl.arguments import Arguments, BadArgument
from scraper.crawl.fetcher import to_page
from scraper.finishing import site as site_of
from scraper.model import Page
from scraper.urls import web_host


class UrlsSpider(Spider):
    """``scrapy crawl urls -a file=urls.txt``: one URL a line, ``#`` begins a comment, ``-`` is standard input."""

    name = "urls"

    def __init__(self, file: str = "", **arguments: str) -> None:
        super().__init__()
        if file != "-" and not Path(file).is_file():
            raise BadArgument(f"-a file={file}: give a file with one URL a line, or - for standard input")
        self.arguments = Arguments.parse(arguments)
        self.job = self.arguments.job_name("urls", "stdin" if file == "-" else Path(file).stem)
        urls = self._read(file)
        try:
            first = next(urls, None)
        except OSError as error:
            raise BadArgument(f"-a file={file}: {error.strerror}") from None
        if first is None:
            raise BadArgument(f"-a file={file}: there is no web address in it")
        self._urls = chain([first], urls)

    async def start(self) -> AsyncIterator[Request]:
        part = self.arguments.part
        for url in self._urls:
            if not part or part.holds(site_of(url) or ""):
                meta = {"kind": "article", "refresh": self.arguments.refresh}
                yield Request(url, callback=self.parse_article, meta=meta)

    def _read(self, file: str) -> Iterator[str]:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            for number, line in enumerate(TextIOWrapper(source, encoding="utf-8-sig", errors="replace"), 1):
                url = line.partition("#")[0].strip()
                try:
                    if url and web_host(url):
                        yield url
                except ValueError as error:
                    self.logger.warning("%s, line %d, passed over: %s", file, number, error)

    def parse_article(self, response: Response) -> Iterator[Page]:
        yield to_page(response)
