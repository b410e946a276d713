"""The pages of WARC files, in order and by URL."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from scraper.inputs import Fields, pages, sources
from scraper.inputs.warc import records
from scraper.model import Page, Rejected


class Replay:
    """WARC files, folders of them, or globs. What is no WARC file is passed over; what cannot be reached comes as a
    ``Rejected``. Raises ValueError where there is no WARC file at all."""

    def __init__(self, inputs: Sequence[str]) -> None:
        self.sources = [source for source in sources(inputs) if source.kind in ("warc", "missing")]
        if all(source.kind == "missing" for source in self.sources):
            raise ValueError("; ".join(f"{each.name}: {each.problem}" for each in self.sources) or "no WARC file")

    def pages(self) -> Iterator[Page | Rejected]:
        """All records that hold a page, in order."""
        return pages(self.sources)

    def holds(self, url: str | None) -> bool:
        """Whether a page was archived under a URL."""
        return url in self._places

    def page(self, url: str) -> Page | None:
        """The first page that was archived under a URL; None where there is none."""
        if not self.holds(url):
            return None
        name, offset = self._places[url]
        with Path(name).open("rb") as file:
            file.seek(offset)
            found = next(records(file, name, Fields()), None)
        return found if isinstance(found, Page) else None

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        """Where each URL's first page stands. Costs one more reading of the files, when the first is asked for."""
        places: dict[str, tuple[str, int]] = {}
        for page in pages(self.sources):
            if isinstance(page, Page) and page.url and page.input:
                name, _, offset = page.input.rpartition(":")
                places.setdefault(page.url, (name, int(offset)))
        return places
