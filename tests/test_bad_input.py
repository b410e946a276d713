"""Whatever is thrown at the command: no traceback, no hang, no lost record, and a word on each."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from crawl_runs import LONG, wait_for

from scraper.model import Article
from scraper.schema import dumps, to_line, validate

ROOT = Path(__file__).parents[1]

PARAGRAPHS = [
    "本报讯（记者 王小明）石桥镇修好了停用多年的老码头，第一艘货船昨天上午靠岸，码头上站满了来看热闹的村民。",
    "镇里的负责人介绍，修缮用了一年半，花费三百多万元，其中一半由村民自己筹集，码头的石阶全部保留了原来的样子。",
    "七十岁的船工赵大爷说，他小时候跟着父亲在这里装卸木材，后来公路通了，船越来越少，没想到还能看到码头重新开张。",
    "按照计划，今年秋天还要开通一条到县城的客运航线，每天往返四次，票价和公共汽车相同，学生可以免费乘坐。",
]
ARTICLE = "\n".join(["石桥镇老码头重新开张", "2026-03-05 08:30 来源：示例日报", *PARAGRAPHS])
PAGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>石桥镇老码头重新开张_示例网</title></head><body>"
    "<h1>石桥镇老码头重新开张</h1><p>2026-03-05 08:30 来源：示例日报</p><div class='content'>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    + "</div></body></html>"
)


def scraper(*arguments, **options):
    command = [sys.executable, "-m", "scraper", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=LONG, check=False, **options)


def last_line(finished):
    lines = finished.stderr.decode().splitlines()
    assert not any("Traceback" in line for line in lines), lines
    return lines[-1] if lines else ""


def lines_of(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def jsonl(texts):
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + random.Random(1).randbytes(50_000) + b"\xff\xd9"

# Name, content, and what becomes of it: a reason, or None for an article.
FILES = [
    ("article.html", PAGE.encode(), None),
    ("article.txt", ARTICLE.encode("gb18030"), None),
    ("empty.html", b"", "empty"),
    ("blank.txt", b" \r\n\t\n", "empty"),
    ("photo.html", JPEG, "unreadable"),
    ("nul.html", bytes(10_000_000), "empty"),
    ("nul.txt", b"\0" * 1000 + b"text" + b"\0" * 1000, ...),
    ("cut.html", PAGE.encode()[: PAGE.encode().index("学生".encode()) + 1] + b"<a hre", None),
    ("deep.html", b"<div>" * 100_000 + PAGE.encode(), ...),
    ("deeper.html", b"<table><tr><td><b>" * 30_000 + b"<p>\xe6\xad\xa3", ...),
    ("cells.html", "<table><tr><td>船来了，人走了，天黑了，灯亮了。</td></tr></table>".encode() * 50_000, ...),
    ("headings.html", "<p>船来了，人走了，天黑了，灯亮了。</p><p>相关阅读：</p>".encode() * 50_000, ...),
    ("surrogates.html", PAGE.replace("石桥", "\ud800石\udfff桥").encode("utf-8", "surrogatepass"), None),
    ("noise.html", random.Random(2).randbytes(200_000), ...),
    ("open.html", b"<" * 300_000, ...),
    ("comment.html", b"<!--" * 100_000, ...),
    ("entities.html", b"&#x" * 100_000 + b"&amp" * 100_000, ...),
    ("script.html", b"<script>" + b"var a='<p>';" * 20_000, ...),
    ("english.html", b"<html><body>" + b"<p>The old pier was repaired last spring and ships call again.</p>" * 20, ...),
    ("one_line.txt", "码头".encode() * 400_000, ...),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All of them in one run; its outputs lie beside the folder."""
    folder = tmp_path_factory.mktemp("bad")
    (folder / "in").mkdir()
    for name, content, _ in FILES:
        (folder / "in" / name).write_bytes(content)
    finished = scraper("clean", folder / "in", "-o", folder / "out.jsonl", "--keep-fields", "input")
    assert last_line(finished).startswith(f"scraper: {len(FILES)} records")
    assert finished.returncode == 0, finished.stderr.decode()
    return folder


