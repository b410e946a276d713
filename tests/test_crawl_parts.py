"""The parts of the crawl by themselves: links, arguments, the ledger, the lock, the archive's recovery, the verdict."""

import asyncio
import gzip
import multiprocessing
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper import Page, clean
from scraper.crawl.archive import recover, whole_members
from scraper.crawl.arguments import Arguments, BadArgument
from scraper.crawl.cleaner import Cleaner
from scraper.crawl.ledger import Entry, Ledger, NewerLedger, Run, State
from scraper.crawl.links import links
from scraper.crawl.lock import Held, RunLock
from scraper.crawl.sample_server import sample_resources
from scraper.crawl.status import jobs
from scraper.crawl.verdict import judge
from spiders.news import NewsSpider
from spiders.urls import UrlsSpider

HOST = "http://news.zhengwen.example"


# Links


def test_links_of_a_page_whose_label_lies() -> None:
    body = sample_resources()["/society/"].body
    found = {
        link.url: link.anchor for link in links(body, url=f"{HOST}/society/", content_type="text/html; charset=utf-8")
    }
    assert found[f"{HOST}/2026/1102/a1002.html"].startswith("青禾县")


@pytest.mark.parametrize(
    ("path", "first"), [("/rss.xml", "/2026/1104/c3001.html"), ("/sitemap.xml", "/2026/1105/d4001.html")]
)
def test_links_of_feeds_and_sitemaps(path: str, first: str) -> None:
    resource = sample_resources()[path]
    found = list(links(resource.body, url=HOST + path, content_type=dict(resource.headers)["Content-Type"]))
    assert found[0].url == HOST + first
    assert not any(link.listing for link in found)


def test_a_sitemap_index_leads_to_lists() -> None:
    index = b'<sitemapindex xmlns="x"><sitemap><loc>http://example.org/a.xml</loc></sitemap></sitemapindex>'
    assert [link.listing for link in links(index, url="http://example.org/", content_type=None)] == [True]


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 1000, b"<a href=", b'<a href="http://[">x</a>', b"<rss><item><link>", b"\xff\xd8\xff\xe0JFIF"]
)
def test_what_has_no_links_gives_none(body: bytes) -> None:
    assert list(links(body, url="http://example.org/", content_type=None)) == []


def test_a_base_element_is_heeded() -> None:
    page = b'<base href="http://example.org/b/"><a href="c.html">x</a>'
    assert [link.url for link in links(page, url="http://example.org/", content_type=None)] == [
        "http://example.org/b/c.html"
    ]


# Arguments


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"since": "yesterday"}, "-a since=yesterday"),
        ({"until": "2026-13-01"}, "-a until=2026-13-01"),
        ({"limit": "0"}, "-a limit=0"),
        ({"limit": "many"}, "-a limit=many"),
        ({"retry": "maybe"}, "-a retry=maybe"),
        ({"refresh": "true"}, "-a refresh=true"),
        ({"job": "../elsewhere"}, "-a job=../elsewhere"),
        ({"job": "云" * 51}, "give at most 150 bytes"),
        ({"colour": "red"}, "-a colour="),
    ],
)
def test_arguments_that_cannot_be_read(given: dict[str, str], says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        Arguments.parse(given)


def test_the_name_of_a_job_is_a_file_s_name_and_tells_jobs_apart() -> None:
    many = [f"云溪{number}.example.org" for number in range(40)]
    names = {Arguments().job_name("news", *many), Arguments().job_name("news", *many[:-1])}
    assert len(names) == 2
    assert max(len(name.encode()) for name in names) < 200


def test_spiders_refuse_what_they_cannot_crawl() -> None:
    with pytest.raises(BadArgument, match="which site"):
        NewsSpider()
    with pytest.raises(BadArgument, match="no web address"):
        NewsSpider(start="example.org")
    with pytest.raises(BadArgument, match="-a file=nowhere"):
        UrlsSpider(file="nowhere.txt")


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


def reopened(ledger: Ledger) -> Ledger:
    """The ledger after a kill: what was not committed is gone, what was in flight waits again."""
    ledger.abandon()
    again = Ledger(ledger.path)
    again.start_run()
    return again


def test_a_url_is_given_out_once(ledger: Ledger) -> None:
    assert ledger.add(entry("http://example.org/1"))
    assert not ledger.add(entry("http://example.org/1"))
    assert ledger.lease("example.org") == entry("http://example.org/1")
    assert ledger.lease("example.org") is None


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


# The verdict


def past(**counts: int) -> list[Run]:
    return [Run(started="", finished="", outcome="", sites={"example.org": counts}, stats={})] * 3


@pytest.mark.parametrize(
    ("reason", "counts", "stats", "before", "code"),
    [
        ("finished", {"article": 3, "list": 1}, {}, [], 0),
        ("limit", {"article": 3}, {}, [], 0),
        ("finished", {"list": 4}, {}, [], 0),  # nothing new this hour
        ("finished", {"article": 9, "failed": 1}, {}, [], 0),
        ("finished", {"article": 1, "failed": 9}, {}, [], 1),
        ("finished", {"failed": 1}, {}, [], 1),
        ("finished", {"forbidden": 1}, {}, [], 1),
        ("shutdown", {"article": 3}, {}, [], 1),
        ("finished", {"article": 3}, {"spider_exceptions/count": 1}, [], 1),
        ("finished", {"article": 3}, {"pipeline/errors": 1}, [], 1),
        ("finished", {"rejected": 9}, {}, past(article=90, rejected=10), 1),
        ("finished", {"rejected": 9}, {}, past(article=10, rejected=90), 0),  # it never gave much
        ("finished", {"rejected": 2}, {}, past(article=90, rejected=10), 0),  # too few to tell
        ("finished", {"list": 4, "links": 0}, {}, past(list=4, links=200), 1),
        ("finished", {"list": 4, "links": 180}, {}, past(list=4, links=200), 0),
    ],
)
def test_the_verdict(reason: str, counts: dict[str, int], stats: dict[str, int], before: list[Run], code: int) -> None:
    assert judge(reason, {"example.org": counts}, stats, before).code == code


# The cleaner


def test_a_worker_that_dies_is_replaced_and_its_page_is_cleaned_all_the_same() -> None:
    resource = sample_resources()["/2026/1102/a1001.html"]
    page = Page(url=f"{HOST}/2026/1102/a1001.html", body=resource.body)

    async def run() -> tuple[object, object]:
        cleaner = Cleaner(1)
        await cleaner.open()
        before = await cleaner.clean(page)
        for process in multiprocessing.active_children():
            process.kill()
            process.join()
        after = await cleaner.clean(page)
        cleaner.close()
        return before, after

    assert asyncio.run(run()) == (clean(page), clean(page))


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
