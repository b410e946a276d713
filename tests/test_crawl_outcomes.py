"""What a run says when it is over: its exit code, its last line, and what it leaves to the next run."""

import gzip
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

import brotli
import pytest
from crawl_runs import CHECKOUT, LONG, Job, checkout_with_site, gated, large_site, listing, serve, wait_for

from scraper.crawl.ledger import Ledger, now
from scraper.crawl.sample_server import LoopbackServer, Resource


@pytest.fixture
def site() -> Iterator[LoopbackServer]:
    with serve(large_site(30)) as server:
        yield server


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


PACKED = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
IN_BROTLI = (PACKED[0], ("Content-Encoding", "br"))


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "says"), [(["site=nowhere"], "no site 'nowhere'"), (["site=sample", "limit=0"], "-a limit=0")]
)
def test_usage_errors_do_nothing_and_exit_2(job: Job, arguments: list[str], says: str) -> None:
    run = job.run(*arguments)
    assert run.returncode == 2
    assert says in last_line(run.stderr)
    assert not job.export.exists()


def test_a_setting_that_cannot_be_read_exits_2_before_anything_reads_it(job: Job) -> None:
    run = job.run("site=sample", LOG_LEVEL="LOUD")
    assert run.returncode == 2
    assert last_line(run.stderr).endswith("-s LOG_LEVEL=LOUD: give DEBUG, INFO, WARNING or ERROR")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["scrapy", "crawl", "news", "-a", "site=sample", "-s", "EXPORT=out/a.jsonl"],
        ["scraper", "clean", "README.md", "-o", "out/a.jsonl"],
        ["scraper", "clean", "README.md", "--explain"],
    ],
    ids=["crawl", "clean", "explain"],
)
def test_a_broken_site_file_is_told_before_anything_is_done(tmp_path: Path, command: list[str]) -> None:
    checkout = checkout_with_site(tmp_path, "hekou", "name = ")
    run = subprocess.run([sys.executable, "-m", *command], cwd=checkout, capture_output=True, text=True, check=False)
    assert run.returncode == 2, run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert "hekou.toml" in run.stderr
    assert not (tmp_path / "out").exists()


def test_an_export_that_cannot_be_opened_exits_2(job: Job) -> None:
    (job.folder / "file").touch()
    run = job.run("site=sample", EXPORT=job.folder / "file" / "out.jsonl")
    assert run.returncode == 2
    assert "cannot keep the crawl" in last_line(run.stderr)


def test_a_full_disk_ends_the_crawl_and_what_was_written_stays_valid(job: Job) -> None:
    with serve(large_site(150)) as server:
        command = job.command(f"start={server.address}/", CLEAN_PROCESSES=0, DOWNLOAD_DELAY=0.02)
        limited = ["bash", "-c", 'ulimit -f 150; exec "$@"', "bash", *command]  # files of at most 150 KiB
        run = subprocess.run(limited, cwd=CHECKOUT, capture_output=True, text=True, timeout=LONG, check=False)
        assert run.returncode == 1
        assert re.search("the (export cannot be written|state of the crawl cannot be kept): ", last_line(run.stderr))
        assert all(article["title"] for article in job.articles())
        assert job.run(f"start={server.address}/").returncode == 0
    assert len(job.articles()) == len({article["url"] for article in job.articles()}) == 150


