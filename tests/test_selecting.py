"""A described site may say where title and body stand; where a page has no such element, it is read like any other."""

import pytest

from scraper.extraction import extract
from scraper.model import Article, Selectors
from scraper.segmentation import segment

PARAGRAPHS = [
    "石桥镇的老码头昨天重新开放，镇上的人都来看。",
    "码头修了两年，石阶换了一半，栏杆照老样子做。",
    "管理处的人说，以后每个周末都有船从这里出发。",
]
LONGER = "".join(f"<p>这是页面上另一块地方的文字，比文章还要长，第{n}段说的是别的事情。</p>" for n in range(9))
PAGE = f"""<html><head><title>石桥镇老码头重新开放</title></head><body>
<h1>石桥镇老码头重新开放</h1><h2 class="lead small">码头开了，人都来了</h2>
<div id="story" class="text wide">{"".join(f"<p>{p}</p>" for p in PARAGRAPHS)}</div>
<div class="column">{LONGER}</div></body></html>"""


def read(selectors: Selectors) -> Article:
    found = extract(segment(PAGE, url="http://www.example.org/1.html", content_type="text/html"), selectors)
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize("selector", ["div#story", "div.text", "#story.wide", ".wide.text"])
def test_the_selected_element_holds_the_article(selector: str) -> None:
    assert read(Selectors(body=selector)).text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize("selector", [None, "div#gone", "div.tex", "article"])
def test_a_selector_that_finds_nothing_changes_nothing(selector: str | None) -> None:
    assert read(Selectors(body=selector)) == read(Selectors())


def test_the_selected_line_is_the_title() -> None:
    assert read(Selectors()).title == "石桥镇老码头重新开放"
    assert read(Selectors(title="h2.lead")).title == "码头开了，人都来了"
