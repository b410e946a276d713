"""Write ``data/mojibake/readings.tsv`` and ``data/mojibake/simplified.tsv``.

    python data/build/mojibake_tables.py CORPORA

``readings.tsv``: a syllable with its tone mark, and the characters of GBK that are read so (pypinyin).
``simplified.tsv``: a character of GBK that converters write for a Simplified one, the Simplified characters that it may
have been, likeliest first, and its first reading. Which these are is counted: CORPORA holds ``*.jsonl.gz`` files of
``{"text": …}`` (files named ``traditional_*`` are left out), which OpenCC converts by phrases to the standards of
OpenCC, Taiwan and Hong Kong; characters that the text lacks are converted alone.
"""

import gzip
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, pinyin

FOLDER = Path(__file__).parents[1] / "mojibake"
CONVERTERS = [OpenCC(name).convert for name in ("s2t", "s2tw", "s2hk")]
TO_SIMPLIFIED = OpenCC("t2s").convert
CHARACTERS_OF_EACH_FILE = 1_500_000
LEAST_COUNT = 30  # of a character, for its counts to be believed
LEAST_SHARE = 0.01  # a Simplified origin rarer than this is an accident of the corpus
LEAST_SHARE_OF_SIMPLIFIED = 0.1  # the same for a character that Simplified text uses as well
ALWAYS = {"著": "着著"}  # 着 becomes 著 on pages everywhere, also where OpenCC keeps it


def han_of_gbk() -> list[str]:
    return [c for c in map(chr, range(0x4E00, 0x9FA6)) if c.encode("gbk", "ignore")]


def origins(corpora: Path) -> dict[str, Counter[str]]:
    """How often each character that the converters wrote was which Simplified one."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(corpora.glob("*.jsonl.gz")):
        if path.name.startswith("traditional"):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as file:
            size = 0
            for line in file:
                text = json.loads(line)["text"]
                for convert in CONVERTERS:
                    written = convert(text)
                    if len(written) == len(text):
                        for pair, number in Counter(zip(written, text, strict=True)).items():
                            counts[pair[0]][pair[1]] += number
                size += len(text)
                if size > CHARACTERS_OF_EACH_FILE:
                    break
    return counts


def simplified(counts: dict[str, Counter[str]]) -> dict[str, str]:
    """The Simplified characters that each character may have been, likeliest first; the frequent characters first.

    A character that is nothing but itself is left out.
    """
    alone: dict[str, Counter[str]] = defaultdict(Counter)
    for character in han_of_gbk():
        for convert in CONVERTERS:
            written = convert(character)
            if TO_SIMPLIFIED(written) == character:
                alone[written][character] += 1
    table = {}
    for character in sorted(han_of_gbk(), key=lambda c: -counts[c].total()):
        own = TO_SIMPLIFIED(character)
        found = counts[character] if counts[character].total() >= LEAST_COUNT else alone[character]
        least = (LEAST_SHARE if own != character else LEAST_SHARE_OF_SIMPLIFIED) * found.total()
        likely = [s for s, n in found.most_common() if n >= least and (s == character or TO_SIMPLIFIED(s) == s)]
        may_be = ALWAYS.get(character) or "".join(likely) or own
        may_be = "".join(s for s in may_be if s.encode("gbk", "ignore"))
        if may_be not in ("", character):
            table[character] = may_be
    return table


def main() -> None:
    table = simplified(origins(Path(sys.argv[1])))
    readings: dict[str, list[str]] = defaultdict(list)
    first = {}
    for character in han_of_gbk():
        heard = pinyin(character, style=Style.TONE, heteronym=True, errors="ignore")
        for syllable in heard[0] if heard else ():
            readings[syllable].append(character)
            first.setdefault(character, syllable)
    FOLDER.mkdir(exist_ok=True)
    rows = [f"{syllable}\t{''.join(characters)}" for syllable, characters in sorted(readings.items())]
    (FOLDER / "readings.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    rows = [f"{c}\t{may_be}\t{first.get(c, '')}" for c, may_be in table.items()]
    (FOLDER / "simplified.tsv").write_text("\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