def test_a_full_disk_below_the_archive_ends_the_crawl_and_its_urls_wait(job: Job) -> None:
    articles, chance = large_site(30), random.Random(7)

    def site(path: str) -> Resource | None:
        found = articles(path)
        return found and Resource(body=found.body + f"<!--{chance.randbytes(50_000).hex()}-->".encode())

    with serve(site) as server:
        command = job.command(f"start={server.address}/", ARCHIVE=job.folder / "warc")
        limited = ["bash", "-c", 'ulimit -f 1000; exec "$@"', "bash", *command]  # files of at most 1000 KiB
        run = subprocess.run(limited, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 1
        assert "the archive cannot be written: " in last_line(run.stderr)
        assert "Traceback" not in run.stderr
        assert len(job.articles()) < 30
        assert job.run(f"start={server.address}/").returncode == 0
    assert len(job.articles()) == len({article["url"] for article in job.articles()}) == 30
    (archived,) = (job.folder / "warc").iterdir()
    assert archived.suffix == ".gz"
    assert len(gzip.decompress(archived.read_bytes())) > 900_000


def test_a_file_that_cannot_be_made_durable_exits_2(job: Job) -> None:
    run = job.run("site=sample", EXPORT="/dev/null")
    assert run.returncode == 2
    assert "cannot keep the crawl" in last_line(run.stderr)


def test_an_export_that_somebody_cut_is_refused(job: Job, site: LoopbackServer) -> None:
    assert job.run(f"start={site.address}/", "limit=2").returncode == 0
    job.export.write_bytes(b"")
    run = job.run(f"start={site.address}/")
    assert run.returncode == 2
    assert "has 0 bytes" in last_line(run.stderr)
    assert "changed by something else; move it away, and a new one begins" in last_line(run.stderr)
    job.export.unlink()
    assert job.run(f"start={site.address}/").returncode == 0
    assert len(job.articles()) == 28


def test_jobs_that_share_an_export_one_after_the_other_do_not_destroy_it(job: Job, site: LoopbackServer) -> None:
    codes = []
    for name in "aba":
        places = {"JOB_FOLDER": job.folder / name, "REJECTS": job.folder / name / "rejects.jsonl"}
        codes.append(job.run(f"start={site.address}/", f"job={name}", "limit=3", **places).returncode)
    assert codes == [0, 2, 0]
    assert len({article["url"] for article in job.articles()}) == len(job.articles()) == 6


def test_a_second_run_at_the_same_time_exits_3_and_names_the_first(job: Job) -> None:
    gate = Event()
    with serve(gated(large_site(30), gate)) as site:
        first = job.start(f"start={site.address}/", DOWNLOAD_TIMEOUT=LONG)
        wait_for(lambda: site.requested, first)
        second = job.run(f"start={site.address}/")
        other = job.run("site=sample", JOB_FOLDER=job.folder / "other")  # another job, the same export
        job.kill(first, after=0)
        gate.set()
        after = job.run(f"start={site.address}/", "limit=1")
    assert second.returncode == 3
    assert f"process {first.pid}" in last_line(second.stderr)
    assert other.returncode == 3
    assert "another run is writing" in last_line(other.stderr)
    assert after.returncode == 0, "the lock of a killed run is taken over"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_in_order(job: Job, number: signal.Signals, code: int) -> None:
    gate = Event()
    with serve(gated(large_site(30), gate)) as site:
        run = job.start(f"start={site.address}/", DOWNLOAD_TIMEOUT=LONG)
        wait_for(lambda: "/list_0/" in site.requested, run)
        run.send_signal(number)
        gate.set()
        assert run.wait(timeout=LONG) == code
        assert job.run(f"start={site.address}/").returncode == 0
    urls = [article["url"] for article in job.articles()]
    assert len(urls) == len(set(urls)) == 30


def test_a_signal_ends_a_run_that_is_only_starting(job: Job, site: LoopbackServer) -> None:
    command = job.command(f"start={site.address}/")
    run = subprocess.Popen(command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True)
    lock = job.folder / "job" / "lock"
    while run.poll() is None and not lock.exists():
        time.sleep(0.001)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=20)
    assert (run.returncode, said) == (143, "ended by SIGTERM; the next run takes up where this one stopped\n")


def test_nothing_could_be_fetched(job: Job) -> None:
    with serve({"/": Resource(status=503)}) as server:
        run = job.run(f"start={server.address}/", RETRY_TIMES=0)
    assert run.returncode == 1
    assert "HTTP 503" in last_line(run.stderr)


def test_a_site_that_is_down_is_told_in_a_few_lines(job: Job) -> None:
    with serve({}) as server:
        gone = server.address
    run = job.run(f"start={gone}/", RETRY_TIMES=0)
    assert run.returncode == 1
    assert "none of 1 page(s) could be fetched (robots.txt unreachable, DownloadConnectionRefusedError)" in last_line(
        run.stderr
    )
    assert len(run.stderr.splitlines()) < 6


