"""What a record adds to the files of a run, made by the worker that cleaned it: who writes it need not look inside."""

from dataclasses import asdict, dataclass
from typing import NamedTuple

from scraper.batch.chunks import Record
from scraper.batch.workers import Clean, Outcome, outcome
from scraper.export import counted
from scraper.model import Article, Rejected
from scraper.schema import Line, dumps, rejected_to_line, to_line


class Entry(NamedTuple):
    """A line, ready to be written; ``file`` is ``articles`` or ``rejects``.

    ``failed``: the record could not be read, or cleaning it went wrong; not a normal reject.
    """

    file: str
    line: bytes
    counted: Line
    failed: bool = False
    steps: tuple[bytes, ...] = ()
    signature: bytes | None = None
    """Of an article's text, where duplicates are looked for (``scraper.duplicates.signature``)."""
    input: str | None = None
    """Where an article was read, likewise."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Makes the entry of a record: ``clean`` it, with what a run asks for besides."""

    clean: Clean
    steps: bool = False
    signed: bool = False

    def __call__(self, record: Record) -> Entry:
        """The entry of a record, whether or not it could be read."""
        found = outcome(self.clean, record)
        if isinstance(found.result, Rejected):
            return rejection(found.result, found.failed)
        line = to_line(found.result)
        entry = Entry("articles", dumps(line), counted(line), found.failed)
        if self.steps:
            entry = entry._replace(steps=_steps(found.result, found))
        return _signed(entry, found.result, record) if self.signed else entry


def rejection(rejected: Rejected, failed: bool = False) -> Entry:
    """The entry of a reject."""
    line = rejected_to_line(rejected)
    return Entry("rejects", dumps(line), counted(line), failed)


def _steps(article: Article, found: Outcome) -> tuple[bytes, ...]:
    """A line for each step; ``page``, counted from 1, is that of the article into whose text its offsets go."""
    known = {"id": article.id, "url": article.url}
    return tuple(
        dumps({**known, "page": page, **asdict(step)}) for page, steps in enumerate(found.steps, 1) for step in steps
    )


def _signed(entry: Entry, article: Article, record: Record) -> Entry:
    from scraper.duplicates import signature

    place = None if isinstance(record, Rejected) else record[0].input
    return entry._replace(signature=signature(article.text), input=place)
