"""Recall and precision of near-duplicates, on copies made as sites make them of an agency's text.

Recall: of copies of articles (heads and tails added, the end dropped, characters changed, punctuation of another
width), how many are told. Precision: how many articles of the same kind are wrongly told to be copies of another one.

    python tests/benchmarks/duplicates.py [--limit 2000]
"""

import argparse
import gzip
import json
import random
import time
from collections import Counter
from pathlib import Path

from scraper.duplicates import Index, signature
from scraper.model import Article

DATA = Path(__file__).parents[3] / "shared" / "data"
SETS = (
    "articles.jsonl.gz",
    "clean/news_finance.jsonl.gz",
    "corpora/news_finance.jsonl.gz",
    "corpora/news_xwlb.jsonl.gz",
)
WIDTHS = str.maketrans("，。：；？！（）", ",.:;?!()")


def headed(text, numbers):
    """Bylines and a copyright note around it."""
    return f"本网讯（记者 王小明 通讯员 李华）{text}\n（责任编辑：赵敏）\n更多精彩内容请关注本网官方微信。"


def cut(text, numbers):
    """Without its last tenth."""
    return text[: len(text) * 9 // 10]


def edited(text, numbers):
    """One character in a hundred changed by an editor."""
    return "".join(numbers.choice("的了和在是") if numbers.random() < 0.01 else c for c in text)


def laid_out(text, numbers):
    """Other line breaks, half-width punctuation."""
    return text.replace("\n", "\n　　").translate(WIDTHS)


def all_of_it(text, numbers):
    """Cut, edited and headed."""
    return headed(edited(cut(text, numbers), numbers), numbers)


CHANGES = (headed, cut, edited, laid_out, all_of_it)


def texts(name, limit):
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        found = [text for line in file if len(text := json.loads(line)["text"]) >= 200]
    return list(dict.fromkeys(found))[:limit]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=2000)
    limit = parser.parse_args().limit
    if not DATA.is_dir():
        parser.exit(0, f"no texts to measure on: {DATA} is no folder\n")
    numbers = random.Random(1)
    for name in SETS:
        articles = texts(name, limit)
        index, wrong, start = Index(""), [], time.perf_counter()
        for number, text in enumerate(articles):
            found = index.first(Article(title=None, text=text, id=str(number)), signature(text))
            if found:
                wrong.append((number, int(found.first)))
        seconds = time.perf_counter() - start
        told = Counter()
        for number, text in enumerate(articles):
            for change in CHANGES:
                copy = change(text, numbers)
                found = index.first(Article(title=None, text=copy, id=f"copy {number}"), signature(copy))
                told[change.__name__] += found is not None and not found.first.startswith("copy")
        recall = "  ".join(f"{change.__name__} {told[change.__name__] / len(articles):.3f}" for change in CHANGES)
        print(f"{name}: {len(articles)} articles, {len(wrong)} told to be copies; recall {recall}")
        print(f"  {1000 * seconds / len(articles):.2f} ms an article; told: {wrong[:5]}")
        for one, other in wrong[:3]:
            print("   ", articles[one][:60].replace("\n", "|"), "//", articles[other][:60].replace("\n", "|"))


if __name__ == "__main__":
    main()