def test_on_a_terminal_the_end_is_told(job: Job, site: LoopbackServer) -> None:
    ours, theirs = os.openpty()
    crawl = subprocess.Popen(job.command(f"start={site.address}/", "limit=3"), cwd=CHECKOUT, stderr=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the end of a terminal
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert crawl.wait(timeout=LONG) == 0
    assert shown.decode().endswith(f"done: 3 articles, 0 rejected, 0 failed: {job.export}\r\n")


def test_single_pages_that_fail_are_no_news(job: Job) -> None:
    articles = large_site(9)
    whole, other = (articles(f"/2026/1103/c0000{number}.html").body for number in (7, 8))  # type: ignore[union-attr]
    broken = {
        "/2026/1103/c00001.html": Resource(status=503),
        "/2026/1103/c00003.html": Resource(body=b"x" * 100_000),
        "/2026/1103/c00005.html": Resource(headers=(("Content-Encoding", "gzip"),), body=gzip.compress(b"x" * 100_000)),
        "/2026/1103/c00006.html": Resource(headers=PACKED, body=gzip.compress(whole)[: len(whole) // 4]),
        "/2026/1103/c00007.html": Resource(headers=PACKED, body=gzip.compress(whole)),
        "/2026/1103/c00008.html": Resource(headers=IN_BROTLI, body=brotli.compress(other)[:-20]),
    }
    with serve({}) as server:
        gone = server.address.replace("127.0.0.1", "localhost")
    with serve(lambda path: broken.get(path) or articles(path)) as server:
        run = job.run(f"start={server.address}/ {gone}/", DOWNLOAD_MAXSIZE=50_000)
    assert (run.returncode, run.stderr) == (0, "")
    assert len(job.articles()) == 4


def test_most_pages_failed(job: Job) -> None:
    links = [f'<a href="/2026/1103/c{n:05}.html">云溪老茶馆清晨五点亮灯</a>' for n in range(8)]
    with serve({"/": listing(links)}) as server:
        run = job.run(f"start={server.address}/")
    assert run.returncode == 1
    assert "8 of 9 pages could not be fetched (HTTP 404)" in last_line(run.stderr)


def test_what_failed_is_tried_again_when_asked_for(job: Job, tmp_path: Path) -> None:
    pages = dict.fromkeys(["/robots.txt"], Resource(status=404))
    whole = large_site(3)
    pages |= {"/": whole("/list_0/"), "/2026/1103/c00000.html": whole("/2026/1103/c00000.html")}  # type: ignore[dict-item]
    mended, broken = "/2026/1103/c00001.html", "/2026/1103/c00002.html"
    pages[mended] = pages[broken] = Resource(status=503)
    with serve(pages) as server:
        job.run(f"start={server.address}/", ARCHIVE=tmp_path / "warc")
        assert len(job.articles()) == 1
        pages[mended] = whole(mended)  # type: ignore[assignment]
        job.run(f"start={server.address}/")
        assert len(job.articles()) == 1
        assert server.requested.count(broken) == 2
        started = now()
        job.run(f"start={server.address}/", "retry=failed")
        assert len(job.articles()) == 2
        assert server.requested.count(broken) == 4, "it has all its attempts again"
    assert job.articles()[1]["fetched"] >= started


def test_a_site_that_suddenly_yields_nothing(job: Job) -> None:
    now: list[Resource] = []
    articles = large_site(20)

    def site(path: str) -> Resource | None:
        return now[0] if now and "/2026/" in path else articles(path)

    with serve(site) as server:
        assert job.run(f"start={server.address}/").returncode == 0
        now.append(Resource(body="<html><body><p>请登录后继续浏览</p></body></html>".encode()))
        run = job.run(f"start={server.address}/", "refresh=yes")
    assert run.returncode == 1
    assert "gave no article from 20 pages; before, 100% were articles" in last_line(run.stderr)


def test_limit_is_exact_and_the_rest_is_left_to_the_next_run(job: Job, site: LoopbackServer) -> None:
    assert job.run(f"start={site.address}/", "limit=7").returncode == 0
    assert len(job.articles()) == 7
    assert job.run(f"start={site.address}/").returncode == 0
    urls = [article["url"] for article in job.articles()]
    assert len(urls) == len(set(urls)) == 30


def test_days_and_keywords_select(job: Job) -> None:
    assert job.run("site=sample", "since=2026-11-05", "until=2026-11-05", "keyword=水文站,電車").returncode == 0
    assert sorted(article["url"][-10:] for article in job.articles()) == ["d4001.html", "d4003.html"]
    ledger = Ledger(job.folder / "job" / "ledger.sqlite", read_only=True)
    skipped = [reason for _, state, reason, _ in ledger.summary() if state == "skipped" and "before" in str(reason)]
    ledger.abandon()
    assert skipped == ["skipped: published 2026-10-05, before 2026-11-05"]
