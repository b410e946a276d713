"""A site that nobody described: articles are found through links, feeds and sitemaps, and through those alone."""

import gzip
import json
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from crawl_runs import LONG, Job, large_site, listing, serve
from warcio.statusandheaders import StatusAndHeaders

from scraper import settings
from scraper.crawl.archive import warc_writer
from scraper.crawl.sample_server import LoopbackServer, Resource


def xml(text: str) -> Resource:
    return Resource(headers=(("Content-Type", "application/xml"),), body=text.encode())


def undescribed_site() -> LoopbackServer:
    """Five articles, each reached in another way: 0 list, 1 feed, 2 to 4 a gzipped sitemap, where 3 is old and 4
    dated."""
    articles, pages = large_site(5), dict[str, Resource]()
    server = LoopbackServer(lambda path: pages.get(path) or articles(path))

    def at(path: str) -> str:
        return f"{server.address}{path}"

    front = '<link rel="alternate" type="application/rss+xml" href="/feed"><a href="/news/">要闻</a>'
    pages["/"] = listing([front, '<a href="http://elsewhere.example/2026/1103/c00001.html">别处的一篇稿件标题</a>'])
    pages["/news/"] = listing(
        ['<a href="/2026/1103/c00000.html">云溪老茶馆清晨五点亮灯</a>', '<a href="/a.jpg">图片</a>']
    )
    pages["/feed"] = xml(
        f"<rss><channel><item><title>标题</title><link>{at('/2026/1103/c00001.html')}</link></item></channel></rss>"
    )
    pages["/robots.txt"] = Resource(body=f"User-agent: *\nSitemap: {at('/index.xml')}\n".encode())
    pages["/index.xml"] = xml(
        f"<sitemapindex><sitemap><loc>{at('/new.xml.gz')}</loc><lastmod>2026-11-05</lastmod></sitemap>"
        f"<sitemap><loc>{at('/old.xml')}</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>"
    )
    entries = "".join(
        f"<url><loc>{at(f'/2026/1103/c0000{number}.html')}</loc><lastmod>{day}</lastmod></url>"
        for number, day in ((2, "2026-11-03"), (3, "2026-10-01"), (4, "2026-11-04T08:00:00+08:00"))
    )
    packed = gzip.compress(f"<urlset>{entries}</urlset>".encode())
    pages["/new.xml.gz"] = Resource(headers=(("Content-Type", "application/gzip"),), body=packed)
    return server


@pytest.mark.parametrize(("since", "found"), [("", [0, 1, 2, 3, 4]), ("since=2026-11-01", [0, 1, 2, 4])])
def test_an_undescribed_site(tmp_path: Path, since: str, found: list[int]) -> None:
    job = Job(tmp_path)
    with undescribed_site() as server:
        run = job.run(f"start={server.address}/", *filter(None, [since]))
    assert run.returncode == 0, run.stderr
    assert sorted(int(article["url"][-6]) for article in job.articles()) == found
    assert "/a.jpg" not in server.requested
    assert ("/old.xml" in server.requested) == (not since)


def test_a_list_of_urls_of_which_one_bad_line_costs_no_other(tmp_path: Path) -> None:
    job = Job(tmp_path)
    with serve(large_site(4)) as server:
        lines = [f"{server.address}/2026/1103/c0000{n}.html" for n in (0, 2, 2, 9, 3)]
        bad = ["not a url", "http://[bad/x", f"{server.address}9999/", "http://a..b/"]
        written = [lines[0], "# to fetch", "", *bad, *lines[1:-1], lines[-1].replace("http", "HTTP")]
        (tmp_path / "urls.txt").write_text("\n".join(written), encoding="utf-8-sig")
        run = job.run(f"file={tmp_path / 'urls.txt'}", spider="urls")
    assert run.returncode == 0
    for number, line in enumerate(bad, 4):
        assert f"urls.txt, line {number}, passed over: {line!r} is no web address: " in run.stderr
    assert sorted(article["url"] for article in job.articles()) == sorted([*lines[:2], lines[-1]])


def test_the_archive_gives_the_same_articles_again(tmp_path: Path) -> None:
    crawled, replayed = Job(tmp_path / "crawled"), Job(tmp_path / "replayed")
    assert crawled.run("site=sample", ARCHIVE=tmp_path / "warc", ARCHIVE_MAX_BYTES=20_000).returncode == 0
    assert len(list((tmp_path / "warc").glob("*.warc.gz"))) > 1
    assert replayed.run(f"path={tmp_path / 'warc'}", spider="archive").returncode == 0
    again = Job(tmp_path / "again")
    assert again.run(f"path={tmp_path / 'warc'}", "refresh=yes", spider="archive").returncode == 0
    assert len(crawled.articles()) == len(again.articles()) == 13
    assert sorted(map(json.dumps, replayed.articles())) == sorted(map(json.dumps, crawled.articles()))


def archived(number: int, status: str = "200 OK") -> bytes:
    """The member of an archive that holds an article."""
    page, member = large_site(5)(f"/2026/1103/c0000{number}.html"), BytesIO()
    http = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer, payload = warc_writer(member), BytesIO(page.body if page else b"")
    url = f"http://example.org/{number}.html"
    writer.write_record(writer.create_warc_record(url, "response", payload=payload, http_headers=http))
    return member.getvalue()


