"""``scrapy crawl``, with exit codes that tell the truth.

0: done. 1: finished, but something is wrong. 2: nothing was fetched (usage, export cannot be written). 3: another
run of the job is under way. 130, 143: interrupted, terminated. The last line on standard error says why; where it
is 0, on a terminal alone.
"""

import argparse
import asyncio
import gc
import logging
import signal
import sys
from types import FrameType
from typing import Any, NoReturn

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from scraper.crawl import options
from scraper.crawl.addresses import unguarded
from scraper.crawl.arguments import BadArgument
from scraper.crawl.journal import Journal, Unwritable, job_of
from scraper.crawl.lock import Held
from scraper.export import Locked
from scraper.schema import cleaner_version
from scraper.sites import InvalidSite, UnknownSite, laid_out

logger = logging.getLogger(__name__)

NOTHING_DONE = (BadArgument, InvalidSite, UnknownSite, Unwritable)
ENDING = (signal.SIGINT, signal.SIGTERM)
"""The signals that end a crawl in order."""


class Command(ScrapyCrawl):
    """Runs one spider and judges how it went."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """The first that is asked of a command: from here on a signal ends it with one line, and all options are
        checked before Scrapy makes use of any.
        """
        for number in ENDING:
            signal.signal(number, _end_at_once)
        super().process_options(args, opts)
        try:
            options.check(self.settings)  # type: ignore[arg-type]
        except options.BadSetting as error:
            raise UsageError(str(error), print_help=False) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, then set the exit code and write the last line."""
        if len(args) != 1:
            raise UsageError("give the name of one spider: scrapy crawl news -a site=NAME")
        self._introduce()
        try:
            laid_out()
        except InvalidSite as error:
            self.exitcode = 2
            print(f"not started: {error}", file=sys.stderr)
            return
        try:
            crawler = self._create_crawler(args[0])
        except KeyError:
            raise UsageError(f"no spider {args[0]!r}: there are {', '.join(self._spiders())}") from None
        objection = unguarded(crawler.settings)
        if objection:
            raise UsageError(objection, print_help=False)
        self._received: int | None = None
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        asyncio.get_event_loop().call_soon(self._watch_signals)  # once Scrapy has its handlers, before the crawl
        task = self.crawler_process.crawl(crawler, **opts.spargs)  # type: ignore[union-attr]
        self.crawler_process.start()  # type: ignore[union-attr]
        self.exitcode, line = self._outcome(crawler, task)
        if self.exitcode:
            print(line, file=sys.stderr)
        elif sys.stderr.isatty():  # who watches wants to know; cron does not
            print(f"{line}: {crawler.settings['EXPORT'].format(job=job_of(crawler))}", file=sys.stderr)
        else:
            logger.info("%s", line)

    def _introduce(self) -> None:
        """Put the contact into the user agent, unless the user named one."""
        settings: BaseSettings = self.crawler_process.settings  # type: ignore[union-attr]
        contact = f" (+{settings['CONTACT']})" if settings["CONTACT"] else ""
        settings.set("USER_AGENT", f"zhengwen/{cleaner_version()}{contact}", priority="default")

    def _spiders(self) -> list[str]:
        return sorted(self.crawler_process.spider_loader.list())  # type: ignore[union-attr]

    def _outcome(self, crawler: Crawler, task: Any) -> tuple[int, str]:
        error = task.exception() if task.done() and not task.cancelled() else None
        if isinstance(error, Held | Locked):
            return 3, f"not started: {error}"
        if isinstance(error, NOTHING_DONE):
            return 2, f"not started: {error}"
        if self._received is not None:
            return 128 + self._received, ended_by(self._received)
        if error is not None:
            logger.error("the crawl broke off", exc_info=error)
            return 1, f"failed: {type(error).__name__}: {error}"
        verdict = Journal.of(crawler).verdict
        return (verdict.code, verdict.line) if verdict else (1, "failed: the crawl ended without a verdict")

    def _opened(self) -> None:
        gc.freeze()  # what is loaded by now stays: the garbage collector need not walk it again and again

    def _watch_signals(self) -> None:
        """Remember which signal ended the run; what it does stays Scrapy's affair."""
        for number in ENDING:
            inner = signal.getsignal(number)

            def note(received: int, frame: FrameType | None, inner: object = inner) -> None:
                self._received = received
                if callable(inner):
                    inner(received, frame)

            signal.signal(number, note)


def ended_by(number: int) -> str:
    """What the last line says of a signal."""
    return f"ended by {signal.Signals(number).name}; the next run takes up where this one stopped"


def _end_at_once(number: int, frame: FrameType | None) -> NoReturn:
    """The handler until the crawl begins: nothing is open yet."""
    print(ended_by(number), file=sys.stderr)
    raise SystemExit(128 + number)
