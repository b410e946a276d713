"""Scrapy's scheduler, over the ledger.

A request is on record from the moment it is scheduled until somebody says what became of its URL. Articles and
rejects are closed by the pipelines that write them, lists by ``scraper.crawl.acknowledge``; this closes what
neither of them sees: failures of any kind (its errback stands on every request), and the sources of redirects.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from scraper.crawl.arguments import Arguments
from scraper.crawl.causes import cause_of
from scraper.crawl.journal import LEDGER_ERRORS, Journal, ledger_url
from scraper.crawl.ledger import Entry, Ledger, State, host
from scraper.crawl.robots import RobotsUnreachable
from scraper.extraction.paging import series

LEASE = "ledger"
"""The key in ``Request.meta`` that holds the URL under which a request was leased. Retries and redirects inherit it."""

BACKLOG = 2
"""Requests of one host that may wait inside Scrapy's downloader, so that a slow site does not take every place."""

LONG_DELAY = 1.0
"""Seconds between two requests to a host from which none of its requests waits there: all that do are still made when
the run is to end, and a place that one takes is lost to other hosts for the whole delay."""

ATTEMPTS = ("retry_times", "redirect_times", "redirect_ttl", "redirect_urls", "redirect_reasons")
"""What Scrapy keeps in ``Request.meta`` to give up in the end."""

MISLED = "redirected to what is no article"

FORBIDDEN = ("Forbidden by robots.txt", "Filtered offsite", "PrivateAddress")
"""What robots.txt or we ourselves forbid is no failure of the download."""


