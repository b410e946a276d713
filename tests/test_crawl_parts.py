"""The parts of the crawl by themselves: compression, arguments, the lock, the archive, the cleaner."""

import asyncio
import gzip
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from crawl_runs import CHECKOUT
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from scraper import Page, Rejected, clean
from scraper.crawl import options
from scraper.crawl.archive import Archive, recover, whole_members
from scraper.crawl.arguments import Arguments, BadArgument
from scraper.crawl.cleaner import Cleaner
from scraper.crawl.compression import is_whole
from scraper.crawl.lock import Held, RunLock
from scraper.crawl.replay import Replay
from scraper.crawl.sample_server import sample_resources
from spiders.news import NewsSpider
from spiders.urls import UrlsSpider

HOST = "http://news.zhengwen.example"


# Compression


def named(data: bytes) -> bytes:
    with (file := BytesIO()), gzip.GzipFile("page.html", "wb", fileobj=file) as packed:
        packed.write(data)
        packed.close()
        return file.getvalue()


def flushed(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)


PAGE = b"".join(b"<p>%d</p>" % number for number in range(9999))
BODIES = {
    "gzip": (gzip.compress(PAGE), True),
    "with a file's name": (named(PAGE), True),
    "of two members": (gzip.compress(PAGE) * 2, True),
    "a wrong checksum": (gzip.compress(PAGE)[:-8] + bytes(8), True),
    "no checksum": (gzip.compress(PAGE)[:-8], True),
    "deflate": (zlib.compress(PAGE), True),
    "raw deflate": (zlib.compress(PAGE)[2:-4], True),
    "flushed and not ended": (flushed(PAGE), True),
    "nothing": (b"", True),
    "gzip that breaks off": (gzip.compress(PAGE)[:-9], False),
    "half of it": (gzip.compress(PAGE)[: len(gzip.compress(PAGE)) // 2], False),
    "deflate that breaks off": (zlib.compress(PAGE)[:-9], False),
    "raw deflate that breaks off": (zlib.compress(PAGE)[2:-9], False),
    "its header alone": (gzip.compress(PAGE)[:10], False),
}


@pytest.mark.parametrize("case", BODIES)
def test_compressed_data_that_break_off_are_known(case: str) -> None:
    body, whole = BODIES[case]
    assert is_whole(body) is whole


# Arguments


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"since": "yesterday"}, "-a since=yesterday"),
        ({"until": "2026-13-01"}, "-a until=2026-13-01"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "-a since=2026-11-02 is after -a until=2026-11-01"),
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


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"CLEAN_PROCESSES": "two"}, "-s CLEAN_PROCESSES=two: give a whole number"),
        ({"DOWNLOAD_DELAY": "fast"}, "-s DOWNLOAD_DELAY=fast: give a number"),
        ({"RETRY_TIMES": "many"}, "-s RETRY_TIMES=many: give a number"),
        ({"PRIVATE_ADDRESSES_ALLOWED": "yes"}, "-s PRIVATE_ADDRESSES_ALLOWED=yes: give 0 or 1"),
        ({"LOG_LEVEL": "LOUD"}, "-s LOG_LEVEL=LOUD: give DEBUG"),
        ({"EXPORT": "{site}.jsonl"}, "-s EXPORT={site}.jsonl: in braces only {job}"),
        ({"JOB_FOLDER": "jobs/{"}, "-s JOB_FOLDER=jobs/{: in braces only {job}"),
        ({"EXPORT": "a/../out.jsonl", "REJECTS": "out.jsonl"}, "EXPORT and REJECTS are the same file"),
        ({"ARCHIVE": "README.md"}, "-s ARCHIVE=README.md: File exists; give a folder"),
    ],
)
def test_settings_that_cannot_be_used(given: dict[str, str], says: str) -> None:
    settings = Settings()
    settings.setmodule("scraper.settings", "project")
    options.check(settings)
    settings.setdict(given, "cmdline")
    with pytest.raises(options.BadSetting, match=re.escape(says)):
        options.check(settings)


def test_the_name_of_a_job_is_a_file_s_name_and_tells_jobs_apart() -> None:
    many = [f"云溪{number}.example.org" for number in range(40)]
    names = {Arguments().job_name("news", *many), Arguments().job_name("news", *many[:-1])}
    assert len(names) == 2
    assert max(len(name.encode()) for name in names) < 200


def test_spiders_refuse_what_they_cannot_crawl(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="which site"):
        NewsSpider()
    with pytest.raises(BadArgument, match="-a file=nowhere"):
        UrlsSpider(file="nowhere.txt")
    (tmp_path / "urls.txt").write_text("# none yet\n\nexample.org\n")
    with pytest.raises(BadArgument, match="there is no web address in it"):
        UrlsSpider(file=str(tmp_path / "urls.txt"))


@pytest.mark.parametrize("start", ["example.org", "http://example.org:99999/", "http://example.org:abc/", "http://[x/"])
def test_a_start_that_is_no_web_address_is_refused(start: str) -> None:
    with pytest.raises(BadArgument, match=f"-a start={re.escape(start)}: .* is no web address"):
        NewsSpider(start=start)


def test_a_start_in_chinese_is_known_by_the_name_that_is_looked_up() -> None:
    assert NewsSpider(start="http://新闻.example/").allowed_domains == ["xn--efvy88h.example"]


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


def test_a_worker_that_hangs_is_replaced_and_its_page_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = sample_resources()["/2026/1102/a1001.html"]
    page = Page(url=f"{HOST}/2026/1102/a1001.html", body=resource.body)

    async def run() -> list[object]:
        others = set(multiprocessing.active_children())
        cleaner = Cleaner(1)
        await cleaner.open()
        (hung,) = set(multiprocessing.active_children()) - others
        os.kill(hung.pid or 0, signal.SIGSTOP)
        monkeypatch.setattr("scraper.crawl.cleaner.PATIENCE", 0.1)
        asked = [asyncio.ensure_future(cleaner.clean(page)) for _ in range(3)]
        while cleaner._workers[0].waiting < len(asked):
            await asyncio.sleep(0)
        monkeypatch.setattr("scraper.crawl.cleaner.PATIENCE", 600)
        answers = [*await asyncio.gather(*asked), await cleaner.clean(page)]
        assert len(set(multiprocessing.active_children()) - others) == 1
        cleaner.close()
        return answers

    rejected, *others = asyncio.run(asyncio.wait_for(run(), 300))
    assert isinstance(rejected, Rejected)
    assert "took longer than" in rejected.detail
    assert others == [clean(page)] * 3


HUNG_AT_THE_END = """
import asyncio, multiprocessing, os, signal
from scraper.crawl.cleaner import Cleaner
from scraper.crawl.compression import is_whole

async def run():
    await Cleaner(1).open()
    hung = multiprocessing.active_children()[0].pid
    os.kill(hung, signal.SIGSTOP)
    os.waitpid(hung, os.WUNTRACED)

if __name__ == "__main__":
    asyncio.run(run())
"""


def test_a_worker_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(HUNG_AT_THE_END)
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    subprocess.run([sys.executable, tmp_path / "program.py"], env=environment, timeout=60, check=True)
