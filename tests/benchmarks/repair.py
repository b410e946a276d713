"""How much of damaged text ``scraper.mojibake.repair`` gives back, if clean text stays as it is, and how fast it is.

``python tests/benchmarks/repair.py`` prints; it asserts nothing. Prices were chosen on ``corpora/`` (``--tune``); the
margins that tell damaged from clean text were read off the gap between clean texts and damaged headlines of all the
data. What is reported is measured on headlines and articles. The damage is made by each channel itself and by the forms
below: what browsers, converters and tidying make of the same bytes, and damage in a part of a text.
"""

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from opencc import OpenCC

from scraper.mojibake import repair
from scraper.mojibake.channels import channels

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
TUNING = ("news_xwlb", "news_finance", "prose")
TRADITIONAL = OpenCC("s2tw")

Damage = Callable[[str], tuple[str, str]]


def browser_gbk(data: bytes) -> str:
    """GBK as the WHATWG Encoding Standard decodes it: 80 is the euro sign, an undefined pair is one U+FFFD."""
    read, at = [], 0
    while at < len(data):
        byte, pair = data[at], data[at : at + 2]
        if byte < 0x80 or byte in (0x80, 0xFF) or len(pair) < 2:
            read.append(chr(byte) if byte < 0x80 else "€" if byte == 0x80 else "\ufffd")
            at += 1
            continue
        character = pair.decode("gb18030", "ignore") if pair[1] > 0x3F else ""
        read.append(character if len(character) == 1 else "\ufffd")
        at += 2 if len(character) == 1 or pair[1] > 0x7F else 1
    return "".join(read)


def part(text: str, start: float, end: float) -> str:
    """``text`` with the stretch between two shares of its length read as GBK."""
    low, high = int(len(text) * start), int(len(text) * end)
    return text[:low] + text[low:high].encode().decode("gbk", "replace") + text[high:]


FORMS: dict[str, Damage] = {
    "utf-8 as gbk, browser": lambda text: (text, browser_gbk(text.encode())),
    "utf-8 as gbk, ? for U+FFFD": lambda text: (text, text.encode().decode("gbk", "replace").replace("\ufffd", "?")),
    "utf-8 as gbk, bytes dropped": lambda text: (text, text.encode().decode("gbk", "ignore")),
    "utf-8 as gbk, first half": lambda text: (text, part(text, 0, 0.5)),
    "utf-8 as gbk, middle": lambda text: (text, part(text, 0.2, 0.8)),
    "utf-8 as gbk, second half": lambda text: (text, part(text, 0.5, 1)),
    "utf-8 as latin-1, spaces tidied": lambda text: (text, re.sub(r"\s", " ", text.encode().decode("latin-1"))),
    "utf-8 as cp1252, bytes dropped": lambda text: (text, text.encode().decode("cp1252", "ignore")),
}


def of_channels(rng: random.Random) -> Iterator[tuple[str, Damage]]:
    for channel in channels():

        def damage(text: str, channel=channel) -> tuple[str, str]:
            if channel.id.startswith("big5"):
                text = TRADITIONAL.convert(text).encode("cp950", "ignore").decode("cp950")
            elif channel.id.startswith("gbk"):
                text = text.encode("gbk", "ignore").decode("gbk")
            return text, channel.damage(text, rng)

        yield channel.id, damage


def records(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)["text"] if path.name.endswith(".jsonl.gz") else line.rstrip("\n")


def samples(tune: bool, count: int, rng: random.Random) -> dict[str, list[str]]:
    """Headlines (or sentences) and stretches of 500 characters."""
    if tune:
        articles = [
            re.sub(r"\s+", " ", text) for name in TUNING for text in records(SHARED / f"corpora/{name}.jsonl.gz")
        ]
        short = [
            piece
            for text in rng.sample(articles, 500)
            for piece in re.split("[。！？]", text)
            if 10 <= len(piece) <= 25
        ]
    else:
        articles = [re.sub(r"\s+", " ", text) for text in records(SHARED / "articles.jsonl.gz")]
        short = list(records(SHARED / "titles.txt.gz"))
    long = [text for text in articles if len(text) > 560]
    starts = [(text, rng.randrange(len(text) - 500)) for text in rng.sample(long, count)]
    return {"short": rng.sample(short, count), "500": [text[start : start + 500] for text, start in starts]}


def recall(output: str, truth: str) -> float:
    wanted, got = Counter(pairwise(truth)), Counter(pairwise(output))
    return sum(min(count, got[pair]) for pair, count in wanted.items()) / max(1, wanted.total())


def damaged(tune: bool, count: int) -> None:
    rng = random.Random(5)
    texts = samples(tune, count, rng)
    for name, damage in [*of_channels(rng), *FORMS.items()]:
        for length, chosen in texts.items():
            exact, recalled, characters, start = 0, 0.0, 0, time.process_time()
            for text in chosen:
                truth, broken = damage(text)
                output = repair(broken).text
                exact, recalled, characters = (
                    exact + (output == truth),
                    recalled + recall(output, truth),
                    characters + len(broken),
                )
            speed = characters / (time.process_time() - start) / 1e3
            shares = f"exact {100 * exact / count:6.1f}  bigrams {100 * recalled / count:6.2f}"
            print(f"{name:34} {length:6} {shares}  {speed:6.0f} k/s")


def clean() -> None:
    repair("加载")
    for path in [
        *sorted((SHARED / "clean").glob("*.jsonl.gz")),
        SHARED / "titles.txt.gz",
        SHARED / "articles.jsonl.gz",
    ]:
        texts = list(records(path))
        start = time.process_time()
        found = [text for text in texts if repair(text).damage != "none"]
        speed = sum(map(len, texts)) / (time.process_time() - start) / 1e6
        print(f"{path.name:34} changed or called damaged: {len(found)} of {len(texts)}  {speed:.1f} M/s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="the texts that prices were chosen on")
    parser.add_argument("--count", type=int, default=100, help="texts of each kind")
    options = parser.parse_args()
    if not SHARED.is_dir():
        parser.exit(0, f"no texts to measure on: {SHARED} is no folder\n")
    damaged(options.tune, options.count)
    clean()
