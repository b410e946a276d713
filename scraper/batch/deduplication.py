"""What a run does with duplicates: nothing (keep), name the first on them (mark), or reject them (drop)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import orjson

from scraper.batch.disk import full_disk_told
from scraper.batch.entries import Entry, rejection
from scraper.duplicates import Duplicate, Index, earlier, signature
from scraper.model import Article, Reason, Rejected
from scraper.schema import dumps, from_line, to_line

SAME = {"url": "the same URL", "text": "the same text", "near": "nearly the same text"}


class Deduplication:
    """Judges entries one by one, against those before and against earlier exports.

    ``path`` is its index: a file that stays between a kill and the next run, or None for one that does not.
    """

    def __init__(self, path: Path | None, *, drop: bool, against: Sequence[str] = (), resumed_at: int = 0) -> None:
        self._path = path
        self._drop = drop
        if path and not resumed_at:
            path.unlink(missing_ok=True)
        self._index = Index(path or "")
        if resumed_at:
            self._index.forget_after(resumed_at)
        else:
            for article in earlier(map(Path, against)):
                self._index.first(article, signature(article.text))

    def judged(self, entry: Entry, record: int) -> Entry:
        """The entry of a record, as it is written."""
        if entry.file != "articles":
            return entry
        article = from_line(orjson.loads(entry.line))
        with full_disk_told("the index of duplicates"):
            duplicate = self._index.first(article, entry.signature, record)
        if duplicate is None:
            return entry
        if self._drop:
            return rejection(_dropped(article, duplicate, entry.input))
        return entry._replace(line=dumps(to_line(replace(article, duplicate_of=duplicate.first))))

    def commit(self) -> None:
        """Make durable what was seen; to be called before the checkpoint is written."""
        with full_disk_told("the index of duplicates"):
            self._index.commit()

    def close(self, finished: bool = False) -> None:
        """Close the index; a finished run needs it no longer."""
        self._index.close()
        if finished and self._path:
            self._path.unlink(missing_ok=True)


def _dropped(article: Article, duplicate: Duplicate, place: str | None) -> Rejected:
    return Rejected(
        url=article.url,
        reason=Reason.DUPLICATE,
        detail=f"{SAME[duplicate.same]} as {duplicate.first}",
        fetched=article.fetched,
        encoding=article.encoding,
        input=place,
    )
