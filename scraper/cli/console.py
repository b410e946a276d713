"""What a command says on standard error: progress on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

SHOWN = 20
"""Failed records that are named one by one."""
LONGEST = 32
"""Characters of a text that is shown in a line."""
LINE_EVERY = 30.0
"""Seconds between two lines of progress where there is no terminal."""


def say(message: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"scraper: {' '.join(message.split())}\n")
    sys.stderr.flush()


def duration(seconds: float) -> str:
    """Seconds for a person.

    >>> duration(3.21), duration(75), duration(7322)
    ('3.2 s', '1:15', '2:02:02')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def shown(text: str) -> str:
    """Text on one line of a terminal: what cannot be seen is escaped, a long stretch is cut in the middle.

    >>> print(shown("甲" + chr(0x85) + "乙" + chr(10)))
    甲\\x85乙↵
    """
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 :]}"
    visible = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text.replace("\n", "↵"))
    return "".join(visible)


class Failures:
    """Names records that failed, the first of them one by one; ``others``: where all are named, or how to have them."""

    def __init__(self, others: str) -> None:
        self._others = others
        self._count = 0

    def tell(self, where: str, detail: str) -> None:
        """Name one that could not be read or cleaned."""
        self._count += 1
        if self._count <= SHOWN:
            say(f"{where}: {detail}")
        elif self._count == SHOWN + 1:
            say(f"more records failed; {self._others}")


class Progress:
    """Counts what passes and shows it: a bar with rate and time left on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self.records = 0
        self.articles = 0
        self._start = self._last = time.monotonic()
        self._first_bytes: int | None = None
        self._bar: Any = _bar() if sys.stderr.isatty() else None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start

    def update(self, *, article: bool, done: int, total: int) -> None:
        """One more record; ``done`` of ``total`` bytes of input have been read."""
        self.records += 1
        self.articles += article
        if self._first_bytes is None:
            self._first_bytes = done if done < total else 0
        if self._bar is not None:
            self._show(done, total)
        elif time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            say(f"{self.rate()}{self._left(done, total)}")

    def rate(self) -> str:
        """How many so far, and how fast."""
        speed = self.records / self.seconds if self.seconds else 0.0
        return f"{self.records:,} records, {self.articles:,} articles, {speed:,.0f} a second"

    def _left(self, done: int, total: int) -> str:
        share = done / total if total else 0.0
        return f", {share:.0%}, {duration(self.seconds * (1 - share) / share)} left" if 0 < share < 1 else ""

    def _show(self, done: int, total: int) -> None:
        if self._task is None:
            self._bar.start()
            self._task = self._bar.add_task("", total=total or None, counts="")
        self._bar.update(self._task, completed=done, counts=self.rate())


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[counts]}"), TimeRemainingColumn())
    return Bar(*columns, console=Console(stderr=True), transient=True)


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as aligned columns; Han characters count as two cells. Empty where there are no rows."""
    from rich.cells import cell_len

    if not rows:
        return ""
    widths = [max(cell_len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = []
    for row in (header, *rows):
        cells = [cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"
