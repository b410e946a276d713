"""Pages a second of ``scraper clean`` over a WARC, against trafilatura over the same WARC on the same core.

    python tests/benchmarks/clean.py [--pages FOLDER] [--copies 4] [--rounds 3] [--profile]

The WARC holds the HTML files of the folder, several times over so that starting up is a small part, as in real work.
Rounds of both alternate, each on one core; the ratio printed is the median. Then the command on one core and on all.
"""

import argparse
import cProfile
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ROOT = Path(__file__).parents[2]
PAGES = ROOT.parent / "shared" / "data" / "pages" / "html"

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


def seconds(command: list[str], cores: set[int]) -> float:
    """How long a command takes on these cores."""
    start = time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(
        command,
        check=True,
        env=environment,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    return time.perf_counter() - start


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
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
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
            ours, theirs = seconds([*clean, "1"], {cores[0]}), seconds(peer, {cores[0]})
            ratios.append(theirs / ours)
            print(f"round {number + 1}: scraper clean {count / ours:.1f}, trafilatura {count / theirs:.1f} pages/s")
        print(f"one core: {statistics.median(ratios):.2f} times trafilatura's pages a second")
        one, every = seconds([*clean, "1"], {cores[0]}), seconds([*clean, str(len(cores))], set(cores))
        rates = f"{count / every:.1f} and {count / one:.1f} pages/s"
        print(f"{len(cores)} cores: {one / every:.2f} times one core ({rates})")


if __name__ == "__main__":
    main()
