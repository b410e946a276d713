"""The recipe as a whole: reasons for rejection, and what an article carries of its page."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import Article, Page, Rejected, clean
from scraper.mojibake.channels.single_bytes import WESTERN, read
from scraper.schema import rejected_to_line, to_line, validate

SITE = Path(__file__).parents[1] / "data" / "sample_site"
SHARED = Path(__file__).parents[2] / "shared" / "data"

NEWS = (
    "<html><head><title>石桥镇老码头重新开放</title></head><body><h1>石桥镇老码头重新开放</h1>"
    "<p>2026-11-03 08:05 来源：湖畔日报</p>"
    + "".join(
        f"<p>石桥镇的老码头昨天重新开放，第{n}批客人中午上了船，管理处说以后每个周末都有船。</p>" for n in "一二三四五"
    )
    + "</body></html>"
)

ENGLISH = "<html><body><p>" + "The harbour opened again yesterday, and everybody came. " * 20 + "</p></body></html>"
HOME = "<html><body><h1>首页</h1><ul><li><a href=/1>要闻</a><li><a href=/2>体育</a></ul></body></html>"

REJECTED = [
    (b"", "empty"),
    (b"\0" * 5000, "empty"),
    (b" \r\n\t", "empty"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 8, "unreadable"),
    (NEWS.encode("gbk").decode("utf-8", "replace").encode(), "unreadable"),
    (b"<html><body><p>404 Not Found</p></body></html>", None),
    (HOME.encode(), "not_an_article"),
    (ENGLISH.encode(), "not_chinese"),
]


@pytest.mark.parametrize(("body", "reason"), REJECTED, ids=range(len(REJECTED)))
def test_what_is_no_article_is_rejected_with_the_reason(body: bytes, reason: str | None) -> None:
    found = clean(Page(url="http://www.example.cn/1.html", body=body, input="1.html", fetched="2026-11-03T00:00:00Z"))
    assert isinstance(found, Rejected)
    assert reason in (None, found.reason.value)
    assert (found.url, found.input, found.fetched) == ("http://www.example.cn/1.html", "1.html", "2026-11-03T00:00:00Z")
    assert validate(rejected_to_line(found), "rejected") == []


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("table", WESTERN, ids=["latin-1", "windows-1252", "windows-1254"])
@pytest.mark.parametrize("markup", [True, False])
def test_bytes_that_look_like_white_space_come_back(layers: int, table: str, markup: bool) -> None:
    def garble(text: str) -> str:
        for _ in range(layers):
            text = read(text.encode(), table)
        return text

    lines = re.findall("(?<=>)[^<]+", NEWS)
    page = re.sub("(?<=>)[^<]+", lambda text: garble(text[0]), NEWS) if markup else "\n".join(map(garble, lines[1:]))
    article = clean(Page(url=None, body=page.encode(), content_type="text/html" if markup else "text/plain"))
    assert isinstance(article, Article)
    assert article.text.splitlines() == lines[3:]
    assert (article.title, article.damage) == (lines[0], "repaired")


def test_white_space_after_a_letter_is_white_space_on_a_clean_page() -> None:
    article = clean(Page(url=None, body=NEWS.replace("老码头", "Café\xa0à\xad la\xa0 \xa0carte").encode()))
    assert isinstance(article, Article)
    assert article.title == "石桥镇Café à la carte重新开放"
    assert article.text.count("的Café à la carte昨天") == 5


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("content_type", [None, "text/html", "text/html; charset=iso-8859-1"])
def test_the_same_article_comes_from_any_encoding_under_any_label(encoding: str, content_type: str | None) -> None:
    page = Page(url="http://www.example.cn/1.html", body=NEWS.encode(encoding), content_type=content_type)
    article = clean(page)
    assert isinstance(article, Article)
    assert article.title == "石桥镇老码头重新开放"
    assert article.text.count("\n") == 4
    assert (article.published, article.source) == ("2026-11-03T08:05:00+08:00", "湖畔日报")
    assert article.damage == "none"
    assert validate(to_line(article)) == []


def test_lone_surrogates_do_no_harm() -> None:
    article = clean(Page(url=None, body=NEWS.replace("客人", "客\ud800人").encode("utf-8", "surrogatepass")))
    assert isinstance(article, Article)
    assert article.lossy
    assert validate(json.loads(json.dumps(to_line(article)))) == []


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(NEWS)), st.sampled_from(["utf-8", "gb18030", "big5hkscs"]))
def test_any_bytes_give_an_article_or_a_reason(noise: bytes, at: int, encoding: str) -> None:
    body = NEWS.encode(encoding, "ignore")
    found = clean(Page(url=None, body=body[:at] + noise + body[at:]))
    assert isinstance(found, Article | Rejected)
    if isinstance(found, Rejected):
        assert found.reason != "error", found.detail


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_noise_is_never_an_error(noise: bytes) -> None:
    found = clean(Page(url=None, body=noise))
    assert isinstance(found, Article) or found.reason != "error"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not beside the checkout")
def test_the_page_that_shows_all_damage_at_once() -> None:
    article = clean(Page(url=None, body=(SHARED / "damaged" / "seed.txt").read_bytes(), content_type="text/plain"))
    assert isinstance(article, Article)
    assert article.published == "2018-10-05T16:09:00+08:00"
    assert article.damage == "guessed"
    assert not set("()縣國來") & set(article.text)
    assert article.text.endswith("”")
    assert "place-tail" in {removal.rule for removal in article.removed}
    again = clean(Page(url=None, body=article.text.encode()))
    assert isinstance(again, Article)
    assert again.damage == "none"
