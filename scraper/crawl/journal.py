"""The journal of a run: its lock, its ledger and the files it writes, made durable together.

A Scrapy extension. Whoever learns what became of a URL tells the journal: pipelines, the scheduler, the spider
middleware. They reach it with ``Journal.of(crawler)``.
"""

import asyncio
import logging
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path
from typing import Protocol, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from scraper.crawl.arguments import Arguments
from scraper.crawl.database import UnusableLedger, usable
from scraper.crawl.files import JobFile
from scraper.crawl.ledger import Ledger, LedgerLost, State, host
from scraper.crawl.lock import RunLock
from scraper.crawl.verdict import Verdict, judge
from scraper.export import LineFile
from scraper.model import Article, Reason, Rejected
from scraper.schema import Line, dumps, rejected_to_line, to_line

logger = logging.getLogger(__name__)

LEDGER_ERRORS = (LedgerLost, sqlite3.Error)
LEDGER = "ledger.sqlite"
"""The name of the ledger's file in a job's folder."""
COMMIT_EVERY = 1.0
"""Seconds of work that a kill may cost."""


class Kept(Protocol):
    """What is made durable together with the ledger."""

    def sync(self) -> None:
        """Make durable what was written so far."""

    def close(self) -> None:
        """Make everything durable; nothing more will be written."""


class Unwritable(Exception):
    """The run cannot keep its state or its export; nothing was fetched."""


class Journal:
    """Opens everything a run writes, before it fetches anything.

    Raises ``scraper.crawl.lock.Held`` where another run of the job is under way, ``scraper.export.Locked`` where one of
    another job writes the same file, and ``Unwritable`` where a file cannot be opened or is not what the ledger
    remembers.
    """

    def __init__(self, crawler: Crawler, folder: Path, articles: Path, rejects: Path) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        """How many URLs of each host ended how in this run."""
        self.verdict: Verdict | None = None
        self.failure: str | None = None
        self._crawler = crawler
        self._kept: list[Kept] = []
        try:
            for each in (folder, articles.parent, rejects.parent):
                each.mkdir(parents=True, exist_ok=True)
            self._lock = RunLock(folder / "lock")
            with usable(folder / LEDGER):
                self.ledger = self._open_ledger(folder)
                self._articles, self._rejects = self._open(articles), self._open(rejects)
                self.ledger.start_run(refresh=Arguments.of(crawler).refresh)
                self._commit_ledger()  # before the first line: what a kill leaves behind the marks is this run's
                self.commit()
        except (OSError, ValueError, UnusableLedger) as error:
            raise Unwritable(f"cannot keep the crawl: {error}") from error
        self._timer = create_looping_call(self._commit_or_stop)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        job = job_of(crawler)
        return cls(
            crawler, *(Path(crawler.settings[name].format(job=job)) for name in ("JOB_FOLDER", "EXPORT", "REJECTS"))
        )

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The journal of a crawl. Raises ValueError where it is not among the EXTENSIONS."""
        journal = crawler.get_extension(cls)
        if journal is None:
            raise ValueError("scraper.crawl.journal.Journal is missing from EXTENSIONS")
        return journal

    def exported(self, article: Article) -> None:
        """Write an article's line."""
        self._append(self._articles, to_line(article))
        self.close_url(article.url, State.DONE, "article")

    def rejected(self, rejected: Rejected) -> None:
        """Write a rejected page's line. What the cleaning broke on has failed: it can be tried again."""
        self._append(self._rejects, rejected_to_line(rejected))
        url = rejected.url or rejected.input  # a record of an archive that cannot be read has no other name
        if rejected.reason is Reason.ERROR:
            self.close_url(url, State.FAILED, "rejected", f"{rejected.reason}: {rejected.detail}")
        else:
            self.close_url(url, State.DONE, "rejected", rejected.reason)

    def close_url(self, url: str | None, state: State, outcome: str, detail: str = "") -> None:
        """Note what became of a URL: ``outcome`` is counted, ``detail`` says more.

        Once writing has failed nothing is noted any more: what is still under way is fetched again by the next run.
        """
        if self.failure:
            return
        key = ledger_url(url)
        self.counts[host(key)][outcome] += 1
        try:
            self.ledger.close(key, state, f"{outcome}: {detail}" if detail else outcome)
        except LEDGER_ERRORS as error:
            self.fail(error)

    def keep_in_step(self, kept: Kept) -> None:
        """Have something else made durable before every commit, and closed at the end (the archive)."""
        self._kept.append(kept)

    def fail(self, error: Exception, what: str = "export") -> None:
        """End the crawl: ``what`` cannot be written (a full disk), or the ledger is out of reach. What was committed
        before stays valid.

        Nothing is noted or asked of the ledger any more, so that the next run fetches what is still under way.
        """
        if self.failure:
            return
        lost = isinstance(error, LEDGER_ERRORS)
        self.failure = f"the {'state of the crawl cannot be kept' if lost else f'{what} cannot be written'}: {error}"
        logger.error("%s", self.failure)
        self._stopping = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="export_failed"))

    def commit(self, *, last: bool = False) -> None:
        """Make files and ledger durable, in this order: see ``scraper.crawl.ledger``. After the ``last`` nothing is
        written any more."""
        for kept in self._kept:
            kept.sync()
        for file in (self._articles, self._rejects):
            file.commit()
        self._commit_ledger(last=last)

    def _commit_ledger(self, *, last: bool = False) -> None:
        for file in (self._articles, self._rejects):
            self.ledger.set_mark(file.path, file.mark(closed=last))
        self.ledger.commit()

    def _open_ledger(self, folder: Path) -> Ledger:
        return Ledger(folder / LEDGER)

    def _open(self, path: Path) -> JobFile:
        path = path.absolute()
        if not path.exists():  # taken away between two runs, as exports are collected: a new one begins
            self.ledger.begin_file(path)
        return JobFile(path, self.ledger.mark(path))

    def _opened(self) -> None:
        self._timer.start(COMMIT_EVERY, now=False)

    def _closed(self, reason: str) -> None:
        """The run is over: judge it, note the verdict, and let the next one begin."""
        stats = self._crawler.stats.get_stats()
        if not self.failure:
            self.verdict = judge(reason, self.counts, stats, self.ledger.runs())
            sites = {site: dict(count) for site, count in self.counts.items()}
            numbers = {name: value for name, value in stats.items() if isinstance(value, int | float)}
            counts = {"sites": sites, "stats": numbers}
            self.ledger.finish_run(self.verdict.line, counts, complete=reason == "finished")
            self._commit_or_stop(last=True)
        if self.failure:
            self.verdict = Verdict(code=1, line=self.failure)
        if self._timer.running:
            self._timer.stop()
        self.ledger.abandon()
        for kept in self._kept:
            kept.close()
        self._articles.close()
        self._rejects.close()
        self._lock.release()

    def _append(self, file: LineFile, line: Line) -> None:
        if self.failure:
            return
        try:
            file.write(dumps(line))
        except OSError as error:
            self.fail(error)

    def _commit_or_stop(self, *, last: bool = False) -> None:
        if self.failure:
            return
        try:
            self.commit(last=last)
        except (OSError, sqlite3.Error) as error:
            self.fail(error)


def job_of(crawler: Crawler) -> str:
    """The name under which a crawl keeps its state: the spider's ``job``, or its name where it has none."""
    return str(getattr(crawler.spider, "job", None) or crawler.spidercls.name)


def ledger_url(url: str | None) -> str:
    """The form under which the ledger knows a URL: as fetched, without the fragment."""
    return (url or "").partition("#")[0]