@pytest.mark.parametrize(("name", "reason"), [(name, reason) for name, _, reason in FILES])
def test_every_file_ends_up_in_exactly_one_of_the_two_outputs(folder, name, reason):
    place = str(folder / "in" / name)
    articles = [line for line in lines_of(folder / "out.jsonl") if json.loads(line["extra"])["input"] == place]
    rejects = [line for line in lines_of(folder / "out.rejects.jsonl") if line["input"] == place]
    assert len(articles) + len(rejects) == 1
    assert all(validate(line) == [] for line in articles)
    assert all(validate(line, "rejected") == [] for line in rejects)
    if reason is not ...:
        assert [line["reason"] for line in rejects] == ([reason] if reason else [])
    if reason is None:
        assert "七十岁的船工赵大爷说" in articles[0]["text"]


def test_a_file_name_that_is_no_utf8(tmp_path):
    (tmp_path / os.fsdecode(b"\xc2\xeb\xcd\xb7.txt")).write_bytes(ARTICLE.encode("gb18030"))
    (tmp_path / os.fsdecode(b"\xc2\xeb.jsonl")).write_text("{no json\n")
    finished = scraper("clean", tmp_path, "-o", tmp_path / "out.jsonl", "--keep-fields", "input")
    assert finished.returncode == 1
    assert "1 could not be read" in last_line(finished)
    assert "\ufffd" in json.loads(lines_of(tmp_path / "out.jsonl")[0]["extra"])["input"]
    assert "\ufffd" in lines_of(tmp_path / "out.rejects.jsonl")[0]["input"]


def test_files_of_parquet_whose_names_are_no_utf8(tmp_path):
    (tmp_path / "a.txt").write_bytes(ARTICLE.encode())
    out = tmp_path / os.fsdecode(b"\xc2\xeb.jsonl")
    assert scraper("clean", tmp_path / "a.txt", "-o", out, "--parquet").returncode == 0
    finished = scraper("clean", out.with_suffix(".parquet"), "-o", tmp_path / "again.jsonl")
    assert finished.returncode == 0, last_line(finished)
    assert lines_of(tmp_path / "again.jsonl")[0]["text"] == lines_of(out)[0]["text"]


@pytest.mark.parametrize(("encoding", "command"), [("latin-1", ["sites"]), ("gbk", ["clean", "--explain", "a.txt"])])
def test_what_the_encoding_of_the_terminal_lacks_is_escaped(tmp_path, encoding, command):
    (tmp_path / "a.txt").write_bytes(f"{ARTICLE}🌉".encode())
    arguments = [tmp_path / name if name == "a.txt" else name for name in command]
    finished = scraper(*arguments, env=os.environ | {"PYTHONIOENCODING": encoding})
    assert finished.returncode == 0, last_line(finished)
    assert b"\\u" in finished.stdout.lower()


def test_lone_surrogates_in_jsonl_give_a_valid_line(tmp_path):
    (tmp_path / "in.jsonl").write_text(jsonl([ARTICLE.replace("石桥", "\ud800石\udfff桥")]))
    finished = scraper("clean", tmp_path / "in.jsonl", "-o", "-")
    (line,) = [json.loads(line) for line in finished.stdout.decode("utf-8").splitlines()]
    assert validate(line) == []
    assert "码头的石阶全部保留了原来的样子" in line["text"]


