"""What a crawl keeps on disk, by itself: the ledger, the lock, the archive, the journal and what tells of them."""

import asyncio
import gzip
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from pipelines.duplicates import DuplicatesPipeline
from scraper import Article, Rejected
from scraper.crawl.archive import Archive, recover, whole_members
from scraper.crawl.journal import Journal
from scraper.crawl.ledger import MIGRATIONS, Entry, Ledger, NewerLedger, State
from scraper.crawl.lock import Held, RunLock
from scraper.crawl.replay import Replay
from scraper.crawl.status import jobs
from scraper.model import Reason
from spiders.news import NewsSpider

HOST = "http://news.zhengwen.example"


# The ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    (tmp_path / "job").mkdir()
    ledger = Ledger(tmp_path / "job" / "ledger.sqlite")
    ledger.start_run()
    yield ledger
    ledger.abandon()


def entry(url: str, kind: str = "article") -> Entry:
    return Entry(url=url, site="example.org", kind=kind, request='{"callback": "parse"}')


def reopened(ledger: Ledger, *, refresh: bool = False) -> Ledger:
    """The ledger after a kill: what was not committed is gone, what was in flight waits again."""
    ledger.abandon()
    again = Ledger(ledger.path)
    again.start_run(refresh=refresh)
    return again


def test_a_url_is_given_out_once(ledger: Ledger) -> None:
    assert ledger.add(entry("http://example.org/1"))
    assert not ledger.add(entry("http://example.org/1"))
    assert ledger.lease("example.org") == entry("http://example.org/1")
    assert ledger.lease("example.org") is None


def test_later_pages_are_given_out_when_nothing_else_is_in_flight(ledger: Ledger) -> None:
    for name, priority in (("a_3", -3), ("a_2", -2), ("a", 0)):
        ledger.add(replace(entry(f"http://example.org/{name}"), priority=priority))
    found = [ledger.lease("example.org", busy=busy) for busy in (True, True, False, False)]
    assert [each and each.url[-3:] for each in found] == ["g/a", None, "a_2", "a_3"]


def test_what_was_in_flight_waits_again_after_a_kill(ledger: Ledger) -> None:
    ledger.add(entry("http://example.org/1"))
    ledger.lease("example.org")
    ledger.commit()
    ledger.close("http://example.org/1", State.DONE, "article")  # never committed
    again = reopened(ledger)
    assert again.waiting() == {"example.org": 1}
    again.abandon()


def test_what_was_committed_is_done_after_a_kill(ledger: Ledger) -> None:
    ledger.add(entry("http://example.org/1"))
    ledger.close("http://example.org/1", State.DONE, "article")
    ledger.commit()
    again = reopened(ledger)
    assert again.state("http://example.org/1") is State.DONE
    assert not again.add(entry("http://example.org/1"))
    again.abandon()


def test_lists_are_visited_once_in_every_run(ledger: Ledger) -> None:
    front = entry("http://example.org/", kind="list")
    assert ledger.add(front)
    ledger.lease("example.org")
    ledger.close(front.url, State.DONE, "list")
    assert not ledger.add(front)
    ledger.commit()
    again = reopened(ledger)
    assert again.add(front)
    again.abandon()


def test_an_article_is_fetched_again_only_when_asked_for(ledger: Ledger) -> None:
    article = entry("http://example.org/1")
    ledger.add(article)
    ledger.lease("example.org")
    ledger.close(article.url, State.DONE, "article")
    ledger.commit()
    again = reopened(ledger)
    assert not again.add(article)
    assert again.add(article, again=True)
    assert not again.add(article, again=True)
    again.abandon()


@pytest.mark.parametrize("end", ["killed", "ended early", "complete", "killed, and a run without refresh after it"])
def test_a_refresh_goes_on_until_it_is_complete(ledger: Ledger, end: str) -> None:
    first, second = entry("http://example.org/1"), entry("http://example.org/2")
    for each in (first, second):
        ledger.close(each.url, State.DONE, "article")
    ledger.commit()
    refreshing = reopened(ledger, refresh=True)
    assert refreshing.add(first, again=True)
    refreshing.close(first.url, State.DONE, "article")
    if "killed" not in end:
        refreshing.finish_run("", {}, complete=end == "complete")
    refreshing.commit()
    if "without" in end:
        refreshing = reopened(refreshing)
        refreshing.commit()
    again = reopened(refreshing, refresh=True)
    assert again.add(first, again=True) == (end not in ("killed", "ended early"))
    assert again.add(second, again=True)
    again.abandon()


def test_only_what_failed_is_tried_again(ledger: Ledger) -> None:
    for number, state in enumerate((State.FAILED, State.DONE, State.SKIPPED)):
        ledger.add(entry(f"http://example.org/{number}"))
        ledger.close(f"http://example.org/{number}", state, "")
    assert ledger.retry(State.FAILED) == 1
    assert ledger.state("http://example.org/0") is State.WAITING


def test_after_a_lost_transaction_nothing_becomes_durable_by_itself(ledger: Ledger) -> None:
    ledger._db.execute("ROLLBACK")  # what SQLite does by itself when the disk is full
    with pytest.raises(sqlite3.OperationalError, match="lost"):
        ledger.close("http://example.org/1", State.DONE, "article")


def test_a_ledger_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "ledger.sqlite")
    database.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1; INSERT INTO runs (started) VALUES ('2026')")
    database.close()
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.start_run(refresh=True)
    assert (ledger.run, ledger.refresh) == (2, 2)
    ledger.abandon()


