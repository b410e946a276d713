"""What is lost where a page is read from its dump as plain text, as in a WET file, and not from its markup.

    python tests/benchmarks/dumps.py [--pages FOLDER]

Every page is cleaned twice, from its HTML and from the text that is left of it without tags. For each field: the share
of the articles in which both give the same; for the text: precision and recall of the dump's 4-grams.
"""

import argparse
import re
from collections import Counter
from html import unescape
from pathlib import Path

from scraper import Article, Page, clean, decode

PAGES = Path(__file__).parents[3] / "shared" / "data" / "pages" / "html"
FIELDS = ("title", "published", "source", "editors")

NO_TEXT = re.compile(
    r"<(script|style|noscript|template|iframe|textarea|title)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
LINE = re.compile(
    r"</?(?:p|div|li|ul|ol|d[ltd]|table|t[rdh]|tbody|h[1-6]|br|hr|section|article|header|footer|nav|form|blockquote|center|pre"
    r"|figure|figcaption|option|select|body|html|head|aside|main|address)\b[^>]*>",
    re.IGNORECASE,
)
TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)


def dump(page: str) -> str:
    """The lines of a page, its title first."""
    title = TITLE.search(page)
    text = LINE.sub("\n", re.sub(r"\s+", " ", NO_TEXT.sub(" ", page)))
    lines = unescape(re.sub(r"<[^>]*>", "", text)).split("\n")
    return "\n".join(line.strip() for line in [unescape(title[1]) if title else "", *lines] if line.strip())


def grams(article: Article) -> Counter[str]:
    """The runs of four characters of an article's text."""
    text = "".join(article.text.split())
    return Counter(text[at : at + 4] for at in range(len(text) - 3))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES)
    folder = parser.parse_args().pages
    if not folder.is_dir():
        parser.exit(0, f"no pages to measure on: {folder} is no folder; name one with --pages\n")
    pages = rejected = 0
    precision, recall = [], []
    same: Counter[str] = Counter()
    for file in sorted(folder.glob("*.html")):
        url, body = f"http://www.example.cn/{file.name}", file.read_bytes()
        whole = clean(Page(url=url, body=body, content_type="text/html"))
        if not isinstance(whole, Article):
            continue
        pages += 1
        text = dump(decode(body).text).encode("utf-8", "replace")
        found = clean(Page(url=url, body=text, content_type="text/plain; charset=utf-8"))
        if not isinstance(found, Article):
            rejected += 1
            continue
        wanted, got = grams(whole), grams(found)
        hits = (wanted & got).total()
        precision.append(hits / max(1, got.total()))
        recall.append(hits / max(1, wanted.total()))
        same.update(field for field in FIELDS if getattr(found, field) == getattr(whole, field))
    print(f"{pages} articles, {rejected} rejected as dumps")
    print(f"text: precision {sum(precision) / len(precision):.1%}, recall {sum(recall) / len(recall):.1%}")
    print(", ".join(f"{field} {same[field] / pages:.1%}" for field in FIELDS))


if __name__ == "__main__":
    main()
