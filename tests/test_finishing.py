"""Identity and signals of an article."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.finishing import content_hash, identifier, signals, site
from scraper.model import Article, Removal

SITES = [
    ("http://politics.people.com.cn/n1/2018/1005/c1001-1.html", "people.com.cn"),
    ("https://www.gov.cn/zhengce/1.htm", "www.gov.cn"),
    ("http://news.example.com.tw/a", "example.com.tw"),
    ("http://127.0.0.1:8080/a", "127.0.0.1"),
    ("http://localhost/a", "localhost"),
    ("http://[broken", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("url", "expected"), SITES)
def test_site(url: str | None, expected: str | None) -> None:
    assert site(url) == expected


@given(st.text())
def test_an_id_is_never_a_number(key: str) -> None:
    assert re.fullmatch("a[0-9a-f]{32}", identifier(key))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("第一段。\n第二段。", "第一段。 第二段。", True),
        ("定价１２元，下周开售", "定价12元,下周开售", True),
        ("水位下降", "水位上升", False),
    ],
)
def test_content_hash_sees_words_not_layout(one: str, other: str, same: bool) -> None:
    assert (content_hash(one) == content_hash(other)) is same


def test_signals_are_computed_from_the_text() -> None:
    removed = (Removal(rule="tail", where="tail", text="甲县|乙县|丙县"),)
    article = signals(Article(title="通水", text="新水厂下月通水。\nA 区先行。", removed=removed))
    assert (article.characters, article.paragraphs) == (13, 2)
    assert article.han_share == round(10 / 13, 4)
    assert article.removed_share == round(8 / 23, 4)
    assert article.perplexity is not None
    assert article.perplexity > 1
