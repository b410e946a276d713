"""How far a crawl is, on a terminal. Elsewhere it keeps quiet: there, ``-L INFO`` gives Scrapy's own log lines."""

import sys
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

EVERY = 0.2
"""Seconds between two looks."""


class Progress:
    """One line at the foot of the terminal, for as long as the crawl runs."""

    def __init__(self, crawler: Crawler, console: Console) -> None:
        self._stats = crawler.stats
        self._live = Live(Text(""), console=console, auto_refresh=False, transient=True, redirect_stderr=False)
        self._timer = create_looping_call(self._show)
        crawler.signals.connect(self._open, signal=signals.spider_opened)
        crawler.signals.connect(self._close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not sys.stderr.isatty():
            raise NotConfigured
        return cls(crawler, Console(stderr=True))

    def _open(self) -> None:
        self._live.start()
        self._timer.start(EVERY)

    def _show(self) -> None:
        self._live.update(progress_line(self._stats.get_stats()), refresh=True)

    def _close(self) -> None:
        self._timer.stop()
        self._live.stop()


def progress_line(stats: dict[str, object]) -> Text:
    """What a person wants to see of the stats.

    >>> progress_line({"response_received_count": 12, "export/articles": 7}).plain
    'crawling  12 pages  7 articles  0 rejected  0 failed'
    """
    rejected = sum(int(str(count)) for name, count in stats.items() if name.startswith("clean/rejected/"))
    failed = sum(int(str(count)) for name, count in stats.items() if name.startswith("ledger/failed/"))
    numbers = {
        "pages": stats.get("response_received_count", 0),
        "articles": stats.get("export/articles", 0),
        "rejected": rejected,
        "failed": failed,
    }
    line = Text("crawling", style="bold cyan")
    for name, number in numbers.items():
        line.append(f"  {number} ", style="bold").append(name, style="dim")
    return line