def test_an_archive_loses_nothing_to_an_attempt_that_failed_and_tells_all_that_cannot_be_read(tmp_path: Path) -> None:
    job, path, gone = Job(tmp_path), tmp_path / "a.warc.gz", tmp_path / "gone.warc.gz"
    broken = [archived(number)[:-8] + b"\0" * 8 for number in (1, 3)]  # no checksum is that
    failed = [archived(number, "503 Service Unavailable") for number in (2, 4, 4)]
    members = [archived(0), broken[0], failed[0], archived(2), broken[1], *failed[1:]]
    path.write_bytes(b"".join(members))
    for _ in range(2):
        run = job.run(f"path={path} {gone}", spider="archive")
        assert run.returncode == 1
        assert "3 file(s) or record(s) that could not be read, see the rejects" in run.stderr
        assert [article["url"][-6] for article in job.articles()] == list("02")
        places = [f"{path}:{sum(map(len, members[:number]))}" for number in (1, 4, 5)]
        assert [line["input"] for line in job.rejected()] == [*places, str(gone)]


def test_sitemaps_that_robots_txt_names_are_fetched_like_any_list(tmp_path: Path) -> None:
    named = ["http://[bad/map.xml", "/a.xml", "b.xml", "/moved.xml", "/broken.xml", "/d.xml"]
    pages = {
        "/": listing([]),
        "/robots.txt": Resource(body="".join(f"Sitemap: {url}\n" for url in named).encode()),
        "/moved.xml": Resource(status=301, headers=(("Location", "/c.xml"),)),
        "/broken.xml": Resource(status=503),
    }
    for number, name in enumerate("abcd"):
        pages[f"/{name}.xml"] = xml(f"<urlset><url><loc>/2026/1103/c0000{number}.html</loc></url></urlset>")
    articles = large_site(4)
    with serve(lambda path: pages.get(path) or (articles(path) if path.startswith("/2026") else None)) as server:
        run = Job(tmp_path).run(f"start={server.address}/", LOG_LEVEL="INFO")
    assert run.returncode == 0, run.stderr
    assert "done: 4 articles, 0 rejected, 1 failed" in run.stderr


def test_lists_are_followed_as_deep_as_asked_for_and_what_lies_deeper_is_told(tmp_path: Path) -> None:
    articles = large_site(6)

    def find(path: str) -> Resource | None:
        if path.startswith("/2026"):
            return articles(path)
        number = int(path.removeprefix("/index_").removesuffix(".html")) if path.startswith("/index_") else 0
        if path == "/robots.txt" or number > 5:
            return None
        links = [f'<a href="/2026/1103/c0000{number}.html">云溪老茶馆清晨五点亮灯</a>', '<a href="/">首页</a>']
        return listing([*links, *([f'<a href="/index_{number + 1}.html">下一页</a>'] if number < 5 else [])])

    with serve(find) as server:
        run = Job(tmp_path).run(f"start={server.address}/", LIST_DEPTH=2, LOG_LEVEL="INFO")
    assert run.returncode == 0, run.stderr
    assert "done: 3 articles, 0 rejected, 0 failed; 1 list(s) deeper than LIST_DEPTH were not visited" in run.stderr


def test_a_slow_site_does_not_hold_up_the_others(tmp_path: Path) -> None:
    slow_is_asked, fast_is_asked, fast_is_through = Event(), Event(), Event()
    slow_site, fast_site, articles = large_site(60), large_site(40), set[str]()

    def slow(path: str) -> Resource | None:
        """From when the other site has a queue on, answers with no article before that has answered with all its own.

        Before, it may have all the places to download that there are.
        """
        if path.startswith("/2026/"):
            slow_is_asked.set()
            if fast_is_asked.is_set():
                fast_is_through.wait()
        return slow_site(path)

    def fast(path: str) -> Resource | None:
        """Answers nothing before the other site has a queue."""
        slow_is_asked.wait()
        if path.startswith("/2026/"):
            fast_is_asked.set()
            articles.add(path)
        if len(articles) == 40:
            fast_is_through.set()
        return fast_site(path)

    with serve(slow) as one, serve(fast) as other:
        starts = f"start=http://127.0.0.1:{one.port}/ http://localhost:{other.port}/"
        job = Job(tmp_path)
        job.run(starts, "job=two", CONCURRENT_REQUESTS=6, DOWNLOAD_TIMEOUT=LONG // 5, RETRY_TIMES=0)
    # The two sites write the same articles, which one of them has first.
    found = len(job.articles()) + len(job.rejected())
    assert found == 100, "the slow site held up the other until its requests timed out"


def test_the_defaults_are_polite_and_closed() -> None:
    assert settings.ROBOTSTXT_OBEY and settings.AUTOTHROTTLE_ENABLED and settings.DOWNLOAD_VERIFY_CERTIFICATES
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert settings.DOWNLOAD_MAXSIZE <= 32 << 20
    assert not settings.TELNETCONSOLE_ENABLED and not settings.REMOTE_CONTROL_ENABLED
    assert not settings.PRIVATE_ADDRESSES_ALLOWED and not settings.HTTPPROXY_ENABLED