def ends_the_crawl(answer: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """For a method of a scheduler: where the ledger fails the journal ends the crawl, and the answer is ``answer``.

    Scrapy does not expect a scheduler to raise: it would ask again and again, or wait for ever.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def guarded(self: "LedgerScheduler", *arguments: Any) -> Any:
            if self._journal.failure:
                return answer
            try:
                return method(self, *arguments)
            except LEDGER_ERRORS as error:
                self._journal.fail(error)
                return answer

        return guarded

    return decorate


class LedgerScheduler(BaseScheduler):
    """Gives out the waiting URLs of the ledger, always from the least busy host.

    Only GET requests whose callback is a method of the spider can be kept on disk; others raise ValueError.
    """

    def __init__(self, crawler: Crawler, journal: Journal) -> None:
        self._crawler = crawler
        self._journal = journal
        self._ledger: Ledger = journal.ledger
        self._at_once = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._waiting: Counter[str] = Counter()
        self._selection = Arguments.of(crawler).selection
        self._led: dict[str, set[str]] = defaultdict(set)
        """By the target of redirects that may turn out to be no article, the articles that led there in this run."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, Journal.of(crawler))

    def open(self, spider: Spider) -> None:
        """Take up what earlier runs left waiting."""
        self._spider = spider
        for state in Arguments.of(self._crawler).retry:
            self._crawler.stats.inc_value("ledger/retried", self._ledger.retry(state))
        self._waiting.update(self._ledger.waiting())
        self._crawler.signals.connect(self._close_led_away, signal=signals.request_scheduled)
        self._crawler.signals.connect(self._spider_error, signal=signals.spider_error)
        self._crawler.signals.connect(self._item_error, signal=signals.item_error)
        self._crawler.signals.connect(self._led_well, signal=signals.item_scraped)

    @ends_the_crawl(None)
    def close(self, reason: str) -> None:
        """Where several articles led to what turned out to be none, all of them were not to be had."""
        for target, sources in self._led.items():
            if len(sources) > 1 and self._ledger.leads_nowhere(target):
                self._close_misled(sources, MISLED, f"redirected to {target}")

    @ends_the_crawl(False)
    def has_pending_requests(self) -> bool:
        """Whether any URL waits."""
        return self._waiting.total() > 0

    @ends_the_crawl(False)
    def enqueue_request(self, request: Request) -> bool:
        """Put a request on record; False where its URL is known and not to be fetched again."""
        url = ledger_url(request.url)
        if request.meta.get(LEASE) == url:  # a retry, or a redirect to itself
            self._ledger.put_back(url, self._to_json(request))
        elif url in map(ledger_url, request.meta.get("redirect_urls", ())):  # by a detour, to itself
            self._close_redirected(request, new=True)
            self._ledger.put_back(url, self._to_json(request))
        else:
            again, linked = bool(request.meta.get("refresh")), LEASE not in request.meta
            new = self._ledger.add(self._entry(request), again=again, linked=linked)
            self._close_redirected(request, new=new)
            if not new:
                self._crawler.stats.inc_value("ledger/known")
                return False
        self._waiting[host(url)] += 1
        return True

    @ends_the_crawl(None)
    def next_request(self) -> Request | None:
        """The first waiting request of the host with the fewest requests under way."""
        engine = self._crawler.engine
        busy = Counter(urlparse_cached(request).hostname for request in engine.downloader.active)
        in_hand = engine._slot.inprogress if engine._slot else set()  # what is downloaded and not yet closed included
        in_progress = {urlparse_cached(request).hostname for request in in_hand}
        for site in sorted(self._waiting, key=lambda site: busy[site]):
            if busy[site] >= self._room(site):
                continue
            while entry := self._ledger.lease(site, busy=site in in_progress):
                self._waiting -= Counter((site,))
                if self._is_for_this_run(entry):
                    return self._from_json(entry)
            if site not in in_progress:
                del self._waiting[site]
        return None

    def _room(self, site: str) -> int:
        """How many requests of a host may be under way."""
        slot = self._crawler.engine.downloader.slots.get(site)
        return self._at_once + (0 if slot and slot.delay > LONG_DELAY else BACKLOG)

    def failed(self, failure: Failure) -> None:
        """The errback of every request: say why the URL could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        detail = _detail(error)
        outcome, state = "failed", State.FAILED
        if isinstance(error, IgnoreRequest) and detail.startswith(FORBIDDEN):
            outcome, state = "forbidden", State.SKIPPED
        elif isinstance(error, HttpError) and request.meta.get("guessed"):  # nobody said that it is there
            outcome, state = "absent", State.DONE
        urls = {request.meta.get(LEASE, request.url)}
        if detail == "max redirections reached":  # each of them only led to the next
            urls.update(map(ledger_url, request.meta.get("redirect_urls", ())))
        for url in urls:
            self._crawler.stats.inc_value(f"ledger/{outcome}/{detail.partition(':')[0]}")
            self._journal.close_url(url, state, outcome, detail)

    def _close_redirected(self, request: Request, *, new: bool) -> None:
        """The source of a redirect is dealt with: what becomes of its target is noted there. An article whose target
        is known, and is none, was not to be had: a login, a home page, a page that says that there is none. Of a target
        that is the same page at another address (https, www, a slash) this cannot be said."""
        source, target = request.meta.get(LEASE), ledger_url(request.url)
        if not source:
            return
        if request.meta.get("kind") == "article" and _page(source) != _page(target):
            if not new and self._ledger.leads_nowhere(target):
                self._close_misled({*self._led.pop(target, ()), source}, MISLED, f"redirected to {target}")
                return
            self._led[target].add(source)
        self._journal.close_url(source, State.DONE, "redirected", request.url)

    def _led_well(self, response: Any) -> None:
        if response is not None:
            self._led.pop(response.request.meta.get(LEASE), None)

    def _close_led_away(self, request: Request) -> None:
        """Scrapy drops a request that leaves the site before it comes here; where a redirect led to it, its source was
        not to be had. A link that looked like a list was one to another site."""
        source, offsite = request.meta.get(LEASE), self._crawler.get_downloader_middleware(OffsiteMiddleware)
        if not source or not offsite or offsite.should_follow(request, self._spider):
            return
        if request.meta.get("guessed"):
            self._journal.close_url(source, State.DONE, "absent", f"redirected to {request.url}")
        elif request.meta.get("kind") == "list" and request.meta.get("depth"):
            self._journal.close_url(source, State.DONE, "redirected", request.url)
        else:
            self._close_misled({source}, f"redirected off-site to {host(request.url)}")

    def _close_misled(self, sources: set[str], cause: str, detail: str = "") -> None:
        for source in sources:
            self._crawler.stats.inc_value(f"ledger/failed/{cause}")
            self._journal.close_url(source, State.FAILED, "failed", detail or cause)

    def _spider_error(self, failure: Failure, response: Any) -> None:
        self._close_broken(response, "spider", failure)

    def _item_error(self, response: Any, failure: Failure) -> None:
        self._crawler.stats.inc_value("pipeline/errors")
        self._close_broken(response, "pipeline", failure)

    def _close_broken(self, response: Any, where: str, failure: Failure) -> None:
        if response is not None and LEASE in response.request.meta:
            detail = f"{where}: {type(failure.value).__name__}: {failure.value}"[:200]
            self._journal.close_url(response.request.meta[LEASE], State.FAILED, "failed", detail)

    def _entry(self, request: Request) -> Entry:
        url, kind = ledger_url(request.url), request.meta.get("kind", "list")
        number = series(url)[1] if kind == "article" else None
        priority = -number if number else request.priority
        return Entry(url=url, site=host(url), kind=kind, priority=priority, request=self._to_json(request))

    def _is_for_this_run(self, entry: Entry) -> bool:
        """What an earlier run found may be outside the days of this one: it is skipped. Or only the spider that found
        it can read it: it stays in flight, and waits again for the next run."""
        if entry.kind == "article" and not self._selection.wants_url(entry.url):
            self._ledger.close(entry.url, State.SKIPPED, "skipped: the address names another day")
            return False
        if hasattr(self._spider, json.loads(entry.request)["callback"]):
            return True
        self._crawler.stats.inc_value("ledger/of_another_spider")
        return False

    def _to_json(self, request: Request) -> str:
        callback = getattr(request.callback, "__name__", "parse")
        if request.method != "GET" or getattr(self._spider, callback, None) != (request.callback or self._spider.parse):
            raise ValueError(f"cannot keep {request} on disk: not a GET with a method of the spider as callback")
        meta = {key: value for key, value in request.meta.items() if _is_json(value)}
        return json.dumps({"callback": callback, "meta": meta, "run": self._ledger.run}, ensure_ascii=False)

    def _from_json(self, entry: Entry) -> Request:
        kept = json.loads(entry.request)
        meta = {**kept["meta"], "kind": entry.kind, LEASE: entry.url}
        meta.pop("fetched", None)  # of the download before
        if kept.get("run") != self._ledger.run:  # another run has all its attempts
            meta = {key: value for key, value in meta.items() if key not in ATTEMPTS}
        callback = getattr(self._spider, kept["callback"])
        # Scrapy's own dupefilter has no say here, but off-site requests are still to be refused: dont_filter stays
        # False.
        return Request(entry.url, callback=callback, errback=self.failed, meta=meta, priority=entry.priority)


def _page(url: str) -> tuple[str, str]:
    """What is left of a URL when a site moves to another scheme or host, or writes it with or without a slash."""
    parts = urlsplit(url)
    return parts.path.rstrip("/"), parts.query


def _detail(error: BaseException) -> str:
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    return str(error) if type(error) in (IgnoreRequest, RobotsUnreachable) else cause_of(error)


def _is_json(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or isinstance(value, str | int | float | bool)
