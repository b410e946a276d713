"""Pages that lead on by themselves: to be read first, or no more than a redirect."""

from pathlib import Path

import pytest
from crawl_runs import Job, large_site, listing, serve

from scraper.crawl.refresh import led_on_to
from scraper.crawl.sample_server import Resource


def test_a_page_that_refreshes_itself_is_a_page_and_one_that_leads_on_a_redirect(tmp_path: Path) -> None:
    articles = large_site(5)
    refreshes = {
        "/": "60;url=/elsewhere",
        "/2026/1103/c00000.html": "0;url=/2026/1103/c00000.html#top",
        "/2026/1103/c00001.html": "600",
        "/2026/1103/c00002.html": "0;url=/2026/1103/c00003.html",
        "/2026/1103/c00004.html": "0;url=http://[x/",
    }
    links = [f'<a href="{path}">云溪老茶馆清晨五点亮灯</a>' for path in list(refreshes)[1:]]

    def find(path: str) -> Resource | None:
        page = listing(links) if path == "/" else articles(path)
        refresh = f'<meta http-equiv="refresh" content="{refreshes[path]}">' if path in refreshes else ""
        return page and Resource(body=refresh.encode() + page.body)

    with serve(find) as server:
        run = Job(tmp_path).run(f"start={server.address}/")
    assert run.returncode == 0, run.stderr
    assert sorted(int(article["url"][-6]) for article in Job(tmp_path).articles()) == [0, 1, 3, 4]
    assert len(server.requested) == len(set(server.requested))
    assert "/elsewhere" not in server.requested


def test_a_page_of_which_only_a_script_leads_on_is_a_redirect(tmp_path: Path) -> None:
    articles, job = large_site(4), Job(tmp_path)
    scripts = {
        "/": 'location.href = "/index.shtml"',
        "/2026/1103/c00001.html": "window.location.replace('/2026/1103/c00002.html')",
        "/2026/1103/c00003.html": "location='/2026/1103/c00003.html#top'",
    }
    links = [f'<a href="/2026/1103/c0000{number}.html">云溪老茶馆清晨五点亮灯</a>' for number in (0, 1, 3)]

    def find(path: str) -> Resource | None:
        if path in scripts:
            return Resource(body=f"<html><script>{scripts[path]}</script><p>正在进入</p></html>".encode())
        return listing(links) if path == "/index.shtml" else articles(path)

    with serve(find) as server:
        run = job.run(f"start={server.address}/")
    assert run.returncode == 0, run.stderr
    assert sorted(int(article["url"][-6]) for article in job.articles()) == [0, 2]
    assert [line["reason"] for line in job.rejected()] == ["not_an_article"]
    assert len(server.requested) == len(set(server.requested))


def script(text: str) -> str:
    return f"<html><head><script>{text}</script></head><body></body></html>"


@pytest.mark.parametrize(
    ("page", "target"),
    [
        (script("<!--\nwindow.location='a.htm'\n//-->"), "a.htm"),
        (script("setTimeout(\"top.location.href='a.htm?b=1&c=2'\", 3000)"), "a.htm?b=1&c=2"),
        (script("var _hmt = _hmt || [];") + script("location.assign('//www.example.cn/')"), "//www.example.cn/"),
        ("<body onload=\"document.location='a.htm'\">", "a.htm"),
        (script("if (/iPhone/.test(ua)) location.href='/m/'"), None),
        (script("location.href = small ? '/m/' : '/pc/'; location.href='/m/'"), None),
        (script("document.cookie='seen=1';location.href='/a.htm'"), None),
        (script("location.href='/a/' + number"), None),
        (script("location.href='/a/';location.href='/b/'"), None),
        (script("//location.href='/old/'"), None),
        ("<!--" + script("location='/old/'") + "-->", None),
        (script("location.href='/a/'") + "石桥镇修好了老码头，" * 5, None),
    ],
)
def test_where_a_script_takes_every_reader(page: str, target: str | None) -> None:
    assert led_on_to(page) == target
