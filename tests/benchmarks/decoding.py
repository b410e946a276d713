"""How fast decoding is, and that its time grows with the bytes alone.

    python tests/benchmarks/decoding.py [FILE ...]

Without files it makes its own bytes: a page in several encodings, whole and damaged, and bytes that are no text at all.
For each it prints the speed of the whole and of its first half (the same, if time is linear), chardet's on it, the
encoding and whether something was lost. Prints; asserts nothing.
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path

import chardet

from scraper.decoding import decode

SENTENCES = (
    "清晨六点，菜市场里已经很热闹，卖豆腐的大爷正忙着招呼客人。",
    "气象台预计，未来三天北方大部分地区气温将下降8至10℃。",
    "老城区的道路改造工程分三期进行，第一期计划于9月底完工。",
)
PAGE = (
    '<html><head><meta charset="gb2312"><title>市场</title></head><body>'
    + "".join(f'<div class="item"><a href="/list_{n}.html">{SENTENCES[n % 3]}</a></div>\n' for n in range(2000))
    + "</body></html>"
)


def overwritten(body: bytes, every: int) -> bytes:
    """``body`` with a byte in ``every`` replaced by 0xFF, if it is not ASCII."""
    return bytes(0xFF if at % every == 1 and byte >= 0x80 else byte for at, byte in enumerate(body))


def samples() -> dict[str, bytes]:
    """What is decoded, by name."""
    gbk, utf8, prose = PAGE.encode("gbk"), PAGE.encode(), "".join(SENTENCES)
    numbers = random.Random(1)
    return {
        "page, UTF-8": utf8,
        "page, GBK": gbk,
        "page, UTF-16": PAGE.encode("utf-16-le"),
        "page, GBK, 3 bytes overwritten": overwritten(gbk, len(gbk) // 3),
        "page, UTF-8, 3 bytes overwritten": overwritten(utf8, len(utf8) // 3),
        "page, UTF-8 with comments in GBK": utf8 + gbk[-20_000:],
        "20 MB of GBK in one line": prose.encode("gbk") * 120_000,
        "20 MB of GBK in one line, a byte in 1,000 overwritten": overwritten(prose.encode("gbk") * 120_000, 1000),
        "20 MB of lines, GBK and UTF-8 in turns": (prose.encode() + b"\n" + prose.encode("gbk") + b"\n") * 48_000,
        "20 MB of noise": numbers.randbytes(20_000_000),
        "20 MB of high bytes": bytes(byte | 0x80 for byte in numbers.randbytes(20_000_000)),
        "10 MB of NUL": bytes(10_000_000),
    }


def speed(read: Callable[[bytes], object], body: bytes) -> float:
    """Megabytes a second, the best of a few runs."""
    best = float("inf")
    for _ in range(1 if len(body) > 1_000_000 else 5):
        start = time.perf_counter()
        read(body)
        best = min(best, time.perf_counter() - start)
    return len(body) / 1e6 / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="decode these instead")
    files = parser.parse_args().files
    bodies = {str(file): file.read_bytes() for file in files} if files else samples()
    decode("市场".encode("gbk"))  # load the tables
    print(f"{'MB/s:':54}{'whole':>9}{'half':>9}{'chardet':>9}")
    for name, body in bodies.items():
        speeds = (speed(decode, body), speed(decode, body[: len(body) // 2]), speed(chardet.detect, body))
        decoded = decode(body)
        print(f"{name[:54]:54}", *(f"{value:8.1f}" for value in speeds), decoded.encoding, "lossy" * decoded.lossy)


if __name__ == "__main__":
    main()
