"""Pages to outcomes on worker processes, in the order they came, whatever happens to a worker.

Pages travel in chunks. A chunk whose worker dies or takes too long is tried again page by page, so that the one that
does it is the only one lost.
"""

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext

from pebble import ProcessExpired, ProcessPool

from scraper.model import Article, Page, Reason, Rejected, Step

CHUNK_BYTES = 1 << 19
CHUNK_PAGES = 16
AHEAD = 3
"""Chunks in hand for each worker: what bounds the memory, and keeps the others busy while one works on a long page."""
PATIENCE = 120.0
"""Seconds for a chunk, and then for each of its pages alone."""
PRELOADED = "scraper.batch.preloaded"

Pages = tuple[Page, ...]
"""The pages of one article, in order."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record. ``failed``: it could not be read, or cleaning it went wrong; not a normal reject."""

    result: Article | Rejected
    steps: tuple[Step, ...] = ()
    failed: bool = False
    signature: bytes | None = None
    """Of the article's text, where duplicates are looked for (``scraper.duplicates.signature``)."""
    input: str | None = None
    """Where the record was read, likewise."""


def clean_and_sign(record: Pages) -> Outcome:
    """As ``clean_one``, with the signature that near-duplicates are found by."""
    from scraper.duplicates import signature

    outcome = clean_one(record)
    if not isinstance(outcome.result, Article):
        return outcome
    return replace(outcome, signature=signature(outcome.result.text), input=record[0].input)


def clean_one(record: Pages) -> Outcome:
    """The outcome of one record, in this process."""
    from scraper.cleaning import clean, trace

    if len(record) > 1:
        whole = clean(*record)
        return Outcome(whole, failed=isinstance(whole, Rejected) and whole.reason is Reason.ERROR)
    draft = trace(record[0])
    steps = draft.repaired.steps if draft.repaired else ()
    if draft.rejected:
        return Outcome(draft.rejected, steps, failed=draft.rejected.reason is Reason.ERROR)
    assert draft.article
    return Outcome(draft.article, steps)


Chunk = list[Pages | Rejected]
Clean = Callable[[Pages], Outcome]


def cleaned(
    records: Iterable[Pages | Rejected], workers: int, clean: Clean = clean_one
) -> Generator[Outcome, None, None]:
    """One outcome for each record, in order; a ``Rejected`` among them is a record that could not be read.

    ``clean`` is what the workers do with a record. Close the iterator (``contextlib.closing``) where it is not taken to
    its end: its processes end with it.
    """
    with _pool(workers) as pool:
        waiting: deque[tuple[Chunk, Future[list[Outcome]]]] = deque()
        for chunk in _chunks(records):
            waiting.append((chunk, pool.schedule(_clean_all, args=[clean, chunk], timeout=PATIENCE)))
            while len(waiting) >= AHEAD * workers or (waiting and waiting[0][1].done()):
                yield from _outcomes(pool, clean, *waiting.popleft())
        while waiting:
            yield from _outcomes(pool, clean, *waiting.popleft())


def _chunks(records: Iterable[Pages | Rejected]) -> Iterator[Chunk]:
    chunk: Chunk = []
    size = 0
    for record in records:
        chunk.append(record)
        size += 0 if isinstance(record, Rejected) else sum(len(page.body) for page in record)
        if size >= CHUNK_BYTES or len(chunk) >= CHUNK_PAGES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _clean_all(clean: Clean, records: Chunk) -> list[Outcome]:
    return [_unread(record) if isinstance(record, Rejected) else clean(record) for record in records]


def _unread(rejected: Rejected) -> Outcome:
    """A record that gave no page: it could not be read, or what it says (an HTTP error, say) is no page's."""
    return Outcome(rejected, failed=rejected.reason is Reason.UNREADABLE)


def _outcomes(pool: ProcessPool, clean: Clean, chunk: Chunk, future: "Future[list[Outcome]]") -> Iterator[Outcome]:
    try:
        yield from future.result()
    except (ProcessExpired, TimeoutError) as error:
        if len(chunk) == 1:
            yield Outcome(_lost(chunk[0], error), failed=True)
            return
        for record in chunk:
            again = pool.schedule(_clean_all, args=[clean, [record]], timeout=PATIENCE)
            yield from _outcomes(pool, clean, [record], again)


def _lost(record: Pages | Rejected, error: Exception) -> Rejected:
    if isinstance(record, Rejected):
        return record
    page = record[0]
    died = f"the worker process died on it (exit code {error.exitcode})" if isinstance(error, ProcessExpired) else ""
    return Rejected(
        url=page.url,
        reason=Reason.ERROR,
        detail=died or f"took longer than {PATIENCE:.0f} seconds",
        fetched=page.fetched,
        input=page.input,
    )


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPool]:
    """Workers that ignore Ctrl-C, which their parent handles, and do not outlive it.

    The mask does its work where the parent has no other threads, as those of numpy would be.
    """
    pool = ProcessPool(max_workers=workers, context=_context(), initializer=_prepare)
    resource_tracker.ensure_running()  # here, because it unblocks SIGINT when it starts
    try:
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            pool.schedule(_nothing)  # starts the pool's threads and their processes, which inherit the mask
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        yield pool
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()


def _context() -> BaseContext:
    """How workers start. Not forked from this process, whose threads, locks and files they would inherit: from a server
    of their own, which has loaded what they need.
    """
    if sys.platform != "linux":  # elsewhere, system libraries do not survive a fork
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    return context


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.getLogger("scraper").addHandler(logging.NullHandler())  # the reject says it; no traceback on the terminal
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import_module(PRELOADED)  # where it was not


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _nothing() -> None:
    pass
