"""Cleaning, off the reactor: while one page is being cleaned, the next are being fetched.

The pages go to worker processes over sockets that the reactor itself reads and writes. An executor of the standard
library hands them over in threads, which wait for the interpreter's lock that the reactor holds, and leaves its workers
behind when the crawl is killed.
"""

import asyncio
import gc
import logging
import multiprocessing
import pickle
import signal
import socket
from collections import deque
from contextlib import suppress

from scraper.cleaning import clean
from scraper.model import Article, Page, Reason, Rejected

logger = logging.getLogger(__name__)

LENGTH = 8
"""Bytes that give the length of the pickle after them."""

Outcome = Article | Rejected


class WorkerDied(Exception):
    """A worker process ended before it answered."""


class Cleaner:
    """Runs ``scraper.clean`` in so many worker processes; with 0 of them, in this one.

    A page that costs two workers their lives (memory, for one) is rejected; the others go on in a new one.
    """

    def __init__(self, processes: int) -> None:
        self._workers = [Worker() for _ in range(processes)]

    async def open(self) -> None:
        """Start the workers."""
        for worker in self._workers:
            await worker.open()

    async def clean(self, page: Page, *following: Page) -> Outcome:
        """As ``scraper.clean``."""
        if not self._workers:
            return clean(page, *following)
        for _ in range(2):
            worker = min(self._workers, key=lambda worker: worker.waiting)
            with suppress(WorkerDied):
                return await worker.clean(page, *following)
            logger.warning("a cleaning process died over %s or a page beside it; another takes its place", page.url)
            await worker.open()
        return Rejected(url=page.url, reason=Reason.ERROR, detail="two cleaning processes died", fetched=page.fetched)

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.close()


class Worker:
    """One process that cleans, in the order in which it is asked."""

    def __init__(self) -> None:
        self._answers: deque[asyncio.Future[Outcome]] = deque()
        self._writer: asyncio.StreamWriter | None = None

    @property
    def waiting(self) -> int:
        """How many pages it was given and has not answered."""
        return len(self._answers)

    async def open(self) -> None:
        """Start the process, unless it runs."""
        if self._writer is not None:
            return
        ours, theirs = socket.socketpair()
        # Spawned, not forked: a forked process would hold the ledger's lock and the crawl's sockets.
        multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True).start()
        theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self._reading = asyncio.ensure_future(self._read(reader))

    async def clean(self, *pages: Page) -> Outcome:
        """As ``scraper.clean``. Raises WorkerDied where the process does."""
        if self._writer is None:
            raise WorkerDied
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        self._writer.write(framed(pages))
        return await answer

    def close(self) -> None:
        """End the process: it ends when its socket does."""
        if self._writer is not None:
            self._writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = int.from_bytes(await reader.readexactly(LENGTH), "big")
                outcome = pickle.loads(await reader.readexactly(length))
                answer = self._answers.popleft()
                if not answer.done():
                    answer.set_result(outcome)
        self._writer = None
        while self._answers:
            self._answers.popleft().set_exception(WorkerDied())


def framed(value: object) -> bytes:
    """A value as it goes over the socket."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(LENGTH, "big") + data


def serve(connection: socket.socket) -> None:
    """What a worker does until its socket closes, which is also when the crawl is killed. Ctrl-C is the crawl's
    affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    clean(Page(url=None, body="<p>正文</p>".encode()))  # loads the tables before the first page comes
    gc.freeze()  # they stay: a garbage collector that walks them costs a fifth of the time
    with connection, connection.makefile("rb") as requests, suppress(ConnectionError):
        while length := requests.read(LENGTH):
            pages = pickle.loads(requests.read(int.from_bytes(length, "big")))
            connection.sendall(framed(clean(*pages)))
