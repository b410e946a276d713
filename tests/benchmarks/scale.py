"""What it costs to do more: pages a second by workers on every engine, bytes a page, and what Redis bears.

    python tests/benchmarks/scale.py [--pages 1600] [--only clean,local,ray,redis,merge,crawl] 2>/dev/null

Pages are those of ``../shared/data/pages`` where it is there, else made ones; each is repeated, under another URL,
until there are as many as asked for. CPU seconds are of this process and all that it brought about (Ray's own are not
among them). The figures in docs/scale.md come from here.
"""

import argparse
import ctypes
import gzip
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

CHECKOUT = Path(__file__).parents[2]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests")]
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])

from crawl_runs import Job, large_site, serve  # noqa: E402
from distributed_runs import body, steps, written  # noqa: E402

SHARED = CHECKOUT.parent / "shared" / "data" / "pages" / "html"
FILES = 4
PR_SET_CHILD_SUBREAPER = 36


def bodies() -> list[bytes]:
    """The pages to repeat."""
    found = [file.read_bytes() for file in sorted(SHARED.glob("*.html"))]
    print(f"{len(found)} real pages" if found else f"{SHARED} is not there: made pages")
    return found or [body(n) for n in range(100)]


def archive(folder: Path, pages: int) -> int:
    """WARC files of so many pages; the bytes of the pages themselves."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    folder.mkdir()
    found, size = bodies(), 0
    for number in range(FILES):
        with (folder / f"{number}.warc.gz").open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for page in range(number, pages, FILES):
                # Neighbours in the list are of the same site and size: deal them out evenly.
                content = found[(page * 37) % len(found)]
                size += len(content)
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
                url = f"http://example.org/2026/1103/c{page:07}.html"
                writer.write_record(
                    writer.create_warc_record(url, "response", payload=BytesIO(content), http_headers=head)
                )
    return size


def timed(what: str, pages: int, run: Callable[[], Any]) -> float:
    """Run, print pages a second, and give the seconds."""
    started, before = time.perf_counter(), sum(os.times()[:4])
    run()
    seconds = time.perf_counter() - started
    wait_for_orphans()
    cpu = sum(os.times()[:4]) - before
    print(f"{what:<46} {seconds:7.1f} s  {pages / seconds:7.1f} a second  {cpu:6.1f} s of CPU", flush=True)
    return seconds


def command_line(source: Path, output: Path, pages: int) -> None:
    """``scraper clean``, and what its output weighs."""
    for workers in (1, 2):
        made = output / f"clean{workers}.jsonl"
        command = [sys.executable, "-m", "scraper", "clean", str(source), "-o", str(made), "--workers", str(workers)]
        timed(
            f"scraper clean, {workers} worker(s)",
            pages,
            lambda command=command: subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT),
        )
    lines = made.read_bytes()
    count = lines.count(b"\n")
    packed = len(gzip.compress(lines, 6))
    print(f"  {count} articles, {len(lines) / count:,.0f} bytes a line, {packed / count:,.0f} gzipped")


def local(source: Path, output: Path, pages: int) -> None:
    """datatrove's LocalPipelineExecutor."""
    from datatrove.executor import LocalPipelineExecutor

    for workers in (1, 2):
        made = output / f"local{workers}"
        executor = LocalPipelineExecutor(steps(source, made), FILES, workers, logging_dir=str(made / "logs"))
        timed(f"datatrove, local executor, {workers} worker(s)", pages, executor.run)


def ray(source: Path, output: Path, pages: int) -> None:
    """datatrove's RayPipelineExecutor, the cluster started before; a first small run warms nothing but Ray itself."""
    import ray as cluster
    from datatrove.executor import RayPipelineExecutor

    paths = {"env_vars": {"PYTHONPATH": os.environ["PYTHONPATH"]}}
    cluster.init("local", num_cpus=2, include_dashboard=False, runtime_env=paths, _node_ip_address="127.0.0.1")
    seen = []
    for workers in (1, 2):
        made = output / f"ray{workers}"
        logs = str(made / "logs")
        executor = RayPipelineExecutor(steps(source, made), FILES, workers, mem_per_cpu_gb=1, logging_dir=logs)
        timed(f"datatrove, Ray executor, {workers} worker(s)", pages, executor.run)
        seen.append(written(made / "articles"))
    cluster.shutdown()
    print(f"  the same lines: {seen[0] == seen[1]}")


class Server:
    """A redis-server on a free loopback port."""

    def __enter__(self) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        self._folder = tempfile.TemporaryDirectory()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder.name]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        return port

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()


def ledger(port: int, worker: str) -> Any:
    """A worker's ledger."""
    from redis import Redis

    from scraper.crawl.redis_ledger import RedisLedger

    opened = RedisLedger(Redis(port=port), SimpleNamespace(name="news"), "bench", worker, 600)
    opened.start_run()
    return opened


def drain(port: int, worker: str) -> int:
    """Lease and close everything that waits, as a crawl does it."""
    from scraper.crawl.ledger import State

    mine, done = ledger(port, worker), 0
    while entry := mine.pop():
        mine.close(entry.url, State.DONE, "article")
        done += 1
        if done % 50 == 0:
            mine.commit()
    mine.commit()
    return done


