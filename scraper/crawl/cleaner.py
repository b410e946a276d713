"""Cleaning, off the reactor: while one page is being cleaned, the next are being fetched."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from scraper.cleaning import clean
from scraper.model import Article, Page, Rejected


class Cleaner:
    """Runs ``scraper.clean`` in worker processes; with 0 of them, in this one."""

    def __init__(self, processes: int) -> None:
        # Workers are spawned, not forked: a forked one would hold the ledger's lock and the crawl's sockets.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(processes, mp_context=context) if processes else None

    async def clean(self, page: Page, *following: Page) -> Article | Rejected:
        """As ``scraper.clean``."""
        if self._pool is None:
            return clean(page, *following)
        return await asyncio.get_running_loop().run_in_executor(self._pool, clean, page, *following)

    def close(self) -> None:
        """End the workers."""
        if self._pool:
            self._pool.shutdown()
