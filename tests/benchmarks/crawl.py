"""How fast the whole crawl is, compared with bare Scrapy: ``tests/benchmarks/crawl.py [--articles N] [--kills N]``.

Both fetch the same site of 2,000 articles from a server in a process of its own, with the same settings, in turns; the
best of three rounds counts. Bare is Scrapy's own scheduler and a spider that only follows links: no decoding, no
ledger, no pipelines. Three processes work at a time, so the figure means something only where nothing else keeps
the cores busy. ``--kills`` kills the crawl so many times at random moments instead, and looks for what is
missing or there twice.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.http import TextResponse

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

SAME = {"CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "LOG_LEVEL": "WARNING", "CLEAN_PROCESSES": 1}


class BareSpider(Spider):
    """Follows every link."""

    name = "bare"

    def __init__(self, start: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.start_urls = [start]

    def parse(self, response: TextResponse) -> Iterator[Any]:
        yield from response.follow_all(css="a[href*='/list_'], a[href*='/2026/1103/c']")


@contextmanager
def served(articles: int) -> Iterator[str]:
    """The site, from another process, as its base URL."""
    script = f"""
import sys
sys.path.append({str(TESTS.parent)!r})
from crawl_runs import large_site, serve
with serve(large_site({articles})) as server:
    print(server.address, flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout and server.stdin
        yield f"{server.stdout.readline().strip()}/"
        server.stdin.close()


def bare(start: str, folder: Path) -> float:
    """Pages a second of bare Scrapy."""
    stats = folder / "bare.json"
    settings = {
        **SAME,
        "ITEM_PIPELINES": "{}",
        "EXTENSIONS": "{}",
        "SPIDER_MIDDLEWARES": "{}",
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    }
    return timed(["runspider", __file__, "-a", f"start={start}"], settings, stats)


def whole(start: str, folder: Path) -> float:
    """Pages a second of the whole crawl."""
    settings = {**SAME, "JOB_FOLDER": folder / "job", "EXPORT": folder / "out.jsonl", "REJECTS": folder / "no.jsonl"}
    return timed(["crawl", "news", "-a", f"start={start}"], settings, folder / "whole.json")


def fresh(folder: str, number: int) -> Path:
    """A folder for a crawl that knows nothing yet."""
    path = Path(folder) / str(number)
    path.mkdir()
    return path


def timed(arguments: list[str], settings: dict[str, Any], log: Path) -> float:
    """Run a Scrapy command; pages a second by its own stats, from the spider's opening to its closing."""
    from crawl_runs import CHECKOUT, FAST

    options = [f"--set={name}={value}" for name, value in {**FAST, "STATS_DUMP": 1, **settings}.items()]
    command = [sys.executable, "-m", "scrapy", *arguments, *options, "--loglevel=INFO"]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    log.write_text(run.stderr)
    number = {name: float(value) for name, value in re.findall(r"'([\w/]+)': ([\d.]+)", run.stderr)}
    pages, seconds = number["downloader/response_count"], number["elapsed_time_seconds"]
    print(f"  {arguments[0]:10} {pages:.0f} pages in {seconds:5.1f} s, peak {number['memusage/max'] / 1e6:.0f} MB")
    return pages / seconds


def killed(start: str, folder: Path, kills: int, articles: int) -> None:
    """Kill a crawl so many times, let the last run finish, and count.

    A run is killed soon after it has written its share of the articles, so that the kills are spread over the crawl.
    """
    from crawl_runs import Job

    job, chance = Job(folder), random.Random(kills)

    def exported() -> int:
        return job.export.read_bytes().count(b"\n") if job.export.exists() else 0

    for number in range(kills):
        enough = exported() + chance.uniform(0, articles / kills)
        run = job.start(f"start={start}", **SAME)
        while exported() < enough and run.poll() is None:
            time.sleep(0.01)
        job.kill(run, after=chance.uniform(0, 0.05))
        print(f"\r  killed {number + 1} times, {exported()} articles so far", end="", flush=True)
    last = job.run(f"start={start}", **SAME)
    urls = [json.loads(line)["url"] for line in job.export.read_bytes().splitlines()]
    missing, twice = articles - len(set(urls)), len(urls) - len(set(urls))
    print(f"\n{kills} kills: {missing} articles missing, {twice} twice; the last run's exit code is {last.returncode}")


def main() -> None:
    """Print the ratio, or what the kills did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many rounds counts")
    parser.add_argument("--kills", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(options.articles) as start:
        if options.kills:
            killed(start, Path(folder), options.kills, options.articles)
            return
        pairs = [(bare(start, Path(folder)), whole(start, fresh(folder, n))) for n in range(options.rounds)]
        without, with_all = (max(speeds) for speeds in zip(*pairs, strict=True))
        print(f"bare Scrapy {without:.0f} pages/s, with everything {with_all:.0f} pages/s: {with_all / without:.0%}")


if __name__ == "__main__":
    main()
