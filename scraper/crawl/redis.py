"""One crawl from many machines: its state in Redis instead of the embedded ledger (extra ``redis``).

scrapy-redis 0.9.1 was read and tried with Scrapy 2.19 and redis 8.1. Its Scheduler and dupefilter work: Scrapy asks
of a scheduler the methods they have, and builds it with ``from_crawler``. What does not hold up is overridden here:

* it passes ``spider`` to the stats, which Scrapy 2.19 warns of and a later one refuses;
* its queue's ``pop`` deletes: what a killed worker had in flight is lost (see ``scraper.crawl.redis_ledger``);
* ``has_pending_requests`` looks at the queue alone: a worker closes although another's requests in flight may come
  back, or lead to more;
* it keeps requests as pickles;
* every worker keeps to a site's delay by itself: two workers ask twice as often (see SharedDelay).

RedisSpider is not used: it fetches its seeds again, and a spider of ours needs no other base. ``scraper.crawl.addon``
puts these in the place of the embedded ones.
"""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any, Self, cast
from uuid import uuid4

from redis import RedisError
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.httpobj import urlparse_cached
from scrapy_redis.connection import get_redis_from_settings
from scrapy_redis.scheduler import Scheduler

from scraper.crawl import redis_scripts as scripts
from scraper.crawl.journal import Journal, host, job_of, ledger_url
from scraper.crawl.ledger import LedgerLost
from scraper.crawl.redis_ledger import RedisLedger, reached
from scraper.crawl.scheduler import LEASE, LedgerScheduler, ends_the_crawl

TURN = "shared_turn"
"""The key in ``Request.meta`` that holds the token of a request's turn at its host."""
POLL = 0.5
"""Seconds after which a worker with nothing to do looks again; by itself, Scrapy does so every 5."""
LONGEST_SLEEP = 1.0
"""Seconds after which a waiting request asks again, as the one before it may be through early."""


class RedisJournal(Journal):
    """A worker's journal: its own lock, export and rejects, and the job's common ledger."""

    def _open_ledger(self, folder: Path) -> RedisLedger:
        settings, spider = self._crawler.settings, self._crawler.spider
        try:
            server = get_redis_from_settings(settings)
            server.ping()
        except (RedisError, ValueError) as error:
            raise OSError(f"no Redis at REDIS_URL={settings['REDIS_URL']}: {error}") from error
        assert spider is not None
        return RedisLedger(server, spider, job_of(self._crawler), settings["WORKER"], settings.getfloat("REDIS_LEASE"))


class RedisScheduler(Scheduler, LedgerScheduler):
    """scrapy-redis' scheduler over leases: requests of the longest waiting host whose turn it is, whoever found
    them."""

    queue: RedisLedger

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        scheduler: Self = super().from_crawler(crawler)
        LedgerScheduler.__init__(scheduler, crawler, Journal.of(crawler))
        return scheduler

    def open(self, spider: Spider) -> None:
        """Take the journal's ledger as the queue, and listen for what becomes of requests."""
        self.spider, self.queue = spider, cast(RedisLedger, self._ledger)
        LedgerScheduler.open(self, spider)
        self._poll = create_looping_call(self._ask_again)
        self._poll.start(POLL, now=False)

    def close(self, reason: str) -> None:
        """Stop asking. The journal closes the ledger: the crawl goes on elsewhere, or another day."""
        self._poll.stop()

    def _ask_again(self) -> None:
        """Have the engine ask for requests: it cannot hear of those that another worker found."""
        if slot := self._crawler.engine._slot:
            slot.nextcall.schedule()

    @ends_the_crawl(False)
    def has_pending_requests(self) -> bool:
        """Whether any worker has a request waiting or in flight."""
        return len(self.queue) > 0

    @ends_the_crawl(False)
    def enqueue_request(self, request: Request) -> bool:
        """Put a request on record; False where its URL is known and not to be fetched again."""
        url = ledger_url(request.url)
        if request.meta.get(LEASE) == url:  # a retry, or a redirect to itself
            self.queue.put_back(url, self._to_json(request))
            return True
        new = self.queue.add(self._entry(request), again=bool(request.meta.get("refresh")))
        self._close_redirected(request, new=new)
        self.stats.inc_value("scheduler/enqueued/redis" if new else "ledger/known")
        return new

    @ends_the_crawl(None)
    def next_request(self) -> Request | None:
        """Lease a request, of no host of which this worker has enough under way."""
        busy = Counter(host(request.url) for request in self._crawler.engine.downloader.active)
        left_out = tuple(name for name, count in busy.items() if count >= self._room(name))
        while entry := self.queue.pop(left_out=left_out):
            if self._is_for_this_run(entry):
                self.stats.inc_value("scheduler/dequeued/redis")
                return self._from_json(entry)
        return None


class SharedDelay:
    """A downloader middleware, next to the downloader: a site's delay and concurrency hold over all workers.

    A request waits here for its host's turn, those that pass the scheduler by included (robots.txt, later pages of an
    article). The delay is what Scrapy's own slot has come to: DOWNLOAD_DELAY, or what AutoThrottle made of it.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._server = get_redis_from_settings(settings)
        self._at_once = settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._longest = round(settings.getfloat("DOWNLOAD_TIMEOUT") * 2000)
        self._take, self._end = (
            self._server.register_script(scripts.COMMON + source) for source in (scripts.TAKE_TURN, scripts.END_TURN)
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait for the host's turn."""
        # The session is in it, so that whoever buries a worker gives up its turns as well.
        journal = Journal.of(self._crawler)
        name, token = _host(request), f"{cast(RedisLedger, journal.ledger).session}:{uuid4().hex}"
        while wait := self._call(self._take, name, token, self._at_once, self._milliseconds(name), self._longest):
            await asyncio.sleep(min(wait / 1000, LONGEST_SLEEP))
        if journal.failure:
            raise IgnoreRequest(journal.failure)
        request.meta[TURN] = token

    def process_response(self, request: Request, response: Response) -> Response:
        """Let the next request to the host have its turn, the delay counted from the start of this one."""
        self._release(request, request.meta.get("download_latency", 0.0))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """The same for a download that failed."""
        self._release(request, 0.0)

    def _release(self, request: Request, seconds: float) -> None:
        if token := request.meta.pop(TURN, None):
            name = _host(request)
            self._call(self._end, name, token, max(self._milliseconds(name) - round(seconds * 1000), 0))

    def _milliseconds(self, name: str) -> int:
        slot = self._crawler.engine.downloader.slots.get(name)
        return round(1000 * (slot.delay if slot else self._delay))

    def _call(self, script: Any, *arguments: object) -> int:
        journal = Journal.of(self._crawler)
        if not journal.failure:
            try:
                with reached():
                    return int(script(keys=["zhengwen"], args=list(arguments)) or 0)
            except LedgerLost as error:
                journal.fail(error)
        return 0


def _host(request: Request) -> str:
    return urlparse_cached(request).hostname or ""