def test_a_line_that_is_no_json_is_named_and_the_rest_goes_on(tmp_path):
    (tmp_path / "in.jsonl").write_text(jsonl([ARTICLE]) + "{no json\n" + jsonl([ARTICLE]))
    finished = scraper("clean", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    assert finished.returncode == 1
    assert f"{tmp_path}/in.jsonl:2: no JSON" in finished.stderr.decode()
    assert "1 could not be read" in last_line(finished)
    assert len(lines_of(tmp_path / "out.jsonl")) == 2
    assert [line["input"] for line in lines_of(tmp_path / "out.rejects.jsonl")] == [f"{tmp_path}/in.jsonl:2"]


@pytest.mark.parametrize("missing", ["no.html", "empty"])
def test_without_readable_input_nothing_is_done(tmp_path, missing):
    (tmp_path / "empty").mkdir()
    finished = scraper("clean", tmp_path / missing, "-o", tmp_path / "out.jsonl")
    assert finished.returncode == 2
    assert f"{tmp_path}/{missing}" in last_line(finished)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_one_missing_input_among_others_is_named(tmp_path):
    (tmp_path / "a.html").write_text(PAGE)
    finished = scraper("clean", tmp_path / "a.html", tmp_path / "no.html", "-o", tmp_path / "out.jsonl")
    assert finished.returncode == 1
    assert f"{tmp_path}/no.html: no such file" in finished.stderr.decode()
    assert len(lines_of(tmp_path / "out.jsonl")) == 1


@pytest.mark.parametrize("output", ["missing/out.jsonl", "folder", "/proc/out.jsonl"])
def test_an_output_that_cannot_be_written_is_told_before_any_work(tmp_path, output):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.html").write_text(PAGE)
    finished = scraper("clean", tmp_path / "a.html", "-o", tmp_path / output)
    assert finished.returncode == 2
    assert str(tmp_path / output) in last_line(finished)
    assert finished.stderr.count(b"\n") == 1


@pytest.mark.parametrize("names", [("-o", "/dev/full"), ("-o", "out.jsonl", "--rejects", "/dev/full")])
def test_a_device_that_is_full_ends_the_run_and_is_named(tmp_path, names):
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.html").write_bytes(b"")
    finished = scraper("clean", *(tmp_path / name if "." in name else name for name in ("a.html", "b.html", *names)))
    assert finished.returncode == 1
    assert last_line(finished).startswith("scraper: /dev/full: No space left")


def test_a_folder_for_temporary_files_with_too_long_a_path_is_named(tmp_path):
    (tmp_path / "a.html").write_text(PAGE)
    folder = tmp_path / ("t" * 100)
    folder.mkdir()
    environment = os.environ | {"TMPDIR": str(folder)}
    finished = scraper("clean", tmp_path / "a.html", "-o", tmp_path / "out.jsonl", env=environment)
    if finished.returncode:  # newer versions of Python take another folder
        assert last_line(finished).startswith(f"scraper: {folder}: its path is too long")


CLOSED = [
    (0, ["repair"], 2, "- cannot be read: Bad file descriptor"),
    (1, ["clean", "a.html", "-o", "-"], 2, "standard output is closed: name a file with -o"),
    (1, ["clean", "a.html", "-o", "out.jsonl"], 0, "1 records: 1 articles"),
    (1, ["validate", "bad.jsonl"], 1, "standard output cannot be written: it is closed"),
    (2, ["clean", "a.html", "-o", "out.jsonl"], 0, ""),
]


@pytest.mark.parametrize(("number", "arguments", "code", "said"), CLOSED)
def test_a_standard_stream_that_is_closed(tmp_path, number, arguments, code, said):
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "bad.jsonl").write_text("{}\n")
    command, *rest = arguments
    rest = [tmp_path / name if "." in name else name for name in rest]
    finished = scraper(command, *rest, preexec_fn=lambda: os.close(number))
    assert finished.returncode == code
    assert said in last_line(finished)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["merge", "a.jsonl", "b.jsonl", "-o", "/dev/full"], 1, "/dev/full: No space left on device: nothing was"),
        (["diff", "a.jsonl", "b.jsonl", "--changes", "/dev/full"], 2, "/dev/full cannot be written: No space left"),
        (["diff", "a.jsonl", "b.jsonl", "--changes", "/proc/x"], 2, "/proc/x cannot be written: No such file"),
        (["diff", "a.jsonl", "c.jsonl"], 2, "c.jsonl cannot be read: No such file"),
    ],
)
def test_what_cannot_be_read_or_written_is_told_in_one_line(tmp_path, arguments, code, said):
    for name, title in (("a", "题"), ("b", "别的题")):
        line = to_line(Article(id="a" + name * 32, title=title, text="文", url=f"http://example.cn/{name}"))
        (tmp_path / f"{name}.jsonl").write_bytes(dumps(line))
    arguments = [tmp_path / name if name.endswith(".jsonl") else name for name in arguments]
    finished = scraper(*arguments)
    assert finished.returncode == code
    assert said in last_line(finished)
    assert finished.stderr.count(b"\n") == 1


