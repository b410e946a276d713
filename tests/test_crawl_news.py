"""A site that nobody described: articles are found through links, feeds and sitemaps, and through those alone."""

import gzip
import json
from pathlib import Path

import pytest
from crawl_runs import Job, large_site, listing, serve

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


def test_a_list_of_urls(tmp_path: Path) -> None:
    job = Job(tmp_path)
    with serve(large_site(3)) as server:
        lines = [f"{server.address}/2026/1103/c0000{n}.html" for n in (0, 2, 2, 9)]
        (tmp_path / "urls.txt").write_text("\n".join(["# to fetch", *lines, "", "not a url"]))
        run = job.run(f"file={tmp_path / 'urls.txt'}", spider="urls")
    assert run.returncode == 0
    assert "not a web address, passed over: not a url" in run.stderr
    assert sorted(article["url"] for article in job.articles()) == sorted(lines[:2])


def test_the_archive_gives_the_same_articles_again(tmp_path: Path) -> None:
    crawled, replayed = Job(tmp_path / "crawled"), Job(tmp_path / "replayed")
    assert crawled.run("site=sample", ARCHIVE=tmp_path / "warc", ARCHIVE_MAX_BYTES=20_000).returncode == 0
    assert len(list((tmp_path / "warc").glob("*.warc.gz"))) > 1
    assert replayed.run(f"path={tmp_path / 'warc'}", spider="archive").returncode == 0
    assert len(crawled.articles()) == 13
    assert sorted(map(json.dumps, replayed.articles())) == sorted(map(json.dumps, crawled.articles()))


def test_a_crawl_delay_is_kept(tmp_path: Path) -> None:
    from time import monotonic

    articles = large_site(3)
    robots = Resource(body=b"User-agent: *\nCrawl-delay: 0.5\n")
    with serve(lambda path: robots if path == "/robots.txt" else articles(path)) as server:
        started = monotonic()
        assert Job(tmp_path).run(f"start={server.address}/").returncode == 0
        assert monotonic() - started > 0.5 * (len(server.requested) - 2)
