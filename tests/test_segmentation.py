"""Segmentation: how markup and plain text become blocks, and that no input at all breaks or stalls it."""

import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.model import Document
from scraper.segmentation import segment
from scraper.segmentation.markup import _second_parser


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


@pytest.mark.parametrize(
    ("page", "blocks"),
    [
        ("<p>第一段。</p><p>第二段。</p>", ["第一段。", "第二段。"]),
        ("<div>一行<br>又一行<br/>再一行</div>", ["一行", "又一行", "再一行"]),
        ("<div>\n　　第一段。\n　　第二段。\n</div>", ["第一段。", "第二段。"]),
        ("<p>新<b>桥</b>通<a href=x>车</a>了</p>", ["新桥通车了"]),
        ("<p><span>来源</span>\n<span>时间</span></p>", ["来源 时间"]),
        ("<div>前<p>中</p>后</div>", ["前", "中", "后"]),
        ("<pre>一行\n又一行</pre>", ["一行", "又一行"]),
        ("<p>甲&nbsp;&#12288;乙 &amp; 丙</p>", ["甲 乙 & 丙"]),
        ("<p>正文<script>var x='<p>不是</p>'</script><style>p{}</style><!-- <p>也不是</p> -->完</p>", ["正文完"]),
        ("<p>选择<select><option>甲<option>乙</select></p><p>正文", ["选择", "正文"]),
        (
            "<ul><li><a href=1>甲</a></li><li><a href=2>乙</a></li></ul><ul><li>丙<a href=3>丁</a></li></ul>",
            ["甲 乙", "丙丁"],
        ),
        ("<html><body><p>正文在标签<div cla", ["正文在标签"]),
        ("<p>一</td></div><p>二", ["一", "二"]),
        ("<p>零宽\u200b字符\ufeff</p>", ["零宽字符"]),
        (
            "<p>一家\U0001f468\u200d\U0001f469\u200d\U0001f467三口\u200d。</p>",
            ["一家\U0001f468\u200d\U0001f469\u200d\U0001f467三口。"],
        ),
        ("<p>波斯语 می\u200cخواهم，印地语 क्\u200dष\u200c。</p>", ["波斯语 می\u200cخواهم，印地语 क्\u200dष。"]),
        ("<p>©&nbsp;2026&nbsp;“湖畔”&nbsp;网&shy;站…&nbsp;</p>", ["© 2026 “湖畔” 网站…"]),
        ("<p>孤立\ud800代理</p>", ["孤立?代理"]),
        ("<p>空\0字节</p>", ["空字节"]),
        ('<?xml version="1.0" encoding="gb2312"?><html><body><p>正文</p></body></html>', ["正文"]),
    ],
)
def test_blocks(page: str, blocks: list[str]) -> None:
    assert texts(segment(page)) == blocks


def test_a_block_knows_its_place_and_its_links() -> None:
    document = segment("<div id=a class='b c'><p>普通文字</p><ul></ul><p><b>四字<a href=x>链接在此</a></b></p></div>")
    first, second = document.blocks
    assert document.labels == ("html", "body", "div#a.b.c", "p", "p")
    assert document.parents == (-1, 0, 1, 2, 2)
    assert (first.element, second.element) == (3, 4)
    assert (first.link_share, second.link_share) == (0.0, pytest.approx(4 / 6))


