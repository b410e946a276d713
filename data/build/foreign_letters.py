"""Count the letter pairs of other languages and write ``data/encodings/foreign.npz``.

    python data/build/foreign_letters.py WHEEL...

The text is the translations in ``*.po`` files of wheels, such as those of Django and Wagtail (both BSD licensed):
``pip download --no-deps django wagtail``.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from language_model import bigram_part, count

from scraper.language_model import CLASSES, PUNCTUATION, SPACE, code_table, pack_keys

OUTPUT = Path(__file__).parents[1] / "encodings" / "foreign.npz"
LANGUAGES = ("ja", "ko", "ru", "fr", "de", "es", "it", "pt")
LEAST_COUNT = 3  # a character seen less often is one of its class
CATALOGUE = re.compile(rf"locale/(?:{'|'.join(LANGUAGES)})/.*\.po$")
MARKUP = re.compile(r"%(?:\(\w+\))?[sd]|\{\w*\}|<[^>]{0,200}>|https?://\S+|\\n")


def translations(wheel: Path) -> Iterator[str]:
    """The translated messages in a wheel's catalogues."""
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            if CATALOGUE.search(name):
                message: list[str] | None = None
                for line in archive.read(name).decode("utf-8").splitlines():
                    if line.startswith("msgstr"):
                        message = [ast.literal_eval(line.partition(" ")[2])]
                    elif line.startswith('"') and message is not None:
                        message.append(ast.literal_eval(line))
                    elif message is not None:
                        whole, message = "".join(message), None
                        if not whole.startswith(("Project-Id-Version", "PO-Revision-Date")):
                            yield MARKUP.sub(" ", whole)


def main(wheels: list[Path]) -> None:
    text = "\n".join(message for wheel in wheels for message in translations(wheel))
    taken = set(PUNCTUATION)
    vocabulary = "".join(
        sorted(c for c, n in Counter(text).items() if n >= LEAST_COUNT and c.isalpha() and c not in taken)
    )
    codes = code_table(vocabulary)
    size = len(CLASSES) + len(PUNCTUATION) + len(vocabulary)
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    stream = codes[np.minimum(points, 0x10000)].astype(np.int64)
    stream = stream[np.append(True, (stream[1:] != SPACE) | (stream[:-1] != SPACE))]
    table = bigram_part(count(stream, 2, size), size)
    for name in table:
        table[name] = pack_keys(table[name]) if name.endswith("keys") else table[name].clip(0, 255).astype(np.uint8)
    np.savez_compressed(OUTPUT, vocabulary=np.array([ord(c) for c in vocabulary], np.uint16), **table)
    print(f"{OUTPUT.name}: {len(stream):,} characters, {size} codes, {OUTPUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
