"""The recipe in a datatrove pipeline gives what ``scraper clean`` gives, on every executor and after any kill."""

import gzip
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("datatrove", reason="the extra datatrove is not installed")

from crawl_runs import LONG, wait_for
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.io import get_datafolder
from datatrove.pipeline.filters import LambdaFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from distributed_runs import TASKS, archive, body, completed, expected, steps, written

from scraper import Article, Page, clean
from scraper.datatrove import CleanPages, LineWriter, PageReader, line_of, page_document, page_of
from scraper.schema import dumps, to_line, validate

PAGES = 12
KILLED_AFTER = (0, 1, 3)
"""Tasks completed when the run is killed; others are under way or waiting, as two run at a time."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("archive") / "in", PAGES)


@pytest.fixture(scope="module")
def clean_lines(source: Path) -> Any:
    return expected(source, source.parent)


def test_local_executor_gives_what_the_command_gives(source: Path, clean_lines: Any, tmp_path: Path) -> None:
    pipeline = steps(source, tmp_path)
    LocalPipelineExecutor(pipeline, tasks=TASKS, workers=2, logging_dir=str(tmp_path / "logs")).run()
    articles, rejects = clean_lines
    assert articles.total() > 5 * PAGES
    assert written(tmp_path / "articles") == articles
    assert written(tmp_path / "rejects") == rejects


def test_ray_executor_gives_what_the_command_gives(
    source: Path, clean_lines: Any, tmp_path: Path, ray_cluster: None
) -> None:
    from datatrove.executor import RayPipelineExecutor

    pipeline = steps(source, tmp_path)
    logs = str(tmp_path / "logs")
    RayPipelineExecutor(pipeline, tasks=TASKS, workers=2, mem_per_cpu_gb=0.5, logging_dir=logs).run()
    assert written(tmp_path / "articles") == clean_lines[0]
    assert written(tmp_path / "rejects") == clean_lines[1]


@pytest.fixture
def ray_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ray = pytest.importorskip("ray", reason="ray is not installed")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    here = {
        "env_vars": {"PYTHONPATH": os.pathsep.join(sys.path)},
        "worker_process_setup_hook": "distributed_runs.start_without_fork",
    }
    ray.init("local", num_cpus=2, include_dashboard=False, runtime_env=here, _node_ip_address="127.0.0.1")
    yield
    ray.shutdown()


def test_killed_tasks_are_done_again(source: Path, clean_lines: Any, tmp_path: Path) -> None:
    for enough in KILLED_AFTER:
        run = start(source, tmp_path, enough)
        wait_for(lambda: completed(tmp_path) >= enough, run)  # noqa: B023
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        seen = written(tmp_path / "articles")
        assert seen < clean_lines[0], "a file that appears holds whole, right lines, each once"
    assert start(source, tmp_path).wait(timeout=LONG) == 0
    assert written(tmp_path / "articles") == clean_lines[0]
    assert written(tmp_path / "rejects") == clean_lines[1]
    assert not list(tmp_path.rglob("*.partial"))


def start(source: Path, output: Path, enough: int = TASKS) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    program = "import distributed_runs; distributed_runs.main()"
    command = [sys.executable, "-c", program, str(source), str(output), str(enough)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env=environment, start_new_session=True, **quiet)


def test_bytes_survive_a_pass_through_other_steps(tmp_path: Path) -> None:
    gbk = body(1).decode().encode("gb18030")
    page = Page(url="http://example.org/1.html", body=gbk, content_type="text/html; charset=utf-8", input="a:0")
    kept = JsonlWriter(str(tmp_path), compression=None, save_media_bytes=True)
    (document,) = kept.run(iter([page_document(page)]))
    assert page_of(document) == page
    (after,) = CleanPages().run(iter([document]))
    whole = clean(page)
    assert isinstance(whole, Article)
    assert (after.text, after.id, after.metadata["encoding"]) == (whole.text, whole.id, "gb18030")
    assert not after.media


def test_stands_beside_filters_and_readers_of_datatrove(tmp_path: Path) -> None:
    lines = [f'{{"text": "{text}", "url": "http://example.org/{n}", "crawl": "x"}}' for n, text in enumerate(TEXTS)]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text("\n".join(lines))
    read = JsonlReader(str(tmp_path / "in"))
    long_enough = LambdaFilter(lambda document: document.metadata["characters"] > 40)
    writer = LineWriter(str(tmp_path / "out"), compression=None)
    (kept,) = writer.run(long_enough.run(CleanPages().run(read.run())))
    (line,) = (tmp_path / "out" / "00000.jsonl").read_bytes().splitlines()
    expected_article = clean(Page(url="http://example.org/0", body=TEXTS[0].replace("\\n", "\n").encode()))
    assert isinstance(expected_article, Article)
    assert kept.metadata["crawl"] == "x"
    assert line + b"\n" == dumps(to_line(expected_article))
    assert not validate(json.loads(line))


TEXTS = (
    "云溪镇修好了老码头\\n" + "云溪镇的老码头昨天修好了，镇上的人都来看，孩子们在石阶上跑来跑去。\\n" * 3,
    "短讯\\n今天有雨，出门带伞。明天转晴。",
)


def test_minhash_finds_the_copies(tmp_path: Path) -> None:
    for needed in ("spacy", "jieba", "tokenizers", "xxhash"):
        pytest.importorskip(needed, reason="what datatrove needs to cut Chinese into words is not installed")
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter
    from datatrove.pipeline.dedup import MinhashDedupSignature as Signature
    from datatrove.pipeline.dedup.minhash import MinhashConfig

    config = MinhashConfig(num_buckets=1)

    def path(name: str) -> str:
        return str(tmp_path / name)

    def articles() -> Iterator[Document]:
        pages = [Page(url=f"http://example.org/{n}", body=body(5), input=f"{n}") for n in range(3)]
        yield from CleanPages().run(iter([page_document(page) for page in pages]))

    list(Signature(path("signatures"), config=config, language="zho_Hani").run(articles()) or ())
    for step in (
        MinhashDedupBuckets(path("signatures"), path("buckets"), config=config),
        MinhashDedupCluster(path("buckets"), path("remove"), config=config),
    ):
        list(step.run() or ())
    assert len(list(MinhashDedupFilter(path("remove")).run(articles()))) == 1


def test_a_cleaning_process_that_is_killed_costs_no_page() -> None:
    pages = [Page(url=f"http://example.org/{n}", body=body(n), input=f"{n}") for n in range(90)]
    killed = []

    def documents() -> Iterator[Document]:
        for number, page in enumerate(pages):
            if number == 50:  # the first chunk is done, the second under way
                killed.extend(child.pid for child in multiprocessing.active_children())
                os.kill(killed[0], signal.SIGKILL)
            yield page_document(page)

    found = list(CleanPages().run(documents()))
    assert killed
    assert [document.metadata["url"] for document in found] == [page.url for page in pages]


@pytest.mark.parametrize("processes", [0, 2])
def test_the_number_of_processes_changes_nothing(processes: int, source: Path) -> None:
    def lines(count: int) -> list[bytes]:
        return [dumps(line_of(each)) for each in CleanPages(processes=count).run(PageReader(str(source)).run())]

    assert lines(processes) == lines(1)


def test_reads_from_any_filesystem() -> None:
    folder = get_datafolder("memory://pages")
    with folder.open("a.html", "wb") as file:
        file.write(body(3))
    with folder.open("b.html.gz", "wb") as file:
        file.write(gzip.compress(body(4)))
    with folder.open("photo.jpg", "wb") as file:
        file.write(b"\xff\xd8")
    writer = LineWriter("memory://articles")
    assert len(list(writer.run(CleanPages().run(PageReader("memory://pages").run())))) == 2
    assert get_datafolder("memory://articles").list_files() == ["00000.jsonl.gz"]


def test_damage_costs_a_record_but_a_lost_connection_fails_the_task(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(body(3))[:-9])
    rejects = LineWriter(str(tmp_path / "rejects"), compression=None)
    reader = PageReader(str(tmp_path), glob_pattern="*.html.gz")
    assert not list(CleanPages(rejects).run(reader.run()))
    assert b"unreadable" in (tmp_path / "rejects" / "00000.jsonl").read_bytes()

    (tmp_path / "paths.txt").write_text("gone.html")
    with pytest.raises(FileNotFoundError):
        list(PageReader(str(tmp_path), paths_file=str(tmp_path / "paths.txt")).run())


def test_a_failed_task_leaves_no_file(tmp_path: Path) -> None:
    writer = LineWriter(str(tmp_path))

    def breaks_off() -> Iterator[Document]:
        yield from CleanPages().run(iter([page_document(Page(url=None, body=body(1)))]))
        raise ConnectionError

    with pytest.raises(ConnectionError):
        list(writer.run(breaks_off()))
    assert not list(tmp_path.iterdir())


def test_what_was_not_cleaned_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        list(LineWriter(str(tmp_path)).run(iter([Document(text="文", id="1")])))
