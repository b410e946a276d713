"""How much of an article comes back from simulated spider-pool damage, and how fast.

    python tests/benchmarks/spider_pool.py [ARTICLES] [COUNT] [SHARE]

ARTICLES is a ``.jsonl.gz`` of ``{"text": …}`` in Simplified Chinese, COUNT how many to damage, SHARE the share of the
convertible characters that carry readings (real pages: about 0.05). Every article is damaged once for each row, by a
pool with habits of its own. A sentence is exact if it stands in the result as it stood in the article.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

from scraper.mojibake import repair
from scraper.mojibake.channels.spider_pool import script
from scraper.mojibake.channels.spider_pool.damage import Habits, damage

ARTICLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "articles.jsonl.gz"
ROWS: dict[str, dict[str, object]] = {
    "readings only": {},
    "control characters": {"controls": 0.5},
    "private-use characters kept": {"undefined": "private"},
    "byte lost at every second full stop, unseen": {"lost": ""},
    "byte lost at every second full stop, as ?": {"lost": "?"},
}
LONGEST = 1500


def articles(path: Path, count: int) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"].encode("gbk", "ignore").decode("gbk")[:LONGEST] for line in file]
    return Random(7).sample([text for text in texts if len(text) > 300], count)


def sentences(text: str) -> Counter[str]:
    return Counter(found.strip() for found in re.split(r"(?<=[。！？\n])", text) if len(found.strip()) > 2)


def habits(rng: Random, share: float) -> Habits:
    vocabulary = list(script.simplified())
    size = int(share * len(vocabulary))
    return Habits(
        annotated=frozenset(vocabulary[:size] if rng.random() < 0.7 else rng.sample(vocabulary[: 2 * size], size)),
        form=rng.choice(("({})", "({})", "({} )", "({0})({0})")),
        alone=rng.choice(("swallow", "?", "\ufffd", "")),
        undefined=rng.choice(("vanish", "first")),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="?", type=Path, default=ARTICLES)
    parser.add_argument("count", nargs="?", type=int, default=100)
    parser.add_argument("share", nargs="?", type=float, default=0.1)
    options = parser.parse_args()
    if not options.articles.is_file():
        parser.exit(0, f"no texts to measure on: {options.articles} is no file\n")
    texts = articles(options.articles, options.count)
    repair("法制日?qǐng)?bào)")  # load the tables outside the timing
    for row, changes in ROWS.items():
        bigrams: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        characters, seconds = 0, 0.0
        for number, text in enumerate(texts):
            rng = Random(f"{row}{number}")
            damaged = damage(text, replace(habits(rng, options.share), **changes), rng)  # type: ignore[arg-type]
            start = time.process_time()
            result = repair(damaged).text
            seconds += time.process_time() - start
            characters += len(damaged)
            wanted, got = Counter(pairwise(text)), Counter(pairwise(result))
            bigrams.update(wanted=wanted.total(), got=(wanted & got).total())
            whole.update(wanted=sentences(text).total(), got=(sentences(text) & sentences(result)).total())
        print(
            f"{row:44} bigrams {100 * bigrams['got'] / bigrams['wanted']:6.2f} %  sentences exact "
            f"{100 * whole['got'] / whole['wanted']:6.2f} % of {whole['wanted']}  {characters / seconds / 1e3:.0f} k/s"
        )


if __name__ == "__main__":
    main()
