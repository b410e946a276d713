"""Count the character trigrams of a folder of Chinese text and write ``data/language_model.npz``.

    python data/build/language_model.py CORPORA WORDS

CORPORA holds ``*.jsonl.gz`` files of ``{"text": …}``; those named ``traditional_*`` are Traditional, the others
Simplified, and a part of these is counted a second time as converted by OpenCC, so that both scripts are known. WORDS
is a word list with frequencies (``word frequency`` a line), which adds the names and words that the corpora lack.
"""

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

from scraper.language_model import CLASSES, PUNCTUATION, SPACE, UNITS_PER_NAT, code_table, dense_bigrams, pack_keys

OUTPUT = Path(__file__).parents[1] / "language_model.npz"
MARKUP = re.compile(r"<[^>]{0,300}>|https?://\S+|[│─┼├┤┬┴┐┌└┘]+")
CONVERTED_LINES = 5  # every fifth line is counted again as Traditional
LEAST_COUNT = 5  # a character seen less often is a rare one
WORD_WEIGHT, MOST_WORD_WEIGHT = 1.0, 20.0  # a word counts as the root of its frequency, at most
BIGRAM_LOSS, TRIGRAM_LOSS = 4.0, 12.0  # an n-gram is kept if dropping it loses this many nats over the corpus
BIGRAM_DISCOUNT, TRIGRAM_DISCOUNT = 0.75, 0.95

Counts = tuple[NDArray[np.int64], NDArray[np.float64]]


def lines(folder: Path) -> Iterator[tuple[bool, str]]:
    """(Traditional or not, a line of text)."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for record in file:
                for line in MARKUP.sub(" ", json.loads(record)["text"]).split("\n"):
                    yield path.name.startswith("traditional"), line


def count(stream: NDArray[np.int64], length: int, size: int) -> Counts:
    keys = stream[: len(stream) - length + 1].copy()
    for offset in range(1, length):
        keys = keys * size + stream[offset : len(stream) - length + 1 + offset]
    found, counts = np.unique(keys, return_counts=True)
    return found, counts.astype(float)


def count_words(path: Path, codes: NDArray[np.uint16], length: int, size: int) -> Counts:
    keys, weights = [], []
    for line in path.read_text("utf-8").splitlines():
        word, frequency = line.split()[:2]
        weight = min(WORD_WEIGHT * float(frequency) ** 0.5, MOST_WORD_WEIGHT)
        numbers = [int(codes[min(ord(c), 0x10000)]) for c in word]
        for start in range(len(numbers) - length + 1):
            key = 0
            for number in numbers[start : start + length]:
                key = key * size + number
            keys.append(key)
            weights.append(weight)
    return np.array(keys), np.array(weights)


def merged(parts: list[Counts]) -> Counts:
    keys, index = np.unique(np.concatenate([keys for keys, _ in parts]), return_inverse=True)
    return keys, np.bincount(index, weights=np.concatenate([counts for _, counts in parts]))


def cost(probability: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(-np.log(probability) * UNITS_PER_NAT).astype(np.int64)


def bigram_part(bigrams: Counts, size: int) -> dict[str, NDArray]:
    """Kept bigrams, the costs of single characters (by how many characters they follow) and of backing off."""
    keys, counts = bigrams
    before, after = np.divmod(keys, size)
    followed = np.bincount(after, minlength=size) + 0.5
    alone = followed / followed.sum()
    total = np.bincount(before, weights=counts, minlength=size)
    discount = np.minimum(BIGRAM_DISCOUNT, counts)
    freed = np.divide(
        np.bincount(before, weights=discount, minlength=size), total, out=np.ones(size), where=total > 0
    ).clip(1e-3, 1)
    probability = (counts - discount) / total[before] + freed[before] * alone[after]
    keep = counts * np.log(probability / (freed[before] * alone[after])) > BIGRAM_LOSS
    keys, probability, before, after = keys[keep], probability[keep], before[keep], after[keep]
    left = 1 - np.bincount(before, weights=probability, minlength=size)
    left /= 1 - np.bincount(before, weights=alone[after], minlength=size)
    return {
        "alone_costs": cost(alone),
        "alone_backoffs": cost(left.clip(1e-4, 1)),
        "bigram_keys": keys,
        "bigram_costs": cost(probability),
    }


def trigram_part(trigrams: Counts, bigrams: Counts, lower: NDArray[np.float64]) -> dict[str, NDArray]:
    """Kept trigrams and the cost of backing off to ``lower``, the dense table of bigram probabilities."""
    size = len(lower)
    keys, counts = trigrams
    context, last = np.divmod(keys, size)
    seen = np.searchsorted(bigrams[0], context)
    total = np.bincount(seen, weights=counts, minlength=len(bigrams[0]))
    discount = np.minimum(TRIGRAM_DISCOUNT, counts)
    freed = (np.bincount(seen, weights=discount, minlength=len(total)) / np.maximum(total, 1e-9))[seen]
    backed = lower[context % size, last]
    probability = (counts - discount) / total[seen] + freed * backed
    keep = (counts > 1) & (counts * np.log(probability / np.minimum(1, freed * backed)) > TRIGRAM_LOSS)
    keys, probability = keys[keep], probability[keep]
    contexts, index = np.unique(keys // size, return_inverse=True)
    covered = np.bincount(index, weights=backed[keep]).clip(0, 0.999)  # costs are rounded: the sum may pass 1
    left = (1 - np.bincount(index, weights=probability)) / (1 - covered)
    return {
        "trigram_keys": keys,
        "trigram_costs": cost(probability),
        "context_keys": contexts,
        "backoff_costs": cost(left.clip(1e-3, 3)),
    }


def main(corpora: Path, words: Path) -> None:
    to_traditional = OpenCC("s2tw").convert
    simplified, traditional = [], []
    for number, (is_traditional, line) in enumerate(lines(corpora)):
        (traditional if is_traditional else simplified).append(line)
        if not is_traditional and number % CONVERTED_LINES == 0:
            traditional.append(to_traditional(line))
    text = "\n".join(simplified + traditional)
    frequency = Counter(text)
    vocabulary = "".join(sorted(c for c, n in frequency.items() if "一" <= c <= "\u9fff" and n >= LEAST_COUNT))
    codes = code_table(vocabulary)
    size = len(CLASSES) + len(PUNCTUATION) + len(vocabulary)
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    stream = codes[np.minimum(points, 0x10000)].astype(np.int64)
    stream = stream[np.append(True, (stream[1:] != SPACE) | (stream[:-1] != SPACE))]
    bigrams, trigrams = (
        merged([count(stream, length, size), count_words(words, codes, length, size)]) for length in (2, 3)
    )
    table = bigram_part(bigrams, size)
    uncharged = dense_bigrams(
        *(table[name].astype(np.uint8) for name in ("alone_costs", "alone_backoffs")),
        table["bigram_keys"],
        table["bigram_costs"].astype(np.uint8),
        charge=False,
    )
    table |= trigram_part(trigrams, bigrams, np.exp(-uncharged.astype(np.float32) / UNITS_PER_NAT))
    for name in table:
        if name == "backoff_costs":
            table[name] = table[name].astype(np.int8)
        else:
            table[name] = pack_keys(table[name]) if name.endswith("keys") else table[name].clip(0, 255).astype(np.uint8)
    np.savez_compressed(OUTPUT, vocabulary=np.array([ord(c) for c in vocabulary], np.uint16), **table)
    print(f"{OUTPUT.name}: {len(stream):,} characters, {size} codes, {OUTPUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
