"""Extraction on real pages, where the shared data lies beside the checkout: whole articles, and rejects."""

import json
import unicodedata
from pathlib import Path

import pytest

from scraper.decoding import decode
from scraper.extraction import extract
from scraper.model import Article, Rejected
from scraper.segmentation import segment

PAGES = Path(__file__).parents[2] / "shared" / "data" / "pages"
pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="no shared pages beside the checkout")


def read(entry: dict) -> Article | Rejected:
    body = (PAGES / entry["html"]).read_bytes()
    return extract(segment(decode(body, "text/html").text, url="http://example.cn/article.html"))


def letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.fixture(scope="module")
def news() -> list[tuple[dict, Article]]:
    """The gold of the news pages, with the article found: an empty one where the page was rejected."""
    found = []
    for entry in json.loads((PAGES / "index.json").read_text("utf-8")):
        if entry["kind"] == "news":
            article = read(entry)
            gold = json.loads((PAGES / entry["gold"]).read_text("utf-8"))
            found.append((gold, article if isinstance(article, Article) else Article(title=None, text="")))
    return found


@pytest.mark.parametrize("place", [0, -1], ids=["first", "last"])
def test_the_first_and_last_paragraph_are_kept(news: list[tuple[dict, Article]], place: int) -> None:
    kept = [
        letters(paragraphs[place])[:25] in letters(article.text)
        for gold, article in news
        if (paragraphs := [one for one in gold["body"] if len(letters(one)) >= 8])
    ]
    assert sum(kept) >= 0.98 * len(kept)


def test_nothing_else_is_kept(news: list[tuple[dict, Article]]) -> None:
    shares = []
    for gold, article in news:
        own = letters("".join([*gold["body"], *gold["optional"], gold["title"]]))
        lines = article.text.split("\n")
        foreign = sum(len(line) for line in lines if letters(line) not in own)
        shares.append(foreign / max(1, len(article.text)))
    assert sum(shares) / len(shares) <= 0.03


def test_titles(news: list[tuple[dict, Article]]) -> None:
    quotes = str.maketrans("“”‘’", "\"\"''")
    right = [
        letters(article.title or "").translate(quotes) == letters(gold["title"]).translate(quotes)
        for gold, article in news
        if gold["title"]
    ]
    assert sum(right) >= 0.98 * len(right)


def test_days_are_right_or_not_given(news: list[tuple[dict, Article]]) -> None:
    dated = [(gold["publish_time"][:10], article.published) for gold, article in news if gold["publish_time"]]
    assert sum(day == (published or "")[:10] for day, published in dated) >= 0.97 * len(dated)
    assert sum(published is not None and day != published[:10] for day, published in dated) <= 0.02 * len(dated)


def test_pages_without_an_article_are_rejected() -> None:
    entries = json.loads((PAGES / "negatives.json").read_text("utf-8"))
    wrong = [entry["id"] for entry in entries if isinstance(read(entry), Article)]
    assert len(wrong) <= 0.05 * len(entries), wrong