def test_a_manifest_that_is_none_is_told(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"")
    (tmp_path / "a.manifest.json").write_text("[]")
    assert (
        scraper("validate", tmp_path / "a.jsonl").stdout.decode().endswith("a.jsonl: its manifest is no JSON object\n")
    )


def small_disk():
    """No file may grow beyond 64 KiB, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_a_disk_that_fills_up_leaves_whole_lines(tmp_path, name):
    numbers = random.Random(3)
    texts = [ARTICLE + "\n" + "".join(map(chr, numbers.choices(range(0x4E00, 0x9FA0), k=600))) for _ in range(100)]
    (tmp_path / "in.jsonl").write_text(jsonl(texts))
    finished = scraper("clean", tmp_path / "in.jsonl", "-o", tmp_path / name, preexec_fn=small_disk)
    assert finished.returncode == 1
    assert str(tmp_path / name) in last_line(finished)
    assert "File too large" in last_line(finished)
    assert ("holds whole lines" in last_line(finished)) == (Path(f"{tmp_path / name}.partial").stat().st_size > 0)
    assert not (tmp_path / name).exists()


def test_standard_output_that_is_full_is_called_so(tmp_path):
    (tmp_path / "in.jsonl").write_text(jsonl([ARTICLE]))
    full = {"preexec_fn": lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 1)}
    finished = scraper("clean", tmp_path / "in.jsonl", "-o", "-", **full)
    assert finished.returncode == 1
    assert last_line(finished).startswith("scraper: standard output: No space left on device: nothing was written")


def test_a_reader_that_goes_away_ends_the_run(tmp_path):
    (tmp_path / "in.jsonl").write_text(jsonl([ARTICLE] * 200))
    command = [sys.executable, "-m", "scraper", "clean", str(tmp_path / "in.jsonl"), "-o", "-"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    assert process.stdout.readline().startswith(b'{"schema_version"')
    process.stdout.close()
    assert process.wait(timeout=LONG) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_signal_ends_the_run_with_whole_lines_and_no_process_left(tmp_path, number, code, word):
    command = [sys.executable, "-m", "scraper", "clean", "-", "-o", str(tmp_path / "out.jsonl"), "--workers", "2"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert process.stdin and process.stderr
    process.stdin.write(jsonl([ARTICLE] * 1000).encode())
    process.stdin.flush()  # and stays open: the run waits for more
    partial = tmp_path / "out.jsonl.partial"
    wait_for(lambda: partial.exists() and partial.read_bytes().count(b"\n") >= 512, process)
    os.killpg(process.pid, number)
    assert process.wait(timeout=LONG) == code
    *progress, line = process.stderr.read().decode().splitlines()
    assert all(" records, " in said for said in progress)
    assert word in line
    assert str(partial) in line
    assert all(validate(line) == [] for line in lines_of(partial))
    wait_for(lambda: not _exists(process.pid))  # multiprocessing's own tracker ends a moment later
    process.stdin.close()
    process.stderr.close()


def test_an_interrupt_while_the_workers_start_is_one_line(tmp_path):
    (tmp_path / "in.jsonl").write_text(jsonl([ARTICLE] * 1000))
    command = [sys.executable, "-m", "scraper", "clean", str(tmp_path / "in.jsonl"), "-o", str(tmp_path / "out.jsonl")]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_for(children.read_text, process)
    os.killpg(process.pid, signal.SIGINT)
    assert process.stderr
    assert process.stderr.read().decode().splitlines() == ["scraper: interrupted: nothing was written"]
    assert process.wait(timeout=LONG) == 130
    process.stderr.close()


def _exists(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