@pytest.mark.parametrize(
    "page",
    [
        "<div style='display: none'><p>藏</p></div>",
        "<style>.x{display:none}</style><p class=x>藏</p>",
        "<p hidden>藏</p>",
        "<p>明<span style='font-size:0'>藏</span>白</p>",
        "<div style='font-size:0'><p>明白</p><p style='font-size:0px'>藏</p></div>",
        "<p style='position:absolute;left:-9999px'>藏</p>",
    ],
)
def test_hidden_text_is_marked_and_stands_apart(page: str) -> None:
    blocks = segment(page).blocks
    assert [block.text for block in blocks if block.hidden] == ["藏"]
    assert [block.text for block in blocks if not block.hidden] in ([], ["明白"])


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "<p>昨天上午，城北新桥正式通车，两岸市民驾车过\n    河的时间缩短到十分钟。</p>",
            "昨天上午，城北新桥正式通车，两岸市民驾车过河的时间缩短到十分钟。",
        ),
        ("<p>桥横碧水通南北\n路绕青山达四方</p>", "桥横碧水通南北 路绕青山达四方"),
        (
            "<p>昨天上午，城北新桥正式通车，全长三公里。\n两岸居民前来参观。</p>",
            "昨天上午，城北新桥正式通车，全长三公里。 两岸居民前来参观。",
        ),
        (
            "<p>昨天上午，城北新桥正式通车，桥面铺设使用\nEpoxy沥青。</p>",
            "昨天上午，城北新桥正式通车，桥面铺设使用 Epoxy沥青。",
        ),
    ],
)
def test_a_long_line_that_is_broken_in_the_source_goes_on(source: str, shown: str) -> None:
    assert texts(segment(source)) == [shown]
    assert texts(segment(source.replace("p>", "pre>"))) == re.sub("<.*?>", "", source).replace("    ", "").split("\n")


def test_hidden_text_is_of_the_element_it_stands_in() -> None:
    document = segment("<div><button style='display:none'>藏</button></div><h1>明白</h1>")
    assert [(block.text, block.hidden, document.labels[block.element]) for block in document.blocks] == [
        ("藏", True, "div"),
        ("明白", False, "h1"),
    ]


@pytest.mark.parametrize(
    ("line", "apart"),
    [
        ("发布于<time datetime='2019-09-07T05:43:00Z'>2小时前</time>", "发布于2小时前 2019-09-07T05:43:00Z"),
        ("<span title='2019年9月7日 13:43'>昨天</span> 张三", "昨天 2019年9月7日 13:43 张三"),
        (
            "<i property='dc:date' content='2019-09-07T13:43:00+08:00'>9月7日</i>来源：某报",
            "9月7日 2019-09-07T13:43:00+08:00 来源：某报",
        ),
        ("<time datetime='2019-09-07'>2019-09-07 13:43</time>", "2019-09-07 13:43"),  # the line says more
        ("<span title='2019年工作报告'>报告</span>", None),
        ("<a title='2019-09-07 13:43'>昨天</a>", None),  # a link's title is what it leads to
        (f"<time datetime='2019-09-07 13:43'>昨天</time>{'他们说了很多话。' * 12}", None),
        ("f\u2061(x)<time datetime='2019-09-07'>昨天</time>", "f\u2061(x)昨天 2019-09-07"),
    ],
)
def test_a_time_in_the_markup_stands_apart_where_the_line_shows_less(line: str, apart: str | None) -> None:
    (block,) = segment(f"<p>{line}</p>").blocks
    assert block.apart == apart
    assert "T" not in block.text


def test_an_article_kept_as_text_in_a_textarea_stands_in_front() -> None:
    page = """<div><a href=/>首页</a></div><textarea class="article-time">1567835005000</textarea>
        <textarea class="article-content">&lt;p&gt;新桥通车。&lt;/p&gt;&lt;p&gt;过河只要十分钟。&lt;/p&gt;</textarea>
        <p>版权所有</p>"""
    document = segment(page)
    assert texts(document) == ["新桥通车。", "过河只要十分钟。", "首页", "版权所有"]
    assert ("textarea:article-time", "1567835005000") in document.metadata
    comment = "<p>新桥昨天上午正式通车。</p><textarea name=content>&lt;p&gt;说两句&lt;/p&gt;</textarea>"
    assert texts(segment(comment)) == ["新桥昨天上午正式通车。"]


def test_metadata_has_the_names_of_tags_json_and_scripts() -> None:
    page = """<title> 题
      目 </title><meta property="og:Title" content="题"><link rel=canonical href="/a"><base href="http://a.cn/">
      <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "author": [{"name": "张三"}]},
      {"@type": "WebSite", "name": "不要"}]}</script><script>var ptime = '2019-09-07 13:43'</script>"""
    assert segment(page).metadata == (
        ("title", "题 目"),
        ("og:title", "题"),
        ("link:canonical", "/a"),
        ("base", "http://a.cn/"),
        ("ld:author.name", "张三"),
        ("script:ptime", "2019-09-07 13:43"),
    )


