"""Pages to outcomes on worker processes, in the order they came, whatever happens to a worker.

Pages travel in chunks. A chunk whose worker dies or takes too long is tried again page by page, so that the one that
does it is the only one lost.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from scraper.batch.pool import Died, Pool, Task
from scraper.model import Article, Page, Reason, Rejected, Step

CHUNK_BYTES = 1 << 19
CHUNK_PAGES = 16
AHEAD = 8
"""Chunks in hand for each worker: what bounds the memory, and keeps the others busy while one works on a long page."""
PATIENCE = 120.0
"""Seconds for a chunk, and then for each of its pages alone."""

Pages = tuple[Page, ...]
"""The pages of one article, in order."""
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record. ``failed``: it could not be read, or cleaning it went wrong; not a normal reject."""

    result: Article | Rejected
    steps: tuple[Step, ...] = ()
    failed: bool = False


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


Record = Pages | Rejected
"""What is cleaned by itself; a ``Rejected`` is a record that could not be read."""
Chunk = list[Record]
Clean = Callable[[Pages], Outcome]


def cleaned(records: Iterable[Record], workers: int, clean: Clean = clean_one) -> Generator[Outcome, None, None]:
    """One outcome for each record, in order. ``clean`` is what the workers do with pages; see ``worked``."""
    return worked(chunked(records), workers, partial(outcome, clean))


def outcome(clean: Clean, record: Record) -> Outcome:
    """The outcome of a record, whether or not it could be read (an HTTP error, say, could: it is no page's)."""
    if isinstance(record, Rejected):
        return Outcome(record, failed=record.reason in (Reason.UNREADABLE, Reason.ERROR))
    return clean(record)


def worked(chunks: Iterable[Chunk], workers: int, work: Callable[[Record], R]) -> Generator[R, None, None]:
    """What ``work``, done by the workers, makes of each record, in order.

    Of a record that is lost it makes what it makes, here, of a ``Rejected``. Close the iterator
    (``contextlib.closing``) where it is not taken to its end: its processes end with it.
    """
    with closing(Pool(workers, partial(_work_all, work), PATIENCE)) as pool:
        waiting: deque[Task[Chunk, list[R]]] = deque()

        def done(until: Callable[[], bool]) -> Iterator[R]:
            while waiting and not until():
                if waiting[0].done:
                    yield from _results(pool, work, waiting.popleft())
                else:
                    pool.wait()

        for chunk in chunks:
            waiting.append(pool.schedule(chunk))
            yield from done(lambda: pool.hungry and not waiting[0].done and len(waiting) < AHEAD * workers)
        yield from done(lambda: False)


def chunked(records: Iterable[Record]) -> Iterator[Chunk]:
    """Records in chunks that are worth a message."""
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


def _work_all(work: Callable[[Record], R], records: Chunk) -> list[R]:
    return [work(record) for record in records]


def _results(pool: Pool[Chunk, list[R]], work: Callable[[Record], R], task: Task[Chunk, list[R]]) -> Iterator[R]:
    try:
        yield from task.result()
    except (Died, TimeoutError):
        for record in task.given:
            yield _alone(pool, work, record)


def _alone(pool: Pool[Chunk, list[R]], work: Callable[[Record], R], record: Record) -> R:
    """What comes of a record that may be the end of a worker."""
    task = pool.schedule([record], first=True)
    while not task.done:
        pool.wait()
    try:
        return task.result()[0]
    except (Died, TimeoutError) as error:
        return work(_lost(record, error))


def _lost(record: Record, error: Exception) -> Rejected:
    if isinstance(record, Rejected):
        return record
    page = record[0]
    died = f"the worker process died on it (exit code {error.exitcode})" if isinstance(error, Died) else ""
    return Rejected(
        url=page.url,
        reason=Reason.ERROR,
        detail=died or f"took longer than {PATIENCE:.0f} seconds",
        fetched=page.fetched,
        input=page.input,
    )
