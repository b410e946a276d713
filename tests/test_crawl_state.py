"""What a crawl keeps on disk, by itself: the ledger, the journal, and what status makes of it."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from crawl_runs import CHECKOUT, journal_in
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import MemoryStatsCollector

from pipelines.duplicates import DuplicatesPipeline
from scraper import Article, Rejected
from scraper.cli import command
from scraper.crawl.database import MIGRATIONS, NewerLedger
from scraper.crawl.files import Mark
from scraper.crawl.journal import Unwritable
from scraper.crawl.ledger import Entry, Ledger, State
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


def test_what_was_taken_for_a_list_is_an_article_once_the_patterns_say_so(ledger: Ledger) -> None:
    known = {name: entry(f"http://example.org/{name}", kind="list") for name in ("mended", "home")}
    for each in known.values():
        ledger.add(each)
        ledger.close(each.url, State.DONE, "list")
        assert not ledger.add(replace(each, kind="article"), linked=True), "this run knows it as a list"
    ledger.commit()
    again = reopened(ledger)
    assert again.add(replace(known["mended"], kind="article"), linked=True)
    assert not again.add(replace(known["home"], kind="article")), "articles that are gone redirect to it"
    found = again.lease("example.org")
    assert found and (found.url, found.kind) == (known["mended"].url, "article")
    again.close(found.url, State.DONE, "article")
    again.commit()
    third = reopened(again)
    assert not third.add(replace(known["mended"], kind="article"), linked=True)
    third.abandon()


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


@pytest.mark.parametrize("finished", ["NULL", "'2026'"], ids=["killed", "ended"])
def test_files_of_a_ledger_of_the_second_version_are_known(tmp_path: Path, finished: str) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as database:
        database.executescript(
            f"{''.join(MIGRATIONS[:2])} PRAGMA user_version = 2; INSERT INTO files VALUES ('a.jsonl', 99);"
            f"INSERT INTO runs (started, finished) VALUES ('2026', NULL), ('2026', {finished})"
        )
    ledger = Ledger(tmp_path / "ledger.sqlite")
    assert ledger.mark(Path("a.jsonl")) == Mark(99, closed=finished != "NULL")
    ledger.abandon()


def test_a_ledger_of_a_later_version_is_left_alone(ledger: Ledger) -> None:
    ledger._db.execute("COMMIT")
    ledger._db.execute("PRAGMA user_version = 99")
    ledger._begin()
    with pytest.raises(NewerLedger, match="version 99"):
        reopened(ledger)


# The journal


def test_what_the_cleaning_broke_on_can_be_tried_again(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    for number, reason in enumerate((Reason.ERROR, Reason.SPAM)):
        journal.ledger.add(entry(f"http://example.org/{number}"))
        journal.rejected(Rejected(url=f"http://example.org/{number}", reason=reason, detail="two processes died"))
    journal.commit()
    assert len((tmp_path / "job.r.jsonl").read_bytes().splitlines()) == 2
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
    (line,) = (tmp_path / "job.r.jsonl").read_bytes().splitlines()
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


def test_status_says_where_the_ledger_of_a_crawl_from_several_machines_is(tmp_path: Path) -> None:
    (tmp_path / "news.one").mkdir()
    (tmp_path / "news.one" / "lock").touch()
    shown = CliRunner().invoke(command, ["status", "--jobs", str(tmp_path)])
    assert "one with REDIS_URL keeps it in Redis" in str(shown.exception) + shown.output


LOOK = """
import os, sys
from pathlib import Path
from scraper.crawl.status import jobs
if os.geteuid() == 0:
    os.seteuid(65534)
print([(job.problem, sum(site.found for site in job.sites.values())) for job in jobs(Path(sys.argv[1]))])
"""


@pytest.mark.parametrize("end", ["in order", "under way"])
def test_status_is_shown_to_those_who_may_only_read(end: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name, "job")
        folder.mkdir()
        ledger = Ledger(folder / "ledger.sqlite")
        ledger.add(entry("http://example.org/1"))
        ledger.commit()
        if end == "in order":
            ledger.abandon()
        for each in (Path(name), folder):
            each.chmod(0o555)
        shown = subprocess.run(
            [sys.executable, "-c", LOOK, name], cwd=CHECKOUT, capture_output=True, text=True, check=True
        )
        for each in (Path(name), folder):
            each.chmod(0o755)
        ledger.abandon()
    assert shown.stdout == "[(None, 1)]\n"


UNUSABLE = {
    "empty": "it is empty",
    "something else": "file is not a database",
    "cut": "malformed",
    "newer": "has version 99",
}


def unusable(path: Path, how: str) -> Path:
    """A ledger that cannot be used."""
    path.parent.mkdir()
    if how in ("cut", "newer"):
        with closing(sqlite3.connect(path)) as database:
            database.executescript(f"{''.join(MIGRATIONS)} PRAGMA user_version = {99 if how == 'newer' else 2};")
        os.truncate(path, 8192 if how == "cut" else path.stat().st_size)
    else:
        path.write_bytes(b"" if how == "empty" else b"no database" * 100)
    return path


@pytest.mark.parametrize("how", UNUSABLE)
def test_status_tells_a_ledger_that_cannot_be_used_and_shows_the_others(ledger: Ledger, how: str) -> None:
    ledger.add(entry("http://example.org/1"))
    ledger.commit()
    folder = ledger.path.parents[1]
    path = unusable(folder / "broken" / "ledger.sqlite", how)
    shown = CliRunner().invoke(command, ["status", "--jobs", str(folder)], standalone_mode=False)
    assert shown.return_value == 1
    assert "job  example.org  1" in shown.stdout
    (problem,) = shown.stderr.splitlines()
    assert f"{path} " in problem and UNUSABLE[how] in problem


@pytest.mark.parametrize("how", sorted(UNUSABLE.keys() - {"empty"}))
def test_a_crawl_names_a_ledger_that_cannot_be_used(tmp_path: Path, how: str) -> None:
    path = unusable(tmp_path / "job" / "ledger.sqlite", how)
    with pytest.raises(Unwritable, match=f"{path} .*{UNUSABLE[how]}"):
        journal_in(tmp_path)