def test_a_ledger_of_a_later_version_is_left_alone(ledger: Ledger) -> None:
    ledger._db.execute("COMMIT")
    ledger._db.execute("PRAGMA user_version = 99")
    ledger._begin()
    with pytest.raises(NewerLedger, match="version 99"):
        reopened(ledger)


# The lock


def test_a_lock_is_held_by_one_and_says_by_whom(tmp_path: Path) -> None:
    first = RunLock(tmp_path / "lock")
    with pytest.raises(Held, match=r"held by process \d+ since"):
        RunLock(tmp_path / "lock")
    first.release()
    RunLock(tmp_path / "lock").release()


def test_what_a_dead_run_left_behind_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("process 1 since 2020-01-01\n")
    RunLock(tmp_path / "lock").release()


# The archive


@pytest.mark.parametrize("torn", [b"", b"\x1f\x8b\x08", gzip.compress(b"third")[:-4], b"garbage"])
def test_a_torn_archive_is_cut_to_its_whole_records(tmp_path: Path, torn: bytes) -> None:
    whole = gzip.compress(b"first") + gzip.compress(b"second")
    file = tmp_path / "a.warc.gz.open"
    file.write_bytes(whole + torn)
    assert whole_members(file) == len(whole)
    recover(file)
    assert (tmp_path / "a.warc.gz").read_bytes() == whole


def archive(folder: Path, name: str) -> Archive:
    return Archive(folder, name, max_bytes=1 << 20, user_agent="zhengwen")


def keep(archive: Archive, path: str) -> None:
    request = Request(f"{HOST}{path}", meta={"fetched": "2026-11-23T08:00:00+00:00"})
    archive.add(request, Response(request.url, body=b"page"))


@pytest.mark.parametrize("other", ["news", "news-people", "news-people-xinhuanet"])
def test_the_file_of_a_run_under_way_is_left_alone(tmp_path: Path, other: str) -> None:
    first = archive(tmp_path, "news-people")
    keep(first, "/1")
    second = archive(tmp_path, other)
    assert len(list(tmp_path.glob("*.open"))) == 1
    keep(first, "/2")
    keep(second, "/3")
    first.close()
    second.close()
    kept = [page.url for page in Replay([str(tmp_path)]).pages()]
    assert sorted(kept) == [f"{HOST}/1", f"{HOST}/2", f"{HOST}/3"]
    assert not list(tmp_path.glob("*.open"))


# The journal


def journal_in(folder: Path) -> Journal:
    async def opened() -> Journal:  # its timer wants a running loop
        return Journal(Crawler(NewsSpider), folder / "job", folder / "a.jsonl", folder / "r.jsonl")

    return asyncio.run(opened())


def test_what_the_cleaning_broke_on_can_be_tried_again(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    for number, reason in enumerate((Reason.ERROR, Reason.SPAM)):
        journal.ledger.add(entry(f"http://example.org/{number}"))
        journal.rejected(Rejected(url=f"http://example.org/{number}", reason=reason, detail="two processes died"))
    journal.commit()
    assert len((tmp_path / "r.jsonl").read_bytes().splitlines()) == 2
    (job,) = jobs(tmp_path)
    assert job.sites["example.org"].outcomes == {"failed": 1, "rejected": 1}
    assert job.sites["example.org"].failures == {"error: two processes died": 1}
    assert journal.ledger.retry(State.FAILED) == 1
    journal.ledger.abandon()


def test_the_same_article_under_another_url_is_rejected_and_a_copy_names_the_first(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    stats = MemoryStatsCollector(Crawler(NewsSpider))
    pipeline = DuplicatesPipeline(SimpleNamespace(stats=stats, get_extension=lambda _: journal, spider=None))
    first = Article(id="a1", url=f"{HOST}/1", title="", text="", content_hash="sha256:1")
    assert pipeline.process_item(first) == first
    assert pipeline.process_item(first) == first, "fetched again"
    with pytest.raises(DropItem, match=f"the same article as {HOST}/1"):
        pipeline.process_item(replace(first, url=f"{HOST}/1?from=list"))
    changed = replace(first, url=f"{HOST}/1?from=list", content_hash="sha256:2")
    assert pipeline.process_item(changed) == changed
    assert pipeline.process_item(replace(first, id="a9", url=f"{HOST}/9")).duplicate_of == "a1"
    journal.commit()
    (line,) = (tmp_path / "r.jsonl").read_bytes().splitlines()
    assert (json.loads(line)["reason"], json.loads(line)["url"]) == ("duplicate", f"{HOST}/1?from=list")
    journal.ledger.abandon()


# Status


def test_status_shows_a_job_while_it_runs(ledger: Ledger) -> None:
    for number in range(3):
        ledger.add(entry(f"http://example.org/{number}"))
    ledger.close("http://example.org/0", State.DONE, "article")
    ledger.close("http://example.org/1", State.FAILED, "failed: HTTP 404")
    ledger.commit()
    ledger.close("http://example.org/2", State.DONE, "article")  # not committed yet
    (job,) = jobs(ledger.path.parent.parent)
    site = job.sites["example.org"]
    assert (site.found, site.outcomes["article"], site.outcomes["waiting"]) == (3, 1, 1)
    assert site.failures == {"HTTP 404": 1}
    assert job.last_run is None
