"""The links of pages, feeds and sitemaps, as servers write them."""

import gzip
from datetime import date

import pytest

from scraper.crawl.links import links
from scraper.crawl.sample_server import sample_resources

HOST = "http://news.zhengwen.example"


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


def test_a_gzipped_sitemap_of_several_members_is_read_to_its_end() -> None:
    urls = [f"http://example.org/{number}.html" for number in range(3)]
    entries = [f"<url><loc>{url}</loc></url>" for url in urls]
    packed = b"".join(gzip.compress(part.encode()) for part in ("<urlset>", *entries, "</urlset>"))
    assert [link.url for link in links(packed, url="http://example.org/", content_type=None)] == urls


def test_a_front_page_of_frames_leads_to_them() -> None:
    page = (
        b'<html><frameset rows="90,*"><frame src="top.htm"><frame name="main" src="/main.asp?id=1"></frameset></html>'
    )
    found = [(link.url, link.listing) for link in links(page, url="http://example.org/", content_type=None)]
    assert found == [("http://example.org/top.htm", True), ("http://example.org/main.asp?id=1", True)]


@pytest.mark.parametrize("opened", ["<div>", "<p><font color=red><b>", "<ul><li>"])
def test_elements_that_nobody_closed_cost_no_link(opened: str) -> None:
    page = "".join(f'{opened}<a href="/{number}.html">第 {number} 条</a>' for number in range(3000))
    found = list(links(page.encode(), url="http://example.org/", content_type="text/html"))
    assert [link.url for link in found] == [f"http://example.org/{number}.html" for number in range(3000)]
    assert [link.anchor for link in found[::2999]] == ["第 0 条", "第 2999 条"]


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 1000, b"<a href=", b'<a href="http://[">x</a>', b"<rss><item><link>", b"\xff\xd8\xff\xe0JFIF"]
)
def test_what_has_no_links_gives_none(body: bytes) -> None:
    assert list(links(body, url="http://example.org/", content_type=None)) == []


@pytest.mark.parametrize(
    ("base", "found"),
    [
        ("http://example.org/b/", ["http://example.org/b/feed.xml", "http://example.org/b/c.html"]),
        ("/b/", ["http://example.org/b/feed.xml", "http://example.org/b/c.html"]),
        ("http://[b/", ["http://example.org/a/feed.xml", "http://example.org/a/c.html"]),
        ("javascript:;", ["http://example.org/a/feed.xml", "http://example.org/a/c.html"]),
    ],
)
def test_a_base_element_is_heeded_and_a_malformed_link_costs_no_other(base: str, found: list[str]) -> None:
    feed = '<link rel="alternate" type="application/rss+xml" href="feed.xml">'
    hrefs = ("http://[abc/x", "http://example.org:99999/", "http://example.org:abc/", "http://a..b/", "c.html")
    page = f'<base href="{base}">{feed}' + "".join(f'<a href="{href}">x</a>' for href in hrefs)
    urls = [link.url for link in links(page.encode(), url="http://example.org/a/", content_type=None)]
    assert urls == found


ITEM = "<item><title>石桥镇修好了老码头</title><link>/1.html?a=1&amp;b=2</link></item>"
FEEDS = {
    "something said before it": f"<br />\n<b>Notice</b>: 2\n<?xml version='1.0'?><rss><channel>{ITEM}</channel></rss>",
    "bare ampersands": "<rss><item><link>/1.html?a=1&b=2</link></item></rss>",
    "ampersands in CDATA": "<rss><item><link><![CDATA[/1.html?a=1&b=2]]></link></item></rss>",
    "HTML's entities": f"<rss><description>a&nbsp;b</description>{ITEM}</rss>",
    "a permanent link alone": "<rss><item><guid>http://example.org/1.html?a=1&amp;b=2</guid></item></rss>",
    "a number for a guid": "<rss><item><guid>http://example.org/7</guid><link>/1.html?a=1&amp;b=2</link></item></rss>",
    "guids that lead nowhere": f"<rss><item><guid isPermaLink='false'>http://a/</guid><guid>7</guid></item>{ITEM}</rss>",
    "plain text": "http://example.org/1.html?a=1&b=2\r\n",
    "a page that speaks of feeds": "<html><!-- <feed> <rdf:RDF> --><a href='/1.html?a=1&amp;b=2'>石桥镇</a>",
    "a page in capitals": "<HTML><SCRIPT>a = '<rss>'</SCRIPT><A HREF='/1.html?a=1&b=2'>石桥镇修好了老码头</A>",
}


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_what_feeds_are_like(feed: str) -> None:
    (link,) = links(feed.encode(), url="http://example.org/", content_type=None)
    assert link.url == "http://example.org/1.html?a=1&b=2"


