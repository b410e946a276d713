"""Cleaning, off the reactor: while one page is being cleaned, the next are being fetched."""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from scraper.cleaning import clean
from scraper.model import Article, Page, Reason, Rejected

logger = logging.getLogger(__name__)


class Cleaner:
    """Runs ``scraper.clean`` in worker processes; with 0 of them, in this one.

    A page that costs a worker its life (memory, for one) is rejected; the others go on in a new worker.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = self._new_pool() if processes else None

    async def clean(self, page: Page, *following: Page) -> Article | Rejected:
        """As ``scraper.clean``."""
        if self._pool is None:
            return clean(page, *following)
        loop = asyncio.get_running_loop()
        for _ in range(2):  # the pool may have been broken by another page, which was in it at the same time
            pool = self._pool
            try:
                return await loop.run_in_executor(pool, clean, page, *following)
            except BrokenProcessPool:
                logger.warning("a cleaning process died; another takes its place")
                if self._pool is pool:
                    self._pool = self._new_pool()
        return Rejected(
            url=page.url, reason=Reason.ERROR, detail="the cleaning process died twice", fetched=page.fetched
        )

    def close(self) -> None:
        """End the workers."""
        if self._pool:
            self._pool.shutdown()

    def _new_pool(self) -> ProcessPoolExecutor:
        # Workers are spawned, not forked: a forked one would hold the ledger's lock and the crawl's sockets.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self._processes, mp_context=context, initializer=_start_worker)
        for _ in range(self._processes):
            pool.submit(clean, Page(url=None, body="<p>正文</p>".encode()))  # loads the tables
        return pool


def _start_worker() -> None:
    """Leave Ctrl-C to the crawl, and end with it even where it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
