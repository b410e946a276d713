"""What the crawl tests share: real runs of ``scrapy crawl`` against servers on the loopback, and what they leave
behind."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

from scrapy.crawler import Crawler

from scraper.crawl.journal import Journal
from scraper.crawl.sample_server import LoopbackServer, Resource, sample_resources
from spiders.news import NewsSpider

CHECKOUT = Path(__file__).parents[1]
FAST = {
    "PRIVATE_ADDRESSES_ALLOWED": 1,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": 0,
    "RETRY_TIMES": 1,
    "CLEAN_PROCESSES": 0,
}
LONG = 600
"""Seconds that no run takes on the slowest machine: what takes longer hangs."""


@dataclass(frozen=True)
class Job:
    """Where a job keeps its things, and how to run it."""

    folder: Path

    def command(self, *arguments: str, spider: str = "news", **settings: object) -> list[str]:
        """The command line of a run: ``arguments`` go to the spider, ``settings`` to Scrapy."""
        places = {"JOB_FOLDER": self.folder / "job", "EXPORT": self.export, "REJECTS": self.rejects}
        command = [sys.executable, "-m", "scrapy", "crawl", spider]
        command += [part for argument in arguments for part in ("-a", argument)]
        return command + [f"--set={name}={value}" for name, value in {**FAST, **places, **settings}.items()]

    def run(self, *arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        command = self.command(*arguments, **settings)
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=LONG, check=False)

    def start(self, *arguments: str, **settings: Any) -> "subprocess.Popen[bytes]":
        """Start it, to be killed."""
        command = self.command(*arguments, **settings)
        return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self, run: "subprocess.Popen[bytes]", after: float) -> None:
        """Kill a run so many seconds after it has begun to crawl."""
        lock = self.folder / "job" / "lock"
        wait_for(lambda: lock.exists() and f"process {run.pid} " in lock.read_text(), run)
        time.sleep(after)
        run.kill()
        run.wait()

    @property
    def export(self) -> Path:
        return self.folder / "out.jsonl"

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects.jsonl"

    def articles(self) -> list[dict[str, Any]]:
        """The lines of the export."""
        return [json.loads(line) for line in self.export.read_bytes().splitlines()]

    def rejected(self) -> list[dict[str, Any]]:
        """The lines of the rejects."""
        return [json.loads(line) for line in self.rejects.read_bytes().splitlines()]


def journal_in(folder: Path, job: str = "job", export: str = "a.jsonl") -> Journal:
    """The journal of a run, in this process."""

    async def opened() -> Journal:  # its timer wants a running loop
        return Journal(Crawler(NewsSpider), folder / job, folder / export, folder / f"{job}.r.jsonl")

    return asyncio.run(opened())


def checkout_with_site(folder: Path, name: str, text: str) -> Path:
    """A checkout like this one, with one more file in ``data/sites/``: where commands are to be run that read it."""
    shutil.copytree(CHECKOUT / "data" / "sites", folder / "data" / "sites")
    (folder / "data" / "sites" / f"{name}.toml").write_text(text)
    for original in [*CHECKOUT.iterdir(), *(CHECKOUT / "data").iterdir()]:
        place = folder / original.relative_to(CHECKOUT)
        if not place.exists():
            place.symlink_to(original)
    return folder


def large_site(articles: int) -> Callable[[str], Resource | None]:
    """A site of so many articles, 50 to a list: the sample site's first one, told apart by a number."""
    page = sample_resources()["/2026/1102/a1001.html"].body.decode()

    def find(path: str) -> Resource | None:
        if found := re.fullmatch(r"/2026/1103/c(\d{5})\.html", path):
            number = int(found[1])
            html = page.replace("周守田", f"周守{number}").replace("a1001", f"c{number:05}")
            return Resource(body=html.encode()) if number < articles else None
        if path in ("/", "/index.html"):
            return listing(f'<a href="/list_{n}/">第{n}页</a>' for n in range(-(-articles // 50)))
        if found := re.fullmatch(r"/list_(\d+)/", path):
            first = int(found[1]) * 50
            numbers = range(first, min(first + 50, articles))
            return listing(f'<a href="/2026/1103/c{n:05}.html">云溪老茶馆清晨五点亮灯之{n}</a>' for n in numbers)
        return None

    return find


def gated(site: Callable[[str], Resource | None], gate: Event, after: int = 0) -> Callable[[str], Resource | None]:
    """The site, which answers no more than so many articles before the gate is set: until then no crawl of it ends."""
    asked = count()

    def find(path: str) -> Resource | None:
        if path.startswith("/2026/") and next(asked) >= after:
            gate.wait()
        return site(path)

    return find


def wait_for(state: Callable[[], Any], process: "subprocess.Popen[Any] | None" = None) -> None:
    """Until there is a state, that of a process if it is given. Fails at once where this ends before."""
    end, ended = time.monotonic() + LONG, False
    while not state():
        assert not ended, "the process ended before"
        assert time.monotonic() < end, "nothing happens any more"
        ended = process is not None and process.poll() is not None
        time.sleep(0.01)


def listing(links: Any) -> Resource:
    """A page of links."""
    return Resource(body="<html><body>{}</body></html>".format("<br>".join(links)).encode())


def serve(site: Any) -> LoopbackServer:
    """A server for a site, to be used in a ``with`` block."""
    return LoopbackServer(site)
