"""Extraction: pages in invented layouts, and what is read from each; and that no page at all breaks it."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.extraction import addresses, explain, extract, join
from scraper.model import Article, Rejected
from scraper.segmentation import segment

CASES = json.loads((Path(__file__).parent / "cases" / "extraction.json").read_text("utf-8"))


def read(case: dict) -> Article | Rejected:
    return extract(segment(case["page"], url=case.get("url")))


@pytest.mark.parametrize("case", CASES["articles"], ids=lambda case: case["name"])
def test_article(case: dict) -> None:
    found = read(case)
    assert isinstance(found, Article), found
    got = json.loads(json.dumps(asdict(found))) | {
        "body": found.text.split("\n"),
        "first": found.text.split("\n")[0],
        "hidden": [removal.text for removal in found.removed if removal.rule == "hidden"],
    }
    expected = case["expected"]
    assert {name: got[name] for name in expected} == expected


@pytest.mark.parametrize("case", CASES["rejected"], ids=lambda case: case["name"])
def test_rejected(case: dict) -> None:
    found = read(case)
    assert isinstance(found, Rejected), found
    assert found.reason == case["reason"], found
    assert found.detail


def test_explain_names_the_voices_and_the_blocks() -> None:
    case = CASES["articles"][0]
    document = segment(case["page"], url=None)
    explained = explain(document)
    assert explained.found == extract(document)
    assert [document.blocks[index].text for index in explained.body.indices] == case["expected"]["body"]
    sources = [one for one in explained.voices if one.field == "source"]
    assert [(one.voice, one.value) for one in sources] == [("labelled", "城北日报")]
    assert "来源：城北日报" in document.blocks[sources[0].block].text


def test_join_takes_pages_in_order_without_the_repeated_lead_in() -> None:
    lead = "本文共三页，讲的是一座桥从设计到通车的经过。"
    first = Article(
        title="一座桥", text=f"{lead}\n第一页的正文。", url="http://a.cn/1.html", next_page="http://a.cn/1_2.html"
    )
    second = Article(
        title="一座桥", text=f"{lead}\n第二页的正文。", url="http://a.cn/1_2.html", next_page="http://a.cn/1_3.html"
    )
    third = Article(title="一座桥", text=f"{lead}\n第三页的正文。\n完", url="http://a.cn/1_3.html", editors=("韩梅",))
    whole = join(first, [second, third])
    assert whole.text.split("\n") == [lead, "第一页的正文。", "第二页的正文。", "第三页的正文。", "完"]
    assert whole.page_urls == ("http://a.cn/1.html", "http://a.cn/1_2.html", "http://a.cn/1_3.html")
    assert (whole.next_page, whole.editors) == (None, ("韩梅",))


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("http://www.example.cn/2018/a.html", "http://www.example.cn/2018/a.html"),
        ("http://www.example.cn/?id=7", "http://www.example.cn/?id=7"),
        ("/2018/a.html", "http://m.example.cn/2018/a.html"),
        ("http://www.example.cn/", None),
        ("http://[broken/a.html", None),
        ("javascript:a/b", None),
    ],
)
def test_a_canonical_url_must_point_at_a_page(given: str, canonical: str | None) -> None:
    page = f'<head><link rel="canonical" href="{given}"></head><p>正文'
    assert addresses.canonical(segment(page, url="http://m.example.cn/1.html")) == canonical


PIECES = [
    "<div>",
    "</div>",
    "<p>",
    "</p>",
    "<br>",
    "<li>",
    "<a href='x_2.html'>",
    "</a>",
    "<h1>",
    "</h1>",
    "<table><tr><td>",
    "<span hidden>",
    "</span>",
    "<title>",
    "</title>",
    "<meta name=pubdate content='2019-13-45'>",
    "来源：",
    "2019-02-30 25:61",
    "责任编辑：",
    "下一页",
    "昨天下午，记者在现场看到，道路已经恢复通行。",
    "\x00",
    "\ud800",
    "\u200b",
    "<!--",
    "-->",
    "<script>",
    "var ct='99'",
    "相关阅读",
]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=60)


@settings(max_examples=150, deadline=None)
@given(MARKUP, st.sampled_from([None, "http://a.cn/x.html", "http://[", "x"]))
def test_any_page_gives_an_article_or_a_reason(parts: list[str], url: str | None) -> None:
    assert isinstance(extract(segment("".join(parts), url=url)), Article | Rejected)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_an_article_or_a_reason(text: str) -> None:
    assert isinstance(extract(segment(text, url=None, content_type="text/plain")), Article | Rejected)


LINES = [
    "第一章 总则",
    "王小明",
    "2019年10月11日",
    "旧书市在河边广场举办，摊位费全免，雨天改在文化馆一楼，想摆摊的人提前三天登记。",
    "来逛的人多是老人和学生。",
    "摊主：韩梅",
    "一 二 三",
    "（一）",
    "城北旧书市开张 每月一次",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=3, max_size=20))
def test_of_an_article_alone_no_line_gets_lost(lines: list[str]) -> None:
    found = extract(segment("\n".join([*lines, LINES[3] * 2]), content_type="text/plain"))
    assert isinstance(found, Article)
    assert set(lines) <= {found.title, *found.text.split("\n")}


@pytest.mark.parametrize("line", ["如需查询登记结果，请登录文化馆网站。", "立即登录"])
def test_a_text_that_speaks_of_a_login_is_an_article(line: str) -> None:
    prose = [LINES[3], LINES[4], LINES[3].replace("河边", "桥下"), LINES[3].replace("旧书", "花草")]
    found = extract(segment("\n".join([LINES[8], *prose, line]), content_type="text/plain"))
    assert isinstance(found, Article), found
    assert found.text.split("\n")[-1] == line


def page_of(*lines: str) -> str:
    title, around = "城北旧书市开张 每月一次", '<div class="info">2019-10-11 09:30 来源：城北日报</div>'
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return f"<title>{title}</title><body><h1>{title}</h1>{around}<div class='content'>{paragraphs}</div>"


PROSE = [LINES[3], LINES[3].replace("河边", "桥下"), LINES[4]]


@pytest.mark.parametrize(
    ("lines", "rule", "taken"),
    [
        (["来源：山西", *PROSE], "about-the-article", ["来源：山西"]),
        (
            [*PROSE, "特别声明：本协议所称平台，是指书市。"],
            "below-the-article",
            ["特别声明：本协议所称平台，是指书市。"],
        ),
        ([*PROSE, "更多新闻", "城北新桥通车"], "below-the-article", ["更多新闻", "城北新桥通车"]),
        ([*PROSE, "更多新闻", "<a href=/1>城北新桥通车</a>"], None, []),
        ([*PROSE, "更多新闻", "城北新桥通车", LINES[3].replace("旧书", "花草")], "below-a-heading", ["城北新桥通车"]),
    ],
)
def test_what_stands_in_the_place_of_the_article_is_kept_aside(lines: list[str], rule: str, taken: list[str]) -> None:
    found = extract(segment(page_of(*lines), url=None))
    assert isinstance(found, Article), found
    assert [(one.rule, one.text) for one in found.removed] == [(rule, text) for text in taken]


@pytest.mark.parametrize("position", [2, 3])
def test_books_to_read_on_are_no_links_to_other_articles(position: int) -> None:
    books = ["推荐阅读", "《西游记》 吴承恩", "《朝花夕拾》 鲁迅"]
    lines = [*PROSE[:position], *books, *PROSE[position:]]
    found = extract(segment(page_of(*lines), url=None))
    assert isinstance(found, Article), found
    assert found.text.split("\n") == lines


def test_facts_at_the_head_of_an_article_are_not_what_a_page_says_of_it() -> None:
    lines = ["来源：山西", "产地：吕梁", "保质期：十二个月", *PROSE]
    found = extract(segment(page_of(*lines), url=None))
    assert isinstance(found, Article), found
    assert (found.text.split("\n"), found.removed) == (lines, ())