def test_the_title_of_a_drawing_is_not_the_page_s() -> None:
    page = "<title>新桥通车</title><p>一<svg><title>分享按钮</title><path d=''/></svg>二"
    document = segment(page)
    assert document.metadata == (("title", "新桥通车"),)
    assert texts(document) == ["一二"]


def test_references_are_images_and_links_to_other_pages() -> None:
    page = (
        "<p>一</p><img src=blank.png data-src=' b.jpg ' alt=桥><p>二</p><a href=1_2.html>下一页</a><a href=x>别的</a>"
    )
    assert [(one.kind, one.url, one.text, one.before) for one in segment(page).references] == [
        ("image", "b.jpg", "桥", 1),
        ("link", "1_2.html", "下一页", 2),
    ]


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        ("下一页", True),
        ("[2]", True),
        ("第2页", True),
        ("点击进入下一页", True),
        ("<img src=next.gif alt=下一页>", True),
        ("下一篇", False),
        ("<img src=a.jpg alt=城北新桥>", False),
    ],
)
def test_links_to_other_pages_of_an_article(link: str, followed: bool) -> None:
    references = segment(f"<p>一</p><p><a href=1_2.html>{link}</a></p>").references
    assert ([one.url for one in references if one.kind == "link"] == ["1_2.html"]) is followed


@pytest.mark.parametrize(
    ("text", "content_type", "plain"),
    [
        ("第一行\n第二行", None, True),
        ("a < b，b > c", None, True),
        ("讲 <p> 标签的文章", "text/plain; charset=utf-8", True),
        ("<p>段落</p>", None, False),
        ("<!DOCTYPE html><html><p>段落</p></html>", "text/plain", False),
    ],
)
def test_plain_text_or_markup(text: str, content_type: str | None, plain: bool) -> None:
    assert segment(text, content_type=content_type).plain is plain


def test_a_dash_before_a_line_of_plain_text_stays() -> None:
    speech = "- 你好，请问码头怎么走？\n- 一直往前。\n最低气温\n- 3℃"
    assert texts(segment(speech, content_type="text/plain")) == speech.split("\n")


def test_lines_of_plain_text() -> None:
    assert texts(segment("• 标题\r\n\r\n　　第一段。\n\n第二段\x85。\u2028末段")) == [
        "标题",
        "第一段。",
        "第二段\x85。",
        "末段",
    ]


HUGE = {
    "deep": "<div>" * 100_000 + "<p>深处</p>" + "</div>" * 100_000 + "<p>尾</p>",
    "deep text": "<div>深" * 20_000,
    "open links": "<a href=x>" * 50_000 + "文",
    "open tables": "<table><tr><td>" * 5_000 + "文",
    "brackets": "<p>" + "<" * 200_000,
    "comments": "<p>文" + "<!--" * 200_000,
    "scripts": "<p>文" + "<script>" * 100_000,
    "styles": "<p>文<style>" + "a{display:none" * 50_000,
    "attributes": "<p " + "a=b " * 100_000 + ">文",
    "json": "<p>文<script type='application/ld+json'>" + "[" * 100_000,
    "zeros": "\0" * 1_000_000,
    "lines": "文\n" * 50_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_and_broken_input_is_read_in_one_pass(name: str) -> None:
    document = segment(HUGE[name])
    assert len(document.blocks) <= 60_000
    assert len(document.labels) == len(document.parents) <= 60_000
    if name == "deep":
        assert texts(document) == ["深处", "尾"]


@pytest.mark.parametrize(
    "page", ["<p>第一段<b>粗</b>。<p>第二段。<script>x</script>", HUGE["deep"], "<li>甲<li>乙<!-- 丙 -->"]
)
def test_the_second_parser_gives_the_same_text(page: str) -> None:
    assert texts(_second_parser(page, None)) == texts(segment(page))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/!-=\"' \n\0\ud800ap文。divtable123"), max_size=300))
def test_any_text_gives_a_document_that_travels(text: str) -> None:
    document = segment(text)
    assert pickle.loads(pickle.dumps(document)) == document
    assert all(
        block.text and block.text == block.text.strip() and 0 <= block.link_share <= 1 for block in document.blocks
    )
    assert all(-1 <= block.element < len(document.labels) for block in document.blocks)
    assert all(-1 <= parent < number for number, parent in enumerate(document.parents))
