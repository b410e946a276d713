"""Crawls a list of article URLs, from a file or standard input."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response

from scraper.crawl.arguments import Arguments, BadArgument
from scraper.crawl.fetcher import to_page
from scraper.finishing import site as site_of
from scraper.model import Page


class UrlsSpider(Spider):
    """``scrapy crawl urls -a file=urls.txt``: one URL a line, ``#`` begins a comment, ``-`` is standard input."""

    name = "urls"

    def __init__(self, file: str = "", **arguments: str) -> None:
        super().__init__()
        if file != "-" and not Path(file).is_file():
            raise BadArgument(f"-a file={file}: give a file with one URL a line, or - for standard input")
        self.file = file
        self.arguments = Arguments.parse(arguments)
        self.job = self.arguments.job_name("urls", "stdin" if file == "-" else Path(file).stem)

    async def start(self) -> AsyncIterator[Request]:
        part = self.arguments.part
        for line in self._lines():
            url = line.partition("#")[0].strip()
            if part and not part.holds(site_of(url) or ""):
                continue
            if url.startswith(("http://", "https://")):
                meta = {"kind": "article", "refresh": self.arguments.refresh}
                yield Request(url, callback=self.parse_article, meta=meta)
            elif url:
                self.logger.warning("not a web address, passed over: %s", url)

    def _lines(self) -> Iterator[str]:
        if self.file == "-":
            yield from sys.stdin
            return
        with Path(self.file).open(encoding="utf-8", errors="replace") as lines:
            yield from lines

    def parse_article(self, response: Response) -> Iterator[Page]:
        yield to_page(response)
