"""What waits is given out: not to a run for other days or of another spider, and to the downloader no more than it has
use for."""

import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from crawl_runs import Job, journal_in, large_site, serve
from scrapy.settings import Settings

from scraper.crawl.ledger import Entry, Ledger, State
from scraper.crawl.sample_server import LoopbackServer
from scraper.crawl.scheduler import LedgerScheduler

CALLBACKS = {"list": "parse_list", "article": "parse_article"}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "job").mkdir()
    return Job(tmp_path)


def ledger_of(job: Job) -> Ledger:
    return Ledger(job.folder / "job" / "ledger.sqlite")


def left_waiting(job: Job, server: LoopbackServer, kinds: dict[str, str]) -> None:
    """A run of ``news`` found the pages at these paths, and was killed before it fetched any."""
    ledger = ledger_of(job)
    for path, kind in kinds.items():
        request = json.dumps({"callback": CALLBACKS[kind], "meta": {}})
        ledger.add(Entry(url=server.address + path, site="127.0.0.1", kind=kind, request=request))
    ledger.commit()
    ledger.abandon()


def test_what_waits_is_not_fetched_by_a_run_for_other_days(job: Job) -> None:
    old = [f"/2020/0103/c{number:05}.html" for number in range(3)]
    with serve(large_site(2)) as server:
        left_waiting(job, server, dict.fromkeys([*old, "/2026/1103/c00000.html"], "article"))
        run = job.run(f"start={server.address}/", "since=2026-11-01")
        assert run.returncode == 0, run.stderr
        assert len(job.articles()) == 2
        assert not set(old) & set(server.requested)
        job.run(f"start={server.address}/", "retry=skipped")
        assert set(old) < set(server.requested), "an earlier selection passed them over"


@pytest.mark.parametrize("spider", ["urls", "archive"])
def test_what_only_another_spider_can_read_waits_for_it(job: Job, tmp_path: Path, spider: str) -> None:
    with serve(large_site(3)) as server:
        left_waiting(job, server, {"/list_0/": "list"})
        (tmp_path / "urls.txt").write_text(f"{server.address}/2026/1103/c00001.html")
        given = {"urls": f"file={tmp_path / 'urls.txt'}", "archive": f"path={tmp_path / 'warc'}"}[spider]
        if spider == "archive":
            Job(tmp_path / "archived").run("site=sample", "limit=1", ARCHIVE=tmp_path / "warc")
        run = job.run(given, spider=spider, LOG_LEVEL="INFO")
        assert run.returncode == 0, run.stderr
        assert "; 1 URL(s) of the job wait for the spider that found them" in run.stderr
        assert "Traceback" not in run.stderr
        assert "/list_0/" not in server.requested
        job.run(f"start={server.address}/list_1/")
        assert "/list_0/" in server.requested
    ledger = ledger_of(job)
    assert ledger.state(f"{server.address}/list_0/") is State.DONE
    ledger.abandon()


@pytest.mark.parametrize(("delay", "given"), [(0.5, 3), (20, 1)])
def test_of_a_host_with_a_long_delay_no_requests_wait_in_the_downloader(
    tmp_path: Path, delay: float, given: int
) -> None:
    journal, host = journal_in(tmp_path), "example.org"
    for number in range(9):
        request = json.dumps({"callback": "parse_article", "meta": {}})
        journal.ledger.add(Entry(url=f"http://{host}/{number}.html", site=host, kind="article", request=request))
    downloader = SimpleNamespace(active=[], slots={host: SimpleNamespace(delay=delay)})
    engine = SimpleNamespace(downloader=downloader, _slot=None)
    settings = Settings({"CONCURRENT_REQUESTS_PER_DOMAIN": 1})
    scheduler = LedgerScheduler(SimpleNamespace(settings=settings, spider=None, engine=engine), journal)
    scheduler._spider, scheduler._waiting = SimpleNamespace(parse_article=None), Counter({host: 9})
    while len(downloader.active) < 9 and (found := scheduler.next_request()):
        downloader.active.append(found)
    assert len(downloader.active) == given
    journal.ledger.abandon()
