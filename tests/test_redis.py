"""A crawl from several workers: every article once, whoever dies, and a site's delay over all of them."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from crawl_runs import CHECKOUT, LONG, Job, gated, large_site, serve, wait_for
from redis_runs import running
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings

from scraper.crawl.addon import RedisAddon
from scraper.crawl.files import Mark
from scraper.crawl.ledger import Entry, State

redis = pytest.importorskip("redis", reason="the extra redis is not installed")
pytest.importorskip("scrapy_redis", reason="the extra redis is not installed")

from scraper.crawl import redis_scripts as scripts  # noqa: E402
from scraper.crawl.redis_ledger import Expelled, RedisLedger  # noqa: E402

ARTICLES = 240
LEASE = 10


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running(tmp_path_factory.mktemp("redis")) as (number, _):
        yield number


@pytest.fixture
def worker(port: int) -> Iterator[Callable[..., RedisLedger]]:
    client = redis.Redis(port=port)
    client.flushall()

    def make(name: str, refresh: bool = False) -> RedisLedger:
        ledger = RedisLedger(client, SimpleNamespace(name="news"), "job", name, lease=600)
        ledger.start_run(refresh=refresh)
        return ledger

    yield make
    client.flushall()


def silent_too_long(ledger: RedisLedger, port: int) -> None:
    """Redis takes the worker for dead from its next script on, as if its lease had run out."""
    redis.Redis(port=port).zadd(f"{ledger.key}:sessions", {ledger.session: 0}, xx=True)


def entry(name: str, kind: str = "article", priority: int = 0, site: str = "example.org") -> Entry:
    return Entry(url=f"http://{site}/{name}", site=site, kind=kind, priority=priority)


def test_a_url_is_leased_once_and_known_afterwards(worker: Any) -> None:
    one, two = worker("one"), worker("two")
    assert one.add(entry("a"))
    assert not two.add(entry("a"))
    assert one.pop() == entry("a")
    assert two.pop() is None
    assert len(two) == 1, "in flight elsewhere: the crawl is not over"
    one.close(entry("a").url, State.DONE, "article")
    one.commit()
    assert len(two) == 0
    assert not two.add(entry("a"))


def test_urls_come_by_priority_and_hosts_in_turn(worker: Any) -> None:
    ledger = worker("one")
    for each in (entry("a"), entry("b", priority=5), entry("c", site="other.org")):
        ledger.add(each)
    first = [ledger.pop(), ledger.pop()]
    assert {each.url for each in first} == {"http://example.org/b", "http://other.org/c"}
    assert ledger.pop(left_out=("example.org",)) is None
    assert ledger.pop() == entry("a")


def test_later_pages_are_given_out_when_nothing_else_is_in_flight(worker: Any) -> None:
    one, two = worker("one"), worker("two")
    for name, priority in (("a_3", -3), ("a_2", -2), ("a", 0)):
        one.add(entry(name, priority=priority))
    for name in ("a", "a_2", "a_3"):
        found = two.pop()
        assert found.url == entry(name).url
        assert one.pop() is None
        two.close(found.url, State.DONE, "article")
        two.commit()


def test_a_host_whose_turn_is_not_yet_comes_after_others(worker: Any, port: int) -> None:
    ledger = worker("one")
    ledger.add(entry("a", site="early.org"))
    ledger.add(entry("b", site="late.org"))
    redis.Redis(port=port).set("zhengwen:turn:early.org", int(time.time() * 1000) + 60_000)
    assert [ledger.pop().site, ledger.pop().site] == ["late.org", "early.org"]


def test_a_dead_worker_gives_up_its_turns(worker: Any, port: int) -> None:
    dead, alive = worker("dead"), worker("alive")
    take = redis.Redis(port=port).register_script(scripts.COMMON + scripts.TAKE_TURN)

    def waits(ledger: RedisLedger, host: str) -> int:
        return int(take(keys=["zhengwen"], args=[host, f"{ledger.session}:{time.monotonic()}", 1, 0, 60_000]))

    assert not waits(dead, "example.org") and not waits(alive, "other.org")
    assert waits(alive, "example.org"), "a host is asked by no more at once, whoever they are"
    silent_too_long(dead, port)
    alive.pop()
    assert not waits(alive, "example.org")
    assert waits(alive, "other.org"), "the living keep their turns"


def test_what_a_dead_worker_held_is_taken_up(worker: Any, port: int) -> None:
    dead, alive = worker("dead"), worker("alive")
    dead.add(entry("a"))
    dead.pop()
    dead.close(entry("a").url, State.DONE, "article")
    silent_too_long(dead, port)
    assert alive.pop() == entry("a")
    dead.set_mark(Path("out.jsonl"), Mark(99))
    with pytest.raises(Expelled, match="REDIS_LEASE"):
        dead.commit()
    assert dead.mark(Path("out.jsonl")) is None, "all or nothing"
    assert len(alive) == 1


def test_a_worker_that_starts_again_gets_its_own_back_at_once(worker: Any) -> None:
    killed = worker("one")
    killed.add(entry("a"))
    killed.pop()
    again = worker("one")
    assert again.pop() == entry("a")


def test_a_worker_that_ends_gives_back(worker: Any) -> None:
    one, two = worker("one"), worker("two")
    one.add(entry("a"))
    one.pop()
    one.abandon()
    assert two.pop() == entry("a")


def test_retries_and_failures(worker: Any) -> None:
    ledger = worker("one")
    ledger.add(entry("a"))
    ledger.pop()
    ledger.put_back(entry("a").url, '{"meta": {"retry_times": 1}}')
    again = ledger.pop()
    assert again.request == '{"meta": {"retry_times": 1}}'
    ledger.close(again.url, State.FAILED, "failed: HTTP 503")
    assert ledger.state(again.url) is State.FAILED
    ledger.commit()
    assert ledger.pop() is None
    assert ledger.retry(State.SKIPPED) == 0
    assert ledger.retry(State.FAILED) == 1
    assert ledger.pop() == again


def test_lists_are_fetched_in_each_run_and_articles_once(worker: Any) -> None:
    for run in range(2):
        ledger = worker("one")
        assert ledger.add(entry("list", kind="list"))
        assert not ledger.add(entry("list", kind="list"))
        assert ledger.add(entry("article")) is (run == 0)
        assert ledger.add(entry("article"), again=True) is (run == 1)
        while found := ledger.pop():
            ledger.close(found.url, State.DONE, "done")
        ledger.commit()
        ledger.abandon()


@pytest.mark.parametrize("end", ["killed", "ended early", "complete", "killed, and a run without refresh after it"])
def test_a_refresh_goes_on_until_it_is_complete(worker: Any, end: str) -> None:
    ledger = worker("one")
    for name in "ab":
        ledger.close(entry(name).url, State.DONE, "article")
    ledger.commit()
    ledger.abandon()
    refreshing = worker("one", refresh=True)
    assert refreshing.add(entry("a"), again=True)
    refreshing.close(refreshing.pop().url, State.DONE, "article")
    if "killed" not in end:
        refreshing.finish_run("", {}, complete=end == "complete")
    refreshing.commit()
    if "without" in end:
        worker("one")
    again = worker("one", refresh=True)
    assert again.add(entry("a"), again=True) == (end not in ("killed", "ended early"))
    assert again.add(entry("b"), again=True)


def test_workers_that_start_together_share_a_run(worker: Any) -> None:
    one, two = worker("one"), worker("two")
    assert one.run == two.run
    for each in (one, two):
        each.abandon()
    assert worker("one").run == one.run + 1


def test_files_are_known_by_worker(worker: Any, port: int) -> None:
    one, two, file = worker("one"), worker("two"), Path("out.jsonl")
    one.begin_file(file)
    assert worker("one").mark(file) == Mark(), "at once"
    one = worker("one")
    one.set_mark(file, Mark(99, "digest", closed=False))
    one.commit()
    assert (one.mark(file), two.mark(file)) == (Mark(99, "digest", closed=False), None)
    redis.Redis(port=port).hset("zhengwen:job:files", "one out.jsonl", 12585)
    assert one.mark(file) == Mark(12585, closed=False), "what earlier versions noted"


def test_runs_are_remembered_by_worker(worker: Any) -> None:
    one, two = worker("one"), worker("two")
    one.finish_run("done: 3 articles", {"sites": {"example.org": {"article": 3}}, "stats": {}})
    assert one.runs() == [], "not before it is committed"
    one.commit()
    assert [run.outcome for run in one.runs()] == ["done: 3 articles"]
    assert two.runs() == []


def test_copies_are_found_over_all_workers(worker: Any) -> None:
    one, two = worker("one"), worker("two")
    assert one.first_with("sha256:0", "a1") == "a1"
    assert two.first_with("sha256:0", "a2") == "a1"


def jobs(folder: Path, port: int) -> tuple[list[Job], dict[str, Any]]:
    places = [folder / "one", folder / "two"]
    for place in places:
        place.mkdir()
    redis.Redis(port=port).flushall()
    shared = {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "REDIS_LEASE": LEASE}
    return [Job(place) for place in places], shared


def urls(*workers: Job) -> Counter[str]:
    return Counter(article["url"] for job in workers if job.export.exists() for article in job.articles())


def test_two_workers_share_a_site(tmp_path: Path, port: int) -> None:
    (one, two), shared = jobs(tmp_path, port)
    with serve(large_site(ARTICLES)) as server:
        arguments, speed = (f"start={server.address}/", "job=shared"), {"CONCURRENT_REQUESTS_PER_DOMAIN": 8}
        first = one.start(*arguments, WORKER="one", **speed, **shared)
        second = two.run(*arguments, WORKER="two", **speed, **shared)
        assert first.wait(timeout=LONG) == second.returncode == 0, second.stderr
    exported = urls(one, two)
    assert len(exported) == exported.total() == ARTICLES
    pages = Counter(path for path in server.requested if "robots" not in path and "sitemap" not in path)
    assert max(pages.values()) == 1


def test_a_killed_worker_loses_nothing(tmp_path: Path, port: int) -> None:
    (one, two), shared = jobs(tmp_path, port)
    with serve(large_site(ARTICLES)) as server:
        arguments, speed = (f"start={server.address}/", "job=shared"), {"CONCURRENT_REQUESTS_PER_DOMAIN": 8}
        killed = one.start(*arguments, WORKER="one", **speed, **shared)
        wait_for(lambda: one.export.exists() and one.export.stat().st_size, killed)
        begun = one.export.stat().st_size
        wait_for(lambda: one.export.stat().st_size > begun, killed)  # what came before is acknowledged by then
        second = two.start(*arguments, WORKER="two", **speed, **shared)
        time.sleep(0.3)
        killed.kill()
        killed.wait()
        assert second.wait(timeout=LONG) == 0
        assert set(urls(one, two)) == {f"{server.address}/2026/1103/c{n:05}.html" for n in range(ARTICLES)}
        assert one.run(*arguments, WORKER="one", **speed, **shared).returncode == 0
    exported = urls(one, two)
    assert len(exported) == exported.total() == ARTICLES
    assert urls(one), "the first worker was killed before it exported anything: nothing was tried"


def test_the_delay_of_a_site_holds_over_all_workers(tmp_path: Path, port: int) -> None:
    delay, times = 0.25, []
    site = large_site(12)

    def watched(path: str) -> Any:
        times.append(time.monotonic())
        return site(path)

    (one, two), shared = jobs(tmp_path, port)
    with serve(watched) as server:
        arguments = (f"start={server.address}/", "job=polite")
        first = one.start(*arguments, WORKER="one", DOWNLOAD_DELAY=delay, **shared)
        second = two.run(*arguments, WORKER="two", DOWNLOAD_DELAY=delay, **shared)
        assert first.wait(timeout=LONG) == second.returncode == 0, second.stderr
    assert urls(one, two).total() == 12
    # Of single requests the way to the server differs; two workers that do not heed each other need half the time.
    assert times[-1] - times[0] > 0.75 * delay * (len(times) - 1)


def test_a_worker_that_loses_redis_stops_and_says_so(tmp_path: Path) -> None:
    gate = Event()
    with running(tmp_path) as (port, server), serve(gated(large_site(ARTICLES), gate, after=20)) as site:
        (one, _), shared = jobs(tmp_path, port)
        shared["REDIS_PARAMS"] = '{"retry": null}'
        command = one.command(f"start={site.address}/", "job=lost", WORKER="one", DOWNLOAD_TIMEOUT=LONG, **shared)
        crawl = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wait_for(lambda: one.export.exists() and one.export.stat().st_size, crawl)
        server.kill()
        gate.set()
        _, complaint = crawl.communicate(timeout=LONG)
    assert crawl.returncode == 1
    assert complaint.splitlines()[-1].startswith("the state of the crawl cannot be kept: Redis: ")
    assert "Traceback" not in complaint
    assert 0 < urls(one).total() < ARTICLES


def test_without_redis_nothing_is_fetched(tmp_path: Path) -> None:
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1/0", "REDIS_PARAMS": '{"retry": null}'}
    run = Job(tmp_path).run("start=http://127.0.0.1:1/", **nowhere)
    assert run.returncode == 2
    assert "no Redis at REDIS_URL=redis://127.0.0.1:1/0" in run.stderr.splitlines()[-1]


def test_the_addon_is_off_without_a_server() -> None:
    with pytest.raises(NotConfigured):
        RedisAddon().update_settings(Settings())


def test_the_addon_gives_each_worker_its_own_files() -> None:
    settings = Settings({"REDIS_URL": "redis://10.0.0.5/0", "WORKER": "b"})
    settings.setmodule("scraper.settings", priority="project")
    RedisAddon().update_settings(settings)
    assert settings["EXPORT"] == "exports/{job}.b.jsonl"
    assert "scraper.crawl.redis.RedisJournal" in settings["EXTENSIONS"]
    assert "scraper.crawl.journal.Journal" not in settings["EXTENSIONS"]
