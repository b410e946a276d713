"""Site definitions: every file keeps its own promises, and a site nobody described is read by the shape of its URLs."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scraper import sites, urls
from scraper.crawl.links import Link
from spiders.news import NewsSpider

URLS = json.loads((Path(__file__).parent / "cases" / "urls.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("key", sites.names())
def test_a_described_site_agrees_with_its_examples(key: str) -> None:
    assert sites.check(sites.load(key)) == []


def test_domains_belong_to_one_site() -> None:
    domains = [domain for key in sites.names() for domain in sites.load(key).domains]
    assert len(domains) == len(set(domains))


def test_a_pattern_ends_with_its_layout() -> None:
    people = sites.load("people")
    old = "http://www.people.com.cn/GB/2013-05-06/12/34567890.html"
    pattern = sites.Pattern(regex=people.articles[1].regex, until=date(2013, 1, 1))
    assert not pattern.fits(old.partition("://")[2])


def test_a_wrong_example_is_told() -> None:
    table = {
        "name": "某网",
        "domains": ["example.org"],
        "start": ["http://example.org/"],
        "article": [{"url": r"/\d+\.html$"}],
        "example": [{"url": "http://example.org/a.html", "kind": "article"}],
    }
    assert sites.check(sites._from_table("some", table)) == [
        "http://example.org/a.html is described as article, the patterns say other"
    ]


@pytest.mark.parametrize("case", URLS, ids=lambda case: case["url"])
def test_kind_by_shape(case: dict[str, Any]) -> None:
    assert urls.kind_by_shape(case["url"], case["anchor"]) == case["kind"]


def test_links_that_leave_an_undescribed_site_are_not_its_own() -> None:
    site = sites.undescribed("https://www.example.org/")
    assert site.kind_of("https://news.example.org/a/20261103/12345.html", "") == "article"
    assert site.kind_of("https://example.net/a/20261103/12345.html", "") == "other"


@pytest.mark.parametrize("start", ["example.org", "ftp://example.org/", "http://", ""])
def test_what_is_no_web_address_is_refused(start: str) -> None:
    with pytest.raises(ValueError, match="no web address"):
        sites.undescribed(start)


def test_an_unknown_site_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(sites.UnknownSite, match="people"):
        sites.load("nowhere")


SITE = {"name": "某网", "domains": ["example.org"], "start": ["http://example.org/"]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": 5}, "name: 5 is no text"),
        ({"domains": "example.org"}, "domains: 'example.org' is no list"),
        ({"domains": ["http://example.org"]}, "domains: 'http://example.org' is no host"),
        ({"domains": []}, "domains: [] is no list of 1 or more"),
        ({"start": "http://example.org/"}, "start: 'http://example.org/' is no list"),
        ({"start": []}, "start: [] is no list of 1 or more"),
        ({"start": ["example.org"]}, "start: 'example.org' is no web address"),
        ({"start": ["http://[x/"]}, "start: 'http://[x/' is no web address"),
        ({"start": ["http://example.net/"]}, "start: http://example.net/ is outside the domains example.org"),
        ({"lists": ["("]}, "lists: '(' is no regular expression"),
        ({"checked": "yes"}, "checked: 'yes' is no day"),
        ({"embedded": "nosuch"}, "embedded: 'nosuch': give sample_site"),
        ({"colour": "red"}, "colour: unknown, there are name, domains"),
        ({"article": [{"url": "a", "day": 1}]}, "article: day: unknown, there are url, until"),
        ({"article": [{"until": date(2014, 1, 1)}]}, "article: url: is missing"),
        ({"article": ["a"]}, "article: 'a' is no table"),
        ({"layout": [{"body": "div", "until": "2014-01-01"}]}, "layout: until: '2014-01-01' is no day"),
        ({"layout": [{"body": 3}]}, "layout: body: 3 is no text"),
        ({"layout": [{"body": "div[content > p"}]}, "layout: body: 'div[content > p' names no element"),
        ({"example": [{"url": "http://[x/", "kind": "other"}]}, "example: url: 'http://[x/' is no web address"),
        ({"example": [{"url": "http://example.org/", "kind": "page"}]}, "example: kind: 'page': give article or"),
    ],
)
def test_a_file_that_does_not_follow_the_format_is_refused_with_the_field(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}"):
        sites._from_table("some", SITE | change)


def test_a_site_with_a_chinese_host_is_known_by_the_name_that_is_looked_up() -> None:
    site = sites._from_table("some", SITE | {"domains": ["新闻.example"], "start": ["http://www.新闻.example/"]})
    assert site.kind_of("http://xn--efvy88h.example/20261103/12345.html") == "article"


def test_what_is_wrong_with_a_file_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "path", tmp_path.joinpath)
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "broken.toml").write_text("name = ")
    monkeypatch.setattr(sites, "names", lambda: ("broken",))
    with pytest.raises(sites.InvalidSite, match=r"^.*broken\.toml: Invalid value .*$"):
        sites.load("broken")


LAYOUTS = sites._from_table(
    "some",
    {
        "name": "某网",
        "domains": ["example.org"],
        "start": ["http://example.org/"],
        "layout": [{"body": "div#old", "until": date(2014, 1, 1)}, {"title": "h1", "body": "div#new.text"}],
    },
)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("http://news.example.org/2013/12/31/1.html", "div#old"),
        ("http://news.example.org/2014/01/01/1.html", "div#new.text"),
        ("http://example.org/1.html", "div#old"),
        ("http://example.com/2014/01/01/1.html", None),
        ("http://[broken", None),
        (None, None),
    ],
)
def test_the_layout_of_the_day_counts(url: str | None, body: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "laid_out", lambda: {"example.org": LAYOUTS})
    assert sites.selectors(url).body == body


ARTICLE = "http://politics.people.com.cn/n1/2018/1005/c1001-30325678.html"
QUERIES = {
    f"{ARTICLE}?from=rss&utm_source=a": ARTICLE,
    ARTICLE: ARTICLE,
    "http://politics.people.com.cn/?from=rss": None,
    "http://politics.people.com.cn/login.html?to=/n1/2018/1005/c1001-30325678.html": None,
    "http://elsewhere.example/n1/2018/1005/c1001-30325678.html?from=rss": None,
}


@pytest.mark.parametrize(("url", "followed"), QUERIES.items())
def test_a_query_that_no_pattern_knows_is_left_off_an_article(url: str, followed: str | None) -> None:
    request = NewsSpider(site="people")._request(Link(url=url), 0)
    assert (request and request.url) == followed


def test_a_query_that_a_pattern_knows_is_kept_as_is_any_of_a_site_without_patterns() -> None:
    url = "http://www.example.org/2026/1103/c1024-5.html?id=7"
    assert sites.undescribed("http://www.example.org/").without_tracking(url) == url
    known = replace(
        sites.undescribed("http://www.example.org/"), articles=(sites.Pattern(regex=re.compile(r"\.html\?id=\d+$")),)
    )
    assert known.without_tracking(url) == url