def server_cpu(client: Any) -> float:
    """CPU seconds that Redis has used."""
    used = client.info("cpu")
    return float(used["used_cpu_sys"] + used["used_cpu_user"])


def redis(source: Path, output: Path, pages: int) -> None:
    """What a URL costs in memory, and how many Redis deals out a second."""
    from redis import Redis

    from scraper.crawl.ledger import Entry

    with Server() as port:
        client, urls = Redis(port=port), 40_000
        request = '{"callback": "parse_article", "meta": {"kind": "article", "refresh": false, "depth": 2}}'
        for workers in (1, 2):
            client.flushall()
            before, busy = client.info("memory")["used_memory"], server_cpu(client)
            mine = ledger(port, "finder")

            def found(mine: Any = mine) -> None:
                for n in range(urls):
                    host = f"www{n % 200}.example.org"
                    url = f"http://{host}/2026/1103/c{n:07}.html"
                    mine.add(Entry(url=url, site=host, kind="article", request=request))

            timed("Redis: URLs found", urls, found)
            waiting = client.info("memory")["used_memory"]
            mine.abandon()
            with get_context("spawn").Pool(workers) as pool:
                pool.starmap(ledger, [])  # the processes are there
                calls = [(port, f"worker{n}") for n in range(workers)]
                what = f"Redis: leased and closed, {workers} worker(s)"
                timed(what, urls, lambda pool=pool, calls=calls: pool.starmap(drain, calls))
            print(f"  Redis itself was busy for {(server_cpu(client) - busy) / urls * 1e6:.0f} microseconds a URL")
        client.delete("zhengwen:bench:seen:1")
        seen = client.info("memory")["used_memory"]
        print(f"  a waiting URL {(waiting - before) / urls:,.0f} bytes, one that is done {(seen - before) / urls:,.0f}")


def merge(source: Path, output: Path, pages: int) -> None:
    """``scraper merge`` of two exports that share half their articles."""
    from scraper.finishing import content_hash, identifier
    from scraper.merge import merge as merge_exports
    from scraper.model import Article
    from scraper.schema import dumps, to_line

    texts = [f"第{n}号码头今年修缮完毕，镇上派人看守，来往的船只按号停靠，不得喧哗。" * 20 for n in range(6000)]
    urls = [f"http://example.org/{n}" for n in range(6000)]
    articles = [
        Article(id=identifier(url), url=url, title="码头", text=text, content_hash=content_hash(text))
        for url, text in zip(urls, texts, strict=True)
    ]
    names = [str(output / "one.jsonl"), str(output / "two.jsonl")]
    for name, share in zip(names, (articles[:4000], articles[2000:]), strict=True):
        Path(name).write_bytes(b"".join(dumps(to_line(article)) for article in share))
    timed("scraper merge", 8000, lambda: merge_exports(names, str(output / "merged.jsonl")))


def crawl(source: Path, output: Path, pages: int) -> None:
    """Two workers crawl a site of 2,000 articles; one is killed on the way and started again at the end."""
    articles, exported = 2000, []
    with Server() as port, serve(large_site(articles)) as server:
        shared = {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "REDIS_LEASE": 20, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
        jobs = {name: Job(output / name) for name in ("one", "two")}
        for job in jobs.values():
            job.folder.mkdir()

        def run() -> None:
            started = {
                name: job.start(f"start={server.address}/", "job=bench", WORKER=name, **shared)
                for name, job in jobs.items()
            }
            one = jobs["one"].export
            while not (one.exists() and one.read_bytes().count(b"\n") > 300) and started["one"].poll() is None:
                time.sleep(0.05)
            started["one"].kill()
            started["one"].wait()
            started["two"].wait()

        timed("two workers over Redis, one killed", articles, run)
        jobs["one"].run(f"start={server.address}/", "job=bench", WORKER="one", **shared)
        exported = [article["url"] for job in jobs.values() for article in job.articles()]
    shares = [len(job.articles()) for job in jobs.values()]
    print(f"  {len(exported)} lines {shares}, {len(set(exported))} different, of {articles} articles")


PARTS = {"clean": command_line, "local": local, "ray": ray, "redis": redis, "merge": merge, "crawl": crawl}
REDIS = ("scrapy_redis", "redis-server")
NEEDS = {"local": ("datatrove",), "ray": ("datatrove", "ray"), "redis": REDIS, "crawl": REDIS}
"""The packages and programs without which a part is left out."""


def wait_for_orphans() -> None:
    """Count what the processes used that nobody waited for: the workers of an engine outlive it a little."""
    for _ in range(30):
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.1)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1600)
    parser.add_argument("--only", default=",".join(PARTS))
    options = parser.parse_args()
    logging.getLogger("scraper").addHandler(logging.NullHandler())
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans come here
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "archive"
        size = archive(source, options.pages)
        kept = sum(file.stat().st_size for file in source.iterdir())
        print(f"{options.pages} pages, {size / options.pages:,.0f} bytes each, {kept / options.pages:,.0f} in WARC")
        for name in options.only.split(","):
            if missing := [what for what in NEEDS.get(name, ()) if not (find_spec(what) or shutil.which(what))]:
                print(f"{name}: left out, without {' and '.join(missing)}")
            else:
                PARTS[name](source, Path(folder), options.pages)


if __name__ == "__main__":
    main()
