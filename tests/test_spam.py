"""Spam and line rules: every row of data/spam/ against its examples, and whole articles in tests/cases/spam.json."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import tables
from scraper.model import Article, Block, Document, Reason, Rejected
from scraper.spam import brands, keywords, place_lines, place_tail, queries, rejection, rules, strip, summaries

CASES = json.loads((Path(__file__).parent / "cases" / "spam.json").read_text("utf-8"))
PATTERNS = [row for row in rules.rows() if row.pattern]
TESTS = [row for row in rules.rows() if row.test]
HOMES = (brands, keywords, place_lines, place_tail, queries, summaries)


def article(text: str, title: str | None = None) -> Article:
    return Article(title=title, text=text)


@cache
def compiled(row: rules.Rule) -> re.Pattern[str]:
    return re.compile(rules.in_both_scripts(row.pattern or ""))


def matches(row: rules.Rule, text: str) -> bool:
    pattern = compiled(row)
    found = pattern.search(text) if row.scope in rules.SEARCHED else pattern.fullmatch(text)
    return found is not None


def test_the_gazetteer_has_each_name_once_in_order_with_its_provinces():
    header, *rows = (line.split("\t") for line in tables.path("places.tsv").read_text("utf-8").splitlines())
    assert header == ["name", "level", "status", "provinces"]
    names = [row[0] for row in rows]
    assert names == sorted(set(names)) and len(names) > 5000
    for _, level, status, provinces in rows:
        assert set(level.split("/")) <= {"province", "prefecture", "county"}
        assert status in ("current", "historical", "short")
        assert all(re.fullmatch("[1-8][0-7]", code) for code in provinces.split(","))


def test_rows_are_well_formed():
    rows = rules.rows()
    assert len({row.id for row in rows}) == len(rows)
    for row in rows:
        assert row.scope in {*rules.SCOPES, *rules.SEARCHED}, row.id
        assert bool(row.pattern) + bool(row.test) == 1, row.id
        assert row.examples and row.counterexamples, row.id
        if row.test:
            assert any(hasattr(home, row.test) for home in HOMES), row.id


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row.id)
def test_a_pattern_matches_its_examples_and_not_its_counterexamples(row):
    assert [text for text in row.examples if not matches(row, text)] == []
    assert [text for text in row.counterexamples if matches(row, text)] == []


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row.id)
def test_a_pattern_comes_to_an_end_on_lines_that_repeat_its_parts(row):
    for piece in (
        "编辑：",
        "来源",
        "打印 ",
        "2018-10-05 ",
        "1 ",
        "上一页 ",
        "《",
        "a",
        "网站地图",
        "扫描",
        "本网版权",
        '<p id="a">',
        "分享到",
        "00:00/",
        "|下一页2020",
    ):
        matches(row, (piece * rules.LONGEST)[: rules.LONGEST])


@pytest.mark.parametrize("row", TESTS, ids=lambda row: row.id)
def test_a_structural_test_takes_out_its_examples_and_nothing_of_its_counterexamples(row):
    for example in row.examples:
        kept, _, spam = (part.strip("\n") for part in example.partition("----"))
        first, _, rest = kept.partition("\n")
        whole = {"head": f"{spam}\n{kept}", "tail": f"{kept}\n{spam}", "any": f"{first}\n{spam}\n{rest}"}
        found = strip(article(whole[row.scope]))
        if kept:
            assert (found.text, found.removed[0].text) == (kept, spam)
        else:
            assert found.reason is Reason.SPAM
    for text in row.counterexamples:
        whole = article(text.strip("\n"))
        assert strip(whole) is whole


@pytest.mark.parametrize("case", CASES["stripped"], ids=lambda case: case["name"])
def test_what_is_not_the_article_is_removed_and_kept_aside(case):
    found = strip(article("\n".join(case["lines"]), case.get("title")))
    assert found.text == "\n".join(case["text"])
    assert [[removal.rule, removal.where] for removal in found.removed] == case["removed"]
    assert "headline" not in case or found.title == case["headline"]


@pytest.mark.parametrize("case", CASES["untouched"], ids=lambda case: case["name"])
def test_what_belongs_to_the_article_stays(case):
    whole = article("\n".join(case["lines"]), case.get("title"))
    assert strip(whole) is whole


@pytest.mark.xfail(strict=True, reason="left alone: too little tells it from the article")
@pytest.mark.parametrize("case", CASES["known_failures"], ids=lambda case: case["name"])
def test_known_failures(case):
    assert strip(article("\n".join(case["lines"]))).text == "\n".join(case["text"])


@pytest.mark.parametrize("case", CASES["rejected"], ids=lambda case: case["name"])
def test_nothing_but_spam_is_rejected(case):
    found = strip(article("\n".join(case["lines"]), case.get("title")))
    assert isinstance(found, Rejected)
    assert found.reason is Reason.SPAM


def test_what_was_removed_before_stays_first():
    before = strip(article("今天下午，全县秋粮收购正式开始。\n（责任编辑：王小明）"))
    again = strip(Article(title=None, text=before.text + "\n打印本页", removed=before.removed))
    assert [removal.rule for removal in again.removed] == ["editors", "page-tools"]


def test_hidden_blocks_do_not_make_a_page_spam():
    spam = "手机游戏下载|免费在线小说|最新免费电影|免费手机铃声|在线游戏大全|最新小说下载|电影在线大全|铃声下载大全"
    shown = Block(text="首页"), Block(text="产品展示")
    assert rejection(Document(url=None, blocks=(*shown, Block(text=spam, hidden=True)))) is None
    found = rejection(
        Document(
            url="http://example.cn/",
            blocks=(*shown, Block(text=spam, element=0)),
            labels=("div.friendship-link",),
            parents=(-1,),
        )
    )
    assert (found.url, found.reason) == ("http://example.cn/", Reason.SPAM)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("县市桂林长治榆中|｜、 \n。：，编辑来源<>#&;()0a"), max_size=300))
def test_any_text_is_answered_and_nothing_is_lost(text):
    found = strip(article(text))
    if isinstance(found, Article):
        parts = [found.text, *(removal.text for removal in found.removed)]
        assert sorted("".join("".join(parts).split())) == sorted("".join(text.split()))
        assert strip(found).text == found.text or found.removed
