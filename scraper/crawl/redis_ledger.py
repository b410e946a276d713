"""The ledger of a crawl from several machines, in Redis: what ``scraper.crawl.ledger`` is to one.

It is scrapy-redis' priority queue with what that lacks. There, a request that was popped is gone if its worker dies;
here it is leased: its URL stands with the worker's session until a commit says what became of it, and waits again when
the session is not renewed in time (``REDIS_LEASE`` seconds) or ends. There, a URL is first marked as seen and then
queued, and lost if the worker dies in between; here one script does both. The commit is one script as well: it closes
URLs and notes how far the worker's export is durable, or does nothing at all.

Where the worker dies after it made lines durable and before the commit, the lines stay in its export until it is
started again, which cuts them off; others fetch the pages meanwhile. ``scraper merge`` writes such an article once.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any
from uuid import uuid4

from redis import Redis, RedisError
from scrapy import Request, Spider
from scrapy_redis.dupefilter import RFPDupeFilter
from scrapy_redis.queue import PriorityQueue

from scraper.crawl import redis_scripts as scripts
from scraper.crawl.files import Mark
from scraper.crawl.ledger import Entry, LedgerLost, Run, State, now

RUNS_KEPT = 50


class Expelled(LedgerLost):
    """The worker did not renew its session in time and was given up for dead: others fetch what it held."""


class RedisLedger(PriorityQueue):
    """A job's ledger, as one worker sees it, and the queue of its scheduler.

    ``worker`` names this worker among those of the job; ``lease`` is how many seconds it may be silent. Every method
    raises LedgerLost where Redis cannot be reached.
    """

    def __init__(self, server: Redis, spider: Spider, job: str, worker: str, lease: float) -> None:
        super().__init__(server, spider, "")
        self.key = f"zhengwen:{job}"
        self.run = self.refresh = 0
        self._worker = worker
        self.session = f"{worker}#{uuid4().hex[:12]}"
        """What Redis knows this worker by, while it lives."""
        self._lease = round(lease * 1000)
        self._dupefilter = RFPDupeFilter(server, f"{self.key}:seen")
        self._held: set[str] = set()
        self._closed: dict[str, tuple[State, str]] = {}
        self._marks: dict[str, str] = {}
        self._finished = ""
        self._complete = False
        self._scripts: dict[str, Any] = {}

    def start_run(self, *, refresh: bool = False) -> None:
        """Begin a run, or join the one that other workers are at.

        A ``refresh`` that the run before did not complete goes on: ``self.refresh`` is the run in which it began.
        """
        self.run, self.refresh = self._call(scripts.START, self.session, self._worker, self._lease, int(refresh))

    def finish_run(self, outcome: str, counts: dict[str, Any], *, complete: bool = True) -> None:
        """Note how the run ended for this worker, what it counted, and whether nothing was left waiting."""
        self._complete = complete
        self._finished = json.dumps({"finished": now(), "outcome": outcome, **counts}, ensure_ascii=False)

    def add(self, entry: Entry, *, again: bool = False) -> bool:
        """Note a URL. True where it is to be fetched: it is new, or a list that this run has not seen.

        With ``again`` an article is fetched once more in each refresh as well.
        """
        is_list = entry.kind == "list"
        once_in = self.run if is_list else self.refresh
        arguments = (entry.url, _request(entry), self._fingerprint(entry.url), once_in, int(again or is_list))
        return bool(self._call(scripts.ADD, *arguments))

    def push(self, request: Entry) -> bool:
        """scrapy-redis' name for ``add``."""
        return self.add(request)

    def pop(self, timeout: float = 0, left_out: tuple[str, ...] = ()) -> Entry | None:
        """Lease the next URL, of any host but those ``left_out``; never waits."""
        found = self._call(scripts.LEASE, self.session, *left_out)
        if not found:
            return None
        url = found[0].decode()
        self._held.add(url)
        kept = json.loads(found[1])
        return Entry(
            url=url,
            site=kept["host"],
            kind=kept["kind"],
            priority=kept["priority"],
            request=json.dumps(kept["request"]),
        )

    def put_back(self, url: str, request: str) -> None:
        """A URL in flight is to be fetched once more (a retry)."""
        kept = json.loads(self._ask("HGET", "requests", url) or b"{}")
        self._held.discard(url)
        self._call(scripts.PUT_BACK, self.session, url, json.dumps(kept | {"request": json.loads(request)}))

    def close(self, url: str, state: State, reason: str) -> None:
        """Say what became of a URL. Others hear of it with the next commit."""
        self._held.discard(url)
        self._closed[url] = (state, reason)

    def retry(self, state: State) -> int:
        """Let what ended in a state wait again; how many URLs that were."""
        return int(self._call(scripts.RETRY, state.value))

    def state(self, url: str) -> State | None:
        """What this worker knows of a URL: whether it has it in flight, or what became of it since the last commit."""
        if url in self._closed:
            return self._closed[url][0]
        return State.LEASED if url in self._held else None

    def leads_nowhere(self, url: str) -> bool:
        """Whether a known URL is no article: False, as Redis does not keep what became of it."""
        return False

    def waiting(self) -> dict[str, int]:
        """Nothing: how many wait is Redis' business."""
        return {}

    def __len__(self) -> int:
        """How many URLs wait or are in flight, with whichever worker: while there are any, no worker is done."""
        return int(self._call(scripts.PENDING))

    def first_with(self, text_hash: str, article: str) -> str:
        """The id of the first article with this text, of any worker: the given one where the text is new."""
        self._ask("HSETNX", "texts", text_hash, article)
        return str(self._ask("HGET", "texts", text_hash).decode())

    def runs(self, last: int = 10) -> list[Run]:
        """The last finished runs of this worker, newest first."""
        kept = self._ask("LRANGE", f"runs:{self._worker}", 0, last - 1)
        return [Run(started="", **json.loads(run)) for run in kept]

    def mark(self, file: Path) -> Mark | None:
        """How far this worker's file is committed, and by what it is known; None where it did not begin the file."""
        found = self._ask("HGET", "files", self._file(file))
        if not found:
            return None
        kept = json.loads(found)
        return Mark(*kept) if isinstance(kept, list) else Mark(kept, closed=False)  # it was once the offset alone

    def set_mark(self, file: Path, mark: Mark) -> None:
        """Note how far a file is durable."""
        self._marks[self._file(file)] = json.dumps(astuple(mark))

    def begin_file(self, file: Path) -> None:
        """Note, at once, that the worker is about to make a file: from here on an empty one is its own."""
        self._ask("HSET", "files", self._file(file), json.dumps(astuple(Mark())))

    def commit(self) -> None:
        """Tell the others what became of the URLs closed since the last commit, and renew the session.

        Raises Expelled where the session is gone: nothing is committed then, and what the files hold behind their
        marks is cut off when this worker starts again.
        """
        closed = [(url, state.value, reason, self._fingerprint(url)) for url, (state, reason) in self._closed.items()]
        urls = [value for each in closed for value in each]
        files = [value for each in self._marks.items() for value in each]
        if not self._call(scripts.COMMIT, self.session, self._lease, len(closed), *urls, *files):
            seconds = self._lease / 1000
            raise Expelled(f"this worker was silent for more than {seconds:g} s; start it again (see REDIS_LEASE)")
        self._closed.clear()
        self._marks.clear()
        if self._finished:
            if self._complete:
                self._ask("SET", "complete", self.run)
            self._ask("LPUSH", f"runs:{self._worker}", self._finished)
            self._ask("LTRIM", f"runs:{self._worker}", 0, RUNS_KEPT - 1)
            self._finished = ""

    def abandon(self) -> None:
        """Give back what is in flight: others go on with it at once."""
        with suppress(OSError):
            self._call(scripts.LEAVE, self.session)

    def clear(self) -> None:
        """Never: the ledger outlives a crawl."""

    def _call(self, source: str, *arguments: object) -> Any:
        """Run a script."""
        if source not in self._scripts:
            self._scripts[source] = self.server.register_script(scripts.COMMON + source)
        with reached():
            return self._scripts[source](keys=[self.key], args=list(arguments))

    def _ask(self, command: str, key: str, *arguments: object) -> Any:
        """Run a single command."""
        with reached():
            return self.server.execute_command(command, f"{self.key}:{key}", *arguments)

    def _fingerprint(self, url: str) -> str:
        return str(self._dupefilter.request_fingerprint(Request(url)))

    def _file(self, path: Path) -> str:
        return f"{self._worker} {path}"


@contextmanager
def reached() -> Iterator[None]:
    """Redis' errors as LedgerLost."""
    try:
        yield
    except RedisError as error:
        raise LedgerLost(f"Redis: {error}") from error


def _request(entry: Entry) -> str:
    """What Redis keeps of a request: JSON, not scrapy-redis' pickle, which runs whatever code it holds."""
    about = {"host": entry.site, "priority": entry.priority, "kind": entry.kind, "request": json.loads(entry.request)}
    return json.dumps(about, ensure_ascii=False)