REFERENCES = {
    "http://EXAMPLE.org:80/1.html": "/1.html",
    "http://example.org:80": "",
    "http://example.org:80?id=1:80/2": "/?id=1:80/2",
    "..\\news\\20261103\\1.html": "/news/20261103/1.html",
    "\\news\\1.html?path=a\\b": "/news/1.html?path=a%5Cb",
    "list.asp?类=要闻": "/a/list.asp?%C0%E0=%D2%AA%CE%C5",
    "list.asp?class=%E8%A6%81&id=1": "/a/list.asp?class=%E8%A6%81&id=1",
    "要闻/1.html": "/a/%E8%A6%81%E9%97%BB/1.html",
    "view.do;jsessionid=0A1B.node2?id=1": "/a/view.do?id=1",
    "view.do;JSESSIONID=0A1B": "/a/view.do",
    "view.php?PHPSESSID=0a1b&id=1": "/a/view.php?id=1",
    "view.php?id=1&PHPSESSID=0a1b": "/a/view.php?id=1",
    "view.php?PHPSESSID=0a1b": "/a/view.php",
    "/(S(0a1b2c3d))/list/1.aspx": "/list/1.aspx",
    "/(A(0a-1_b)S(2c3d))/list/1.aspx": "/list/1.aspx",
    "/f(S(x))/1.aspx": "/f(S(x))/1.aspx",
    "%e8%a6%81%E9%97%BB/1.html": "/a/%E8%A6%81%E9%97%BB/1.html",
    "view.do;v=2?session=1": "/a/view.do;v=2?session=1",
}


@pytest.mark.parametrize(("reference", "path"), REFERENCES.items())
def test_a_reference_leads_where_a_browser_would_go(reference: str, path: str) -> None:
    page = f"<p>云溪老茶馆清晨五点亮灯</p><a href='{reference}'>要闻</a>".encode("gbk")
    (link,) = links(page, url="http://example.org/a/", content_type="text/html; charset=gb2312")
    assert link.url == f"http://example.org{path}"


def test_a_query_that_its_page_cannot_write_is_written_in_utf_8() -> None:
    page = "<p>雲溪老茶館清晨五點亮燈，茶客三三兩兩地坐下</p><a href='?q=&#x7B80;&#xAC00;'>x</a>".encode("big5")
    (link,) = links(page, url="http://example.org/", content_type="text/html; charset=big5")
    assert link.url == "http://example.org/?q=%E7%AE%80%EA%B0%80"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-04", "2026-11-04"),
        ("2026-11-04T16:30:00Z", "2026-11-05"),
        ("2026-11-05T00:30:00+08:00", "2026-11-05"),
        ("2026-11-04T23:30:00", "2026-11-04"),
        ("2026-11-04 late", "2026-11-04"),
        ("2026-11", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("1970-01-01T08:00:00+08:00", None),
    ],
)
def test_the_day_of_a_sitemap_is_the_day_in_china(text: str, day: str | None) -> None:
    sitemap = f"<urlset><url><loc>/1.html</loc><lastmod>{text}</lastmod></url></urlset>"
    (link,) = links(sitemap.encode(), url="http://example.org/", content_type=None)
    assert link.day == (day and date.fromisoformat(day))


def test_a_feed_of_texts_that_never_end_is_read_in_one_go() -> None:
    feed = "<rss><item><link>/1.html</link></item>" + "<![CDATA[" * 200_000
    (link,) = links(feed.encode(), url="http://example.org/", content_type=None)
    assert link.url == "http://example.org/1.html"
