"""Pages to outcomes on worker processes, in the order they came, whatever happens to a worker.

Pages travel in chunks. A chunk whose worker dies or takes too long is tried again page by page, so that the one that
does it is the only one lost.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from scraper.batch.chunks import Chunk, Pages, Record, Start, Upcoming, chunked, read, start_of
from scraper.batch.pool import Died, Pool, Task
from scraper.inputs.runs import Cut
from scraper.model import Article, Reason, Rejected, Step

AHEAD = 8
"""Chunks in hand for each worker: what bounds the memory, and keeps the others busy while one works on a long page."""
PATIENCE = 120.0
"""Seconds for a chunk, and then for each of its pages alone."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record, with the steps by which each of an article's pages was repaired.

    ``failed``: it could not be read, or cleaning it went wrong; not a normal reject.
    """

    result: Article | Rejected
    steps: tuple[tuple[Step, ...], ...] = ()
    failed: bool = False


def clean_one(record: Pages) -> Outcome:
    """The outcome of one record, in this process."""
    from scraper.cleaning import trace, whole

    drafts = [trace(page) for page in record]
    result = whole(drafts)
    if isinstance(result, Rejected):
        return Outcome(result, failed=result.reason is Reason.ERROR)
    return Outcome(result, tuple(draft.repaired.steps for draft in drafts if not draft.rejected))


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

    Of a record on which it fails, or a worker dies, it makes what it makes, here, of a ``Rejected``. Close the iterator
    (``contextlib.closing``) where it is not taken to its end: its processes end with it.
    """
    with closing(Pool(workers, partial(_work_all, work), PATIENCE)) as pool:
        yield from _Line(pool, work, Upcoming(chunks)).results()


def _work_all(work: Callable[[Record], R], records: Chunk) -> list[R]:
    return [_work_one(work, record) for record in records]


def _work_one(work: Callable[[Record], R], record: Record) -> R:
    try:
        return work(record)
    except Exception as error:
        return work(_lost(record, error))


class _Line(Generic[R]):
    """Chunks that wait for their results, in order, and those that are upcoming."""

    def __init__(self, pool: Pool[Chunk, list[R]], work: Callable[[Record], R], upcoming: Upcoming) -> None:
        self._pool = pool
        self._work = work
        self._upcoming = upcoming
        self._waiting: deque[tuple[Start | None, Task[Chunk, list[R]]]] = deque()

    def results(self) -> Iterator[R]:
        """The results for all records."""
        for chunk in self._upcoming:
            self._waiting.append((start_of(chunk), self._pool.schedule(chunk)))
            while self._waiting and (self._has_enough() or self._first_is_done()):
                yield from self._step()
        while self._waiting:
            yield from self._step()

    def _has_enough(self) -> bool:
        return len(self._waiting) >= AHEAD * self._pool.most or not self._pool.hungry

    def _first_is_done(self) -> bool:
        return self._waiting[0][1].done

    def _step(self) -> Iterator[R]:
        if not self._first_is_done():
            self._pool.wait()
            return
        _, task = self._waiting.popleft()
        try:
            yield from task.result()
        except Cut:
            records = chunked(self._read(task.given))
            yield from _Line(self._pool, self._work, Upcoming(records)).results()
        except (Died, TimeoutError):
            for record in self._read(task.given):
                yield self._alone(record)

    def _read(self, chunk: Chunk) -> Iterator[Record]:
        return read(chunk, self._next_start, self._drop_next)

    def _next_start(self) -> Start | None:
        return self._waiting[0][0] if self._waiting else self._upcoming.start()

    def _drop_next(self) -> None:
        if self._waiting:
            self._waiting.popleft()
        else:
            next(self._upcoming)

    def _alone(self, record: Record) -> R:
        """The result for a record that may be the end of a worker."""
        task = self._pool.schedule([record], first=True)
        while not task.done:
            self._pool.wait()
        try:
            return task.result()[0]
        except (Died, TimeoutError) as error:
            return self._work(_lost(record, error))


def _lost(record: Record, error: Exception) -> Rejected:
    if isinstance(record, Rejected):
        return record
    page = record[0]
    return Rejected(
        url=page.url,
        reason=Reason.ERROR,
        detail=_how(error),
        fetched=page.fetched,
        input=page.input,
    )


def _how(error: Exception) -> str:
    match error:
        case Died():
            return f"the worker process died on it (exit code {error.exitcode})"
        case TimeoutError():
            return too_slow(PATIENCE)
    return f"{type(error).__name__}: {error}"


def too_slow(patience: float) -> str:
    """What is said of a page that took longer than its seconds."""
    return f"took longer than {patience:.0f} seconds"
