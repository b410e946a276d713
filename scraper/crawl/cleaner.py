"""Cleaning, off the reactor: while one page is being cleaned, the next are being fetched.

The pages go to worker processes over sockets that the reactor itself reads and writes. An executor of the standard
library hands them over in threads, which wait for the interpreter's lock that the reactor holds, and leaves its workers
behind when the crawl is killed.
"""

import asyncio
import atexit
import gc
import logging
import multiprocessing
import pickle
import signal
import socket
from collections import deque
from contextlib import suppress

from scraper.batch.workers import PATIENCE, too_slow
from scraper.cleaning import clean
from scraper.model import Article, Page, Reason, Rejected

logger = logging.getLogger(__name__)

LENGTH = 8
"""Bytes that give the length of the pickle after them."""

Outcome = Article | Rejected


class WorkerDied(Exception):
    """A worker process ended before it answered."""


class WorkerKilled(Exception):
    """A worker process was killed because a page before this one took too long."""


class Cleaner:
    """Runs ``scraper.clean`` in so many worker processes; with 0 of them, in this one.

    A page that costs two workers their lives (memory, for one), or one of them PATIENCE, is rejected; the others go on
    in a new one.
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
        died = 0
        while died < 2:
            worker = min(self._workers, key=lambda worker: worker.waiting)
            try:
                return await worker.clean(page, *following)
            except TimeoutError:
                logger.warning("a cleaning process hung over %s; another takes its place", page.url)
                return failed(page, too_slow(PATIENCE))
            except WorkerDied:
                died += 1
                logger.warning("a cleaning process died over %s or a page beside it; another takes its place", page.url)
            except WorkerKilled:
                pass
            await worker.open()
        return failed(page, "two cleaning processes died")

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.close()


class Worker:
    """One process that cleans, in the order in which it is asked."""

    def __init__(self) -> None:
        self._answers: deque[asyncio.Future[Outcome]] = deque()
        self._writer: asyncio.StreamWriter | None = None
        self._opening = asyncio.Lock()
        self._alarm: asyncio.TimerHandle | None = None
        self._end: type[Exception] = WorkerDied
        """What its end is to those that wait."""

    @property
    def waiting(self) -> int:
        """How many pages it was given and has not answered."""
        return len(self._answers)

    async def open(self) -> None:
        """Start the process, unless it runs."""
        async with self._opening:
            if self._writer is not None:
                return
            self._end = WorkerDied
            ours, theirs = socket.socketpair()
            # Spawned, not forked: a forked process would hold the ledger's lock and the crawl's sockets.
            self._process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
            self._process.start()
            atexit.register(self._process.kill)  # multiprocessing would wait for one that hangs
            theirs.close()
            reader, self._writer = await asyncio.open_connection(sock=ours)
            self._reading = asyncio.ensure_future(self._read(reader))

    async def clean(self, *pages: Page) -> Outcome:
        """As ``scraper.clean``. Raises WorkerDied where the process does; where pages, once it is their turn, take
        longer than PATIENCE, TimeoutError for them and WorkerKilled for those after them."""
        if self._writer is None:
            raise self._end
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        if self.waiting == 1:
            self._set_alarm()
        self._writer.write(framed(pages))
        return await answer

    def close(self) -> None:
        """End the process, whatever it is at."""
        if self._writer is not None:
            self._writer.close()
            self._process.kill()

    def _set_alarm(self) -> None:
        """Give the first of what waits its time."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(PATIENCE, self._give_up) if self._answers else None

    def _give_up(self) -> None:
        if not self._answers[0].done():
            self._answers[0].set_exception(TimeoutError())
        self._end = WorkerKilled
        self._process.kill()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = int.from_bytes(await reader.readexactly(LENGTH), "big")
                outcome = pickle.loads(await reader.readexactly(length))
                answer = self._answers.popleft()
                self._set_alarm()
                if not answer.done():
                    answer.set_result(outcome)
        self._writer = None
        while self._answers:
            answer = self._answers.popleft()
            if not answer.done():
                answer.set_exception(self._end())
        self._set_alarm()


def failed(page: Page, detail: str) -> Rejected:
    """What becomes of a page that the cleaning broke on."""
    return Rejected(url=page.url, reason=Reason.ERROR, detail=detail, fetched=page.fetched)


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
