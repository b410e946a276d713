"""What the ledgers of the jobs say, for a person."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scraper.crawl.database import UnusableLedger, usable
from scraper.crawl.ledger import Ledger, Run, State

OPEN = {State.WAITING: "waiting", State.LEASED: "waiting", State.FAILED: "failed"}


@dataclass(slots=True)
class SiteStatus:
    """How many URLs of a site ended how, and why those that failed did."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """By the first word of the reason: article, rejected, list, part, redirected, skipped, forbidden; what is to be
    fetched is waiting, what ``retry=failed`` tries again failed."""
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def found(self) -> int:
        """All URLs."""
        return self.outcomes.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """A job: its sites by host, and its last finished run; or the ``problem`` with its ledger."""

    job: str
    sites: dict[str, SiteStatus] = field(default_factory=dict)
    last_run: Run | None = None
    problem: str | None = None


def jobs(folder: Path) -> Iterator[JobStatus]:
    """The jobs whose folders stand in ``folder``. A run that is under way is not disturbed: it shows up to its last
    commit."""
    for file in sorted(folder.glob("*/ledger.sqlite")):
        yield _status(file)


def _status(file: Path) -> JobStatus:
    job = file.parent.name
    try:
        with usable(file):
            ledger = Ledger(file, read_only=True)
            summary, runs = list(ledger.summary()), ledger.runs(last=1)
            ledger.abandon()
    except UnusableLedger as error:
        return JobStatus(job=job, problem=str(error))
    sites: dict[str, SiteStatus] = defaultdict(SiteStatus)
    for site, state, reason, count in summary:
        word, _, detail = (reason or "").partition(": ")
        sites[site].outcomes[OPEN.get(State(state), word)] += count
        if state == State.FAILED:
            sites[site].failures[detail] += count
    return JobStatus(job=job, sites=dict(sites), last_run=runs[0] if runs else None)
