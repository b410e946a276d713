"""What the tests of the distributed steps share: an archive of every kind of input, and a pipeline over it.

``main`` runs the pipeline as a program with the arguments INPUT, OUTPUT and ENOUGH: after so many completed tasks none
begins any more, so that a test can kill it.
"""

import gzip
import json
import sys
import time
from collections import Counter
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from crawl_runs import large_site
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper.batch import Settings, run

TASKS = 6
ENCODINGS = ("utf-8", "gb18030", "big5hkscs")


def archive(folder: Path, pages: int) -> Path:
    """A folder of WARC files, one of them damaged, a WET file, JSONL, and a page that is no article."""
    folder.mkdir()
    for number in range(4):
        share = range(number * pages, (number + 1) * pages)
        (folder / f"CC-NEWS-{number}.warc.gz").write_bytes(warc(share, "response"))
    (folder / "extracted.warc.wet.gz").write_bytes(warc(range(4 * pages, 5 * pages), "conversion"))
    lines = [{"url": f"http://example.org/{n}", "html": body(n).decode()} for n in range(5 * pages, 6 * pages)]
    (folder / "kept.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\nno JSON\n")
    (folder / "about.html").write_text("<html><body><a href='/'>首页</a> <a href='/b'>联系我们</a></body></html>")
    damaged = bytearray((folder / "CC-NEWS-0.warc.gz").read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    (folder / "CC-NEWS-0.warc.gz").write_bytes(damaged)
    return folder


def body(number: int) -> bytes:
    """An article of the sample site, told apart by its number."""
    resource = large_site(number + 1)(f"/2026/1103/c{number:05}.html")
    assert resource
    return resource.body


def warc(numbers: range, kind: str) -> bytes:
    """Records of articles in several encodings."""
    file = BytesIO()
    writer = WARCWriter(file, gzip=True)
    for number in numbers:
        url = f"http://example.org/2026/1103/c{number:05}.html"
        if kind == "conversion":
            text = "云溪老茶馆清晨五点亮灯\n" + "\n".join(f"第{number}天，茶客比平日多。" * 4 for _ in range(3))
            record = writer.create_warc_record(url, kind, payload=BytesIO(text.encode()))
        else:
            page = body(number).decode().encode(ENCODINGS[number % 3], "xmlcharrefreplace")
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            record = writer.create_warc_record(url, kind, payload=BytesIO(page), http_headers=head)
        writer.write_record(record)
    return file.getvalue()


def steps(source: Path, output: Path) -> list[Any]:
    """The pipeline: read, clean, write."""
    from scraper.datatrove import CleanPages, LineWriter, PageReader

    return [
        PageReader(str(source)),
        CleanPages(LineWriter(str(output / "rejects"))),
        LineWriter(str(output / "articles")),
    ]


def written(folder: Path) -> Counter[bytes]:
    """The lines of all finished files of a folder, each with how often it stands there."""
    return Counter(line for file in folder.glob("[!.]*") for line in gzip.decompress(file.read_bytes()).splitlines())


def completed(output: Path) -> int:
    """How many tasks are through."""
    return len(list(output.glob("logs/completions/*")))


def expected(source: Path, output: Path) -> tuple[Counter[bytes], Counter[bytes]]:
    """The articles and the rejects of ``scraper clean`` over the same folder."""
    run(Settings(inputs=(str(source),), output=str(output / "clean.jsonl"), workers=2))
    names = ("clean.jsonl", "clean.rejects.jsonl")
    articles, rejects = (Counter((output / name).read_bytes().splitlines()) for name in names)
    return articles, rejects


def hold(output: Path, enough: int, data: Any, rank: int, world_size: int) -> Any:
    """A step that a task never gets beyond once enough are completed."""
    while completed(output) >= enough:
        time.sleep(1)
    return data


def start_without_fork() -> None:
    """Have datatrove start its processes anew in a worker of Ray, which has threads: what one of them holds when the
    worker is forked, its child waits for and never gets.
    """
    import multiprocess

    multiprocess.set_start_method("spawn", force=True)


def main() -> None:
    """Run the pipeline."""
    from datatrove.executor import LocalPipelineExecutor

    source, output, enough = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    pipeline = [partial(hold, output, enough), *steps(source, output)]
    LocalPipelineExecutor(pipeline, tasks=TASKS, workers=2, logging_dir=str(output / "logs")).run()
