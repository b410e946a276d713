"""Pages a second of ``scraper clean`` over a WARC, against trafilatura over the same WARC on the same core.

    python tests/benchmarks/clean.py [--pages FOLDER] [--copies 8] [--rounds 3] [--profile]

The WARC holds the HTML files of the folder, several times over so that starting up is a small part, as in real work.
Rounds of both alternate, each on one core; the ratio printed is the median. Then the command on one core and on all.
"""

import argparse
import cProfile
import ctypes
import os
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ROOT = Path(__file__).parents[2]
PAGES = ROOT.parent / "shared" / "data" / "pages" / "html"

PR_SET_CHILD_SUBREAPER = 36
"""So that whoever is left behind by a command is this process's child, and its time is counted."""

LONGER = 3
"""So many times the pages where all cores are measured, as they are through with them so much sooner."""

TRAFILATURA = """
import sys
from warcio.archiveiterator import ArchiveIterator
from trafilatura import bare_extraction
with open(sys.argv[1], "rb") as file:
    for record in ArchiveIterator(file):
        if record.rec_type == "response":
            bare_extraction(record.content_stream().read(), with_metadata=True, include_comments=False)
"""


def write_warc(path: Path, pages: list[Path], copies: int) -> int:
    """A WARC of the pages; its number of responses."""
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for copy in range(copies):
            for page in pages:
                url = f"http://www.example.cn/{copy}/{page.name}"
                with page.open("rb") as payload:
                    writer.write_record(writer.create_warc_record(url, "response", payload, http_headers=headers))
    return copies * len(pages)


class Time(NamedTuple):
    """What a command took: seconds by the clock, and of a core, which other work on the machine hardly changes."""

    clock: float
    core: float


def taken(command: list[str], cores: set[int]) -> Time:
    """What a command with all its processes takes on these cores."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    clock = time.perf_counter() - start
    with suppress(ChildProcessError):  # the server that forks the workers outlives the command that started it
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Time(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def profile(warc: Path) -> None:
    """The functions in which cleaning spends its time."""
    from scraper import Page, clean

    with warc.open("rb") as file:
        bodies = [record.content_stream().read() for record in ArchiveIterator(file) if record.rec_type == "response"]
    clean(Page(url="http://www.example.cn/1.html", body=bodies[0]))
    profiler = cProfile.Profile()
    profiler.enable()
    for body in bodies:
        clean(Page(url="http://www.example.cn/1.html", body=body, content_type="text/html"))
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES)
    parser.add_argument("--copies", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    if not arguments.pages.is_dir():
        parser.exit(0, f"no pages to measure on: {arguments.pages} is no folder; name one with --pages\n")
    if not arguments.profile and not (find_spec("trafilatura") and find_spec("lxml_html_clean")):
        parser.exit(0, "nothing to compare with: pip install trafilatura lxml_html_clean\n")
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        warc, output = Path(folder) / "pages.warc.gz", Path(folder) / "out.jsonl"
        pages = sorted(arguments.pages.glob("*.html"))
        if arguments.profile:
            write_warc(warc, pages, 1)
            profile(warc)
            return
        count = write_warc(warc, pages, arguments.copies)
        clean = [sys.executable, "-m", "scraper", "clean", str(warc), "-o", str(output), "--workers"]
        peer = [sys.executable, "-c", TRAFILATURA, str(warc)]
        ratios = []
        for number in range(arguments.rounds):
            ours, theirs = taken([*clean, "1"], {cores[0]}), taken(peer, {cores[0]})
            ratios.append(theirs.core / ours.core)
            print(
                f"round {number + 1}: scraper clean {count / ours.core:.1f}, trafilatura {count / theirs.core:.1f}"
                f" pages a core second; by the clock {theirs.clock / ours.clock:.2f} times"
            )
        print(f"one core: {statistics.median(ratios):.2f} times trafilatura's pages a second")
        count = write_warc(warc, pages, LONGER * arguments.copies)
        gains = []
        for number in range(arguments.rounds):
            one, every = taken([*clean, "1"], {cores[0]}), taken([*clean, str(len(cores))], set(cores))
            gains.append(one.clock / every.clock)
            print(
                f"round {number + 1}: {count / one.clock:.1f} pages/s on one core, {count / every.clock:.1f} on"
                f" {len(cores)}; CPU seconds {one.core:.1f} and {every.core:.1f}"
            )
        print(f"{len(cores)} cores: {statistics.median(gains):.2f} times one core by the clock")


if __name__ == "__main__":
    main()
