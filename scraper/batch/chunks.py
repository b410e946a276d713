"""What workers are given at a time: some records, or a portion of a file whose records nobody has read yet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from math import inf

from scraper.inputs.members import Members
from scraper.inputs.portions import Portion, batched
from scraper.inputs.runs import Cut
from scraper.model import Page, Rejected

Pages = tuple[Page, ...]
"""The pages of one article, in order."""
Record = Pages | Rejected
"""What is cleaned by itself; a ``Rejected`` is a record that could not be read."""
Start = tuple[str, int]
"""A file, and where in it a portion starts."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The records of a portion. Going through them raises ``Cut`` where it turns out to be none."""

    portion: Portion

    def __iter__(self) -> Iterator[Record]:
        return map(record_of, self.portion)


Chunk = list[Record] | Unread


def record_of(page: Page | Rejected) -> Record:
    """A page as the only one of its article."""
    return (page,) if isinstance(page, Page) else page


def chunked(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records in chunks."""
    return batched(records, _size)


def _size(record: Record) -> int:
    return 0 if isinstance(record, Rejected) else sum(len(page.body) for page in record)


class Upcoming:
    """Chunks of which the next can be looked at before it is taken."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self._chunks = iter(chunks)
        self._seen: list[Chunk] = []

    def __iter__(self) -> Iterator[Chunk]:
        return self

    def __next__(self) -> Chunk:
        return self._seen.pop() if self._seen else next(self._chunks)

    def start(self) -> Start | None:
        """Where the next one starts."""
        if not self._seen:
            self._seen.extend(islice(self._chunks, 1))
        return start_of(self._seen[0]) if self._seen else None


def start_of(chunk: Chunk) -> Start | None:
    """Where a chunk starts, if it might turn out to be no portion."""
    if isinstance(chunk, Unread) and isinstance(chunk.portion, Members):
        return chunk.portion.name, chunk.portion.offset
    return None


def read(chunk: Chunk, start_of_next: Callable[[], Start | None], drop_next: Callable[[], object]) -> Iterator[Record]:
    """The records of a chunk, read here; where it turns out to be no portion, those up to the first one that is.

    What comes in between is dropped.
    """
    try:
        return iter(list(chunk))
    except Cut:
        assert isinstance(chunk, Unread) and isinstance(chunk.portion, Members)
        return _read_on(chunk.portion, start_of_next, drop_next)


def _read_on(
    portion: Members, start_of_next: Callable[[], Start | None], drop_next: Callable[[], object]
) -> Iterator[Record]:
    def drop_before(end: float) -> None:
        while (following := start_of_next()) and following[0] == name and begin < following[1] < end:
            drop_next()

    name, begin = portion.name, portion.offset
    for offset, page in portion.onward():
        drop_before(offset)
        if offset > begin and start_of_next() == (name, offset):
            return
        if page is not None:
            yield record_of(page)
    drop_before(inf)


def after(count: int, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The chunks without the first ``count`` records."""
    upcoming = Upcoming(chunks)
    for chunk in upcoming if count else ():
        records = read(chunk, upcoming.start, upcoming.__next__)
        count -= sum(1 for _ in islice(records, count))
        if not count:
            yield from chunked(records)
            break
    yield from upcoming
