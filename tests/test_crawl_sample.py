"""The sample site, crawled by the real command: what it leaves behind, and what it never asked for."""

import subprocess
import sys
from typing import Any

import pytest
from crawl_runs import CHECKOUT, Job

from scraper import Page, clean
from scraper.crawl.ledger import Ledger
from scraper.crawl.sample_server import LoopbackServer, sample_resources
from scraper.schema import to_line, validate

HOST = "http://news.zhengwen.example"
ARTICLE_PATHS = [
    "/2026/1102/a1001.html",
    "/2026/1102/a1002.html",
    "/2026/1103/b2001.html",
    "/2026/1103/b2002.html",
    "/2026/1103/b2003.html",
    "/2026/1104/c3001.html",
    "/2026/1104/c3002.html",
    "/2026/1104/c3003.html",
    "/2026/1105/d4001.html",
    "/2026/1105/d4002.html",
    "/2026/1105/d4003.html",
    "/2026/1106/e5001.html",
    "/mirror/show-58213.html",
]

Crawled = tuple[Job, "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    job = Job(tmp_path_factory.mktemp("sample"))
    return job, job.run("site=sample", ARCHIVE=job.folder / "warc", CLEAN_PROCESSES=1)


def test_the_run_succeeds_and_keeps_quiet(crawled: Crawled) -> None:
    _, run = crawled
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_every_article_is_exported_once_and_keeps_the_contract(crawled: Crawled) -> None:
    articles = crawled[0].articles()
    assert sorted(article["url"].removeprefix(HOST) for article in articles) == ARTICLE_PATHS
    assert [validate(article) for article in articles] == [[]] * len(articles)


def test_the_page_without_an_article_is_rejected(crawled: Crawled) -> None:
    assert [line["url"] for line in crawled[0].rejected()] == [f"{HOST}/2026/1106/v6001.html"]


def test_the_crawl_gives_what_clean_gives(crawled: Crawled) -> None:
    resources = sample_resources()
    for line in crawled[0].articles():
        pages = [page(url, line["fetched"]) for url in line["page_urls"]]
        assert to_line(clean(*pages)) == line, line["url"]  # type: ignore[arg-type]
    assert "/internal/draft.html" in resources


def page(url: str, fetched: str) -> Page:
    resource = sample_resources()[url.removeprefix(HOST)]
    return Page(url=url, body=resource.body, content_type=dict(resource.headers)["Content-Type"], fetched=fetched)


def test_an_article_in_three_pages_is_joined_in_order(crawled: Crawled) -> None:
    article = by_path(crawled, "/2026/1105/d4001.html")
    assert [url.rpartition("/d4001")[2] for url in article["page_urls"]] == [".html", "_2.html", "_3.html"]
    parts = ["第一次是在建站后的第九年", "第二次改道要安静得多", "第三次改道发生在八年前"]
    places = [article["text"].find(part) for part in parts]
    assert places == sorted(places) and places[0] > 0


def test_the_spider_pool_page_is_repaired_and_its_tail_removed(crawled: Crawled) -> None:
    article = by_path(crawled, "/mirror/show-58213.html")
    assert article["title"].endswith("晚上也开门:临江书屋里的二十四小时")
    assert (article["source"], article["editors"]) == ("湖畔日报", ["韩净"])
    assert article["damage"] in ("repaired", "guessed")
    assert "长治县" not in article["text"]
    assert any("长治县" in removal["text"] for removal in article["removed"])


@pytest.mark.parametrize(
    ("path", "encoding"),
    [
        ("/2026/1102/a1002.html", "gb18030"),  # GBK, labelled gb2312
        ("/2026/1103/b2001.html", "gb18030"),  # characters of four bytes
        ("/2026/1103/b2002.html", "big5"),
        ("/2026/1103/b2003.html", "gb18030"),  # the header says ISO-8859-1
        ("/2026/1104/c3001.html", "utf-8"),  # the meta tag says gb2312
        ("/2026/1106/e5001.html", "gb18030"),  # the header says UTF-8, no meta tag
    ],
)
def test_labels_do_not_decide_the_encoding(crawled: Crawled, path: str, encoding: str) -> None:
    assert by_path(crawled, path)["encoding"] == encoding


def by_path(crawled: Crawled, path: str) -> dict[str, Any]:
    return next(article for article in crawled[0].articles() if article["url"] == HOST + path)


def test_the_ledger_knows_what_became_of_every_url(crawled: Crawled) -> None:
    ledger = Ledger(crawled[0].folder / "job" / "ledger.sqlite", read_only=True)
    outcomes = {(state, reason): count for _, state, reason, count in ledger.summary()}
    ledger.abandon()
    assert outcomes[("done", "article")] == 13
    assert outcomes[("done", "part")] == 2
    assert outcomes[("failed", "failed: HTTP 404")] == 1
    assert outcomes[("done", f"redirected: {HOST}/2026/1102/a1001.html")] == 1
    assert outcomes[("skipped", "forbidden: Forbidden by robots.txt")] == 1
    assert not [state for state, _ in outcomes if state in ("waiting", "leased")]


def test_status_sums_the_job_up(crawled: Crawled) -> None:
    command = [sys.executable, "-m", "scraper", "status", "--jobs", str(crawled[0].folder)]
    shown = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert "news.zhengwen.example: 1 failed: HTTP 404" in shown
    assert "done: 13 articles, 1 rejected, 1 failed" in shown


def test_a_second_run_fetches_no_article_again(crawled: Crawled) -> None:
    job = crawled[0]
    before = job.export.read_bytes()
    assert job.run("site=sample").returncode == 0
    assert job.export.read_bytes() == before


def test_the_server_sends_the_stored_bytes(crawled: Crawled) -> None:
    from urllib.request import urlopen

    resource = sample_resources()["/2026/1103/b2003.html"]
    with LoopbackServer(sample_resources()) as server, urlopen(f"{server.address}/2026/1103/b2003.html") as reply:
        assert reply.read() == resource.body
        assert reply.headers["Content-Type"] == "text/html; charset=ISO-8859-1"
