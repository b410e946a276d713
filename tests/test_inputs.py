"""What can be read: files by their names and content, JSONL, Parquet; a bad record costs nothing but itself."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import re
import shutil
import subprocess
import sys

import pytest
from test_inputs_warc import SKIPPABLE, checked, spoiled

from scraper import zstd
from scraper.inputs import MAX_PAGE, Fields, Meter, pages, sources
from scraper.model import Page, Reason, Rejected
from scraper.schema import schema

HTML = "<html><body><p>石桥镇修好了老码头。</p></body></html>".encode()
UNPRIVILEGED = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else ["env"]
"""Starts a program for which permissions count, root's too."""
TEXT = "石桥镇修好了老码头。\n村民很高兴。"


def read(*inputs, fields=None):
    return list(pages(list(sources(map(str, inputs))), fields))


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def jsonl(*records):
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.html", HTML, "text/html"),
        ("index.php?id=3", HTML, "text/html"),
        ("a.txt", TEXT.encode(), "text/plain"),
        ("a", HTML, None),
        ("a.dat", HTML, None),
        ("a.html.gz", gzip.compress(HTML), "text/html"),
        ("a.html.zst", zstd.compress(HTML), "text/html"),
        ("a.html.zst", SKIPPABLE + zstd.compress(HTML), "text/html"),
    ],
)
def test_a_file_is_one_page(tmp_path, name, data, content_type):
    (page,) = read(write(tmp_path / name, data))
    plain = TEXT.encode() if name == "a.txt" else HTML
    assert (page.body, page.content_type, page.url) == (plain, content_type, None)
    assert page.input == str(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data", "packer"),
    [
        ("a.html.bz2", bz2.compress(HTML), "bzip2"),
        ("a.jsonl.xz", lzma.compress(HTML), "xz"),
        ("a.zip", b"PK\x03\x04" + HTML, "ZIP"),
        ("a.tar.gz", gzip.compress(bytes(257) + b"ustar"), "tar"),
        ("a.php", b"Rar!\x1a\x07\x01\0", "RAR"),
    ],
)
def test_what_pages_are_packed_in_is_named_and_not_taken_for_a_page(tmp_path, name, data, packer):
    (rejected,) = read(write(tmp_path / name, data))
    assert (rejected.reason, rejected.detail) == (Reason.UNREADABLE, f"packed with {packer}: unpack it first")


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.arc", b"filedesc://a.arc 0.0.0.0 20081001000000 text/plain 76\n" + HTML, "an ARC file"),
        ("a.arc.gz", gzip.compress(b"filedesc://a.arc 0.0.0.0 20081001000000 text/plain 76\n" + HTML), "an ARC file"),
        ("a.json", json.dumps([{"text": TEXT}]).encode(), "a JSON array"),
        ("a.json", b"\xef\xbb\xbf" + json.dumps([{"text": TEXT}], indent=1).encode(), "a JSON array"),
        ("a.html", b"WARC/1.0\r\nWARC-Type: response\r\n", "a WARC archive"),
        ("a.txt.gz", gzip.compress(b"WARC/1.0\r\nWARC-Type: conversion\r\n"), "a WARC archive"),
        ("a.txt", jsonl({"text": TEXT}, {"text": TEXT}), "lines of JSON"),
        ("a.txt", b"\xef\xbb\xbf" + b'{ "text": "a"} \r\n\r\n{ "text": "b"}\r\n', "lines of JSON"),
        ("a", b"PAR1\x15\x04", "Parquet"),
    ],
)
def test_many_pages_in_a_form_that_is_not_read_are_not_taken_for_one(tmp_path, name, data, what):
    (rejected,) = read(write(tmp_path / name, data))
    assert (rejected.reason, rejected.detail.partition(":")[0]) == (Reason.UNREADABLE, what)


LIKE_ONE = [
    "[1] 石桥镇修好了老码头。",
    "[{注}] 石桥镇修好了老码头。",
    "filedesc 石桥镇",
    "WARC/档案：石桥镇",
    '{"石桥镇"}\n修好了老码头。',
]


@pytest.mark.parametrize("text", LIKE_ONE)
def test_a_text_that_starts_like_one_is_a_page(tmp_path, text):
    (page,) = read(write(tmp_path / "a.txt", text.encode()))
    assert isinstance(page, Page)


def test_what_starts_with_a_skippable_frame_is_told_by_its_content(tmp_path):
    pages = read(write(tmp_path / "a", b"".join(SKIPPABLE + zstd.compress(jsonl({"text": TEXT})) for _ in range(3))))
    assert [page.body.decode() for page in pages] == [TEXT] * 3


def test_a_folder_gives_its_pages_in_the_order_of_their_paths(tmp_path):
    for name in ("b/2.html", "b/1.html", "a.txt", "c.jpg", ".hidden.html", ".git/x.html", "style.css"):
        write(tmp_path / name, HTML)
    names = [page.input.removeprefix(f"{tmp_path}/") for page in read(tmp_path)]
    assert names == ["a.txt", "b/1.html", "b/2.html"]


@pytest.mark.parametrize(
    ("fetched", "exported"),
    [
        ("2026-10-01", "2026-10-01"),
        ("2026-10-01T08:00:00+08:00", "2026-10-01T08:00:00+08:00"),
        ("2026-10-01T08:00:00Z", "2026-10-01T08:00:00+00:00"),
        ("2026-10-01 08:00:00", "2026-10-01T08:00:00+00:00"),
        ("20261001T080000.25+0800", "2026-10-01T08:00:00.250000+08:00"),
        ("1900-01-01T08:00:00+08:05:43", "1899-12-31T23:54:17+00:00"),
        ("2026-10-32T08:00:00+08:00", None),
        ("0001-01-01T00:00:00+00:00:01", None),
        ("yesterday", None),
        ("", None),
        (20261001, None),
        (None, None),
    ],
)
def test_the_time_of_fetching_is_brought_into_the_form_of_the_schema(tmp_path, fetched, exported):
    (page,) = read(write(tmp_path / "a.jsonl", jsonl({"text": "甲", "fetched": fetched})))
    assert page.fetched == exported
    assert exported is None or re.search(schema()["properties"]["fetched"]["pattern"], exported)


def test_a_glob_that_the_shell_left_is_expanded(tmp_path):
    for name in ("1.html", "2.html", "3.txt"):
        write(tmp_path / name, HTML)
    assert len(read(tmp_path / "*.html")) == 2


def test_what_a_command_writes_is_not_read_from_its_folder(tmp_path):
    write(tmp_path / "a.html", HTML)
    out = write(tmp_path / "out.jsonl", b"")
    assert [source.name for source in sources([str(tmp_path)], frozenset([out.resolve()]))] == [f"{tmp_path}/a.html"]


def test_what_is_missing_is_named_and_the_rest_is_read(tmp_path):
    write(tmp_path / "a.html", HTML)
    (tmp_path / "empty").mkdir()
    missing, empty, page = read(tmp_path / "no.html", tmp_path / "empty", tmp_path / "a.html")
    assert (missing.input, missing.detail) == (f"{tmp_path}/no.html", "no such file or folder")
    assert "without" in empty.detail
    assert isinstance(page, Page)


UNREACHABLE = {
    "dangling.html": (lambda path: path.symlink_to("nowhere"), "a link that leads nowhere"),
    "circle.html": (lambda path: path.symlink_to("circle.html"), "Too many levels of symbolic links"),
    "a" * 300: (lambda path: None, "File name too long"),
    "a.txt/b.html": (lambda path: None, "Not a directory"),
}


@pytest.mark.parametrize("name", UNREACHABLE)
def test_what_cannot_be_reached_is_named_and_the_rest_is_read(tmp_path, name):
    make, problem = UNREACHABLE[name]
    write(tmp_path / "a.txt", HTML)
    make(tmp_path / name)
    named = read(tmp_path / name, tmp_path / "a.txt")
    assert (named[0].input, named[0].detail) == (str(tmp_path / name), problem)
    assert isinstance(named[1], Page)
    if os.path.lexists(tmp_path / name):
        assert sorted(read(tmp_path), key=lambda one: isinstance(one, Page)) == named


WALK = "import sys; from scraper.inputs import sources; [print(s.name, s.problem) for s in sources(sys.argv[1:])]"


@pytest.mark.skipif(not shutil.which(UNPRIVILEGED[0]), reason="without setpriv root may enter every folder")
def test_a_folder_that_may_not_be_entered_is_named_and_the_rest_is_read(tmp_path):
    for name, mode in (("closed", 0o000), ("listed", 0o444), ("open", 0o755)):
        write(tmp_path / name / "a.html", HTML)
        (tmp_path / name).chmod(mode)
    inputs = [tmp_path, tmp_path / "listed" / "a.html"]
    told = subprocess.run([*UNPRIVILEGED, sys.executable, "-c", WALK, *inputs], capture_output=True, check=True)
    assert told.stdout.decode().replace(f"{tmp_path}/", "").splitlines() == [
        "closed Permission denied",
        "listed/a.html Permission denied",
        "open/a.html ",
        "listed/a.html Permission denied",
    ]


def test_a_link_to_a_folder_is_followed_where_no_other_way_leads_there(tmp_path):
    for name in ("in/2026/a.html", "in/.hidden/b.html", "elsewhere/c.html"):
        write(tmp_path / name, HTML)
    links = {"latest": "2026", "loop": ".", "seen": ".hidden", "up": "..", "2026/other": "../../elsewhere"}
    for name, target in links.items():
        (tmp_path / "in" / name).symlink_to(target)
    names = [source.name.removeprefix(f"{tmp_path}/in/") for source in sources([str(tmp_path / "in")])]
    assert names == ["2026/a.html", "seen/b.html", "up/elsewhere/c.html"]


def test_a_page_larger_than_any_page_is_rejected(tmp_path):
    (rejected,) = read(write(tmp_path / "bomb.html.gz", gzip.compress(bytes(MAX_PAGE + 1))))
    assert rejected.detail == "larger than 16 MiB"


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("kind", ["html", "jsonl"])
def test_standard_input_is_told_by_its_content(monkeypatch, compress, kind):
    data = HTML if kind == "html" else jsonl({"text": "甲"}, {"text": "乙"})
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(compress(data))))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert [page.body.decode() for page in read("-")] == ([HTML.decode()] if kind == "html" else ["甲", "乙"])


OBJECTS = [b'{ "text": "a"}', b'{\t"text": "a"}', b' {"text": "a"}', b'\xef\xbb\xbf{"text": "a"}', b'{}\n{"text": "a"}']


@pytest.mark.parametrize("line", OBJECTS)
def test_lines_are_told_by_their_first_object(tmp_path, line):
    *_, page = read(write(tmp_path / "a.json", line + b"\n" + jsonl({"text": "b"}) * 2))
    assert (page.body, page.input[-2:]) == (b"b", f":{line.count(b'{') + 2}")


class Drip(io.RawIOBase):
    """A pipe into which little is written at a time."""

    def __init__(self, data, size):
        self.data, self.size = data, size

    def readable(self):
        return True

    def readinto(self, buffer):
        part, self.data = self.data[: self.size], self.data[self.size :]
        buffer[: len(part)] = part
        return len(part)


NOISE = [{"text": random.Random(number).randbytes(500).hex()} for number in range(200)]


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
@pytest.mark.parametrize("size", [1, 1000])
def test_a_pipe_is_told_by_its_content_however_it_comes(monkeypatch, compress, size):
    data = compress(jsonl(*NOISE[: 5 if size == 1 else 200]))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Drip(data, size))))
    assert {page.body.decode() for page in read("-")} == {record["text"] for record in NOISE[: 5 if size == 1 else 200]}


JSONL = [
    ({"text": TEXT}, {}, "text/plain; charset=utf-8", TEXT),
    ({"html": "<p>甲</p>", "text": None}, {}, "text/html; charset=utf-8", "<p>甲</p>"),
    ({"raw_content": TEXT}, {}, "text/plain; charset=utf-8", TEXT),
    ({"body": TEXT, "text": "other"}, {"text": "body"}, "text/plain; charset=utf-8", TEXT),
    ({"page_html": "<p>", "text": "other"}, {"text": "page_html"}, "text/html; charset=utf-8", "<p>"),
    ({"text": ""}, {}, "text/plain; charset=utf-8", ""),
    ({"text": "甲\ud800乙"}, {}, "text/plain; charset=utf-8", "甲\ud800乙"),
]


@pytest.mark.parametrize(("record", "fields", "content_type", "text"), JSONL)
def test_the_text_of_a_record(tmp_path, record, fields, content_type, text):
    (page,) = read(write(tmp_path / "a.jsonl", jsonl(record)), fields=Fields(**fields))
    assert (page.content_type, page.body) == (content_type, text.encode("utf-8", "surrogatepass"))


def test_a_record_brings_its_url_and_the_fields_to_keep(tmp_path):
    record = {"text": "甲", "url": "http://example.cn/a", "fetched": "2026-01-01T00:00:00+08:00", "crawl": [1], "x": 2}
    path = write(tmp_path / "a.jsonl", b"\n" + jsonl(record))
    (page,) = read(path, fields=Fields(keep=("crawl", "input", "missing")))
    assert (page.url, page.fetched) == (record["url"], record["fetched"])
    assert json.loads(page.extra) == {"crawl": [1], "input": f"{path}:2"}


@pytest.mark.parametrize("rest", ["", ', "x": NaN', ', "x": "\\ud800"'])
@pytest.mark.parametrize(
    "number", [2**63 - 1, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 123456789012345678901234567890]
)
def test_an_integer_to_keep_is_kept_to_the_digit(tmp_path, number, rest):
    line = f'{{"text": "甲", "id": {number}, "of": {{"ids": [{number}]}}{rest}}}\n'
    (page,) = read(write(tmp_path / "a.jsonl", line.encode()), fields=Fields(keep=("id", "of")))
    assert json.loads(page.extra) == {"id": number, "of": {"ids": [number]}}


BAD_LINES = [
    (b"{no json}", "no JSON"),
    (b"[1, 2]", "no JSON object"),
    (b'"text"', "no JSON object"),
    (b'{"text": "\xff"}', "no JSON"),
    (b'{"text": 3}', "no text in its field text"),
    (b'{"title": "a"}', "--text-field"),
    (b"[" * 100_000, "no JSON"),
    (b"\0" * 100, "no JSON"),
    (b'{"text": "a", "keep": %s}' % (b"[" * 300 + b"]" * 300), "a field of keep cannot be kept"),
]


@pytest.mark.parametrize(("line", "detail"), BAD_LINES)
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path, line, detail):
    path = write(tmp_path / "a.jsonl", jsonl({"text": "甲"}) + line + b"\n" + jsonl({"text": "乙"}))
    before, bad, after = read(path, fields=Fields(keep=("keep",)))
    assert (before.body.decode(), after.body.decode()) == ("甲", "乙")
    assert bad.input == f"{path}:2"
    assert detail in bad.detail


def test_an_endless_line_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("scraper.inputs.jsonl.MAX_LINE", 100)
    path = write(tmp_path / "a.jsonl", b'{"text": "' + b"x" * 1000 + b'"}\n' + jsonl({"text": "a"}))
    bad, after = read(path)
    assert (bad.input, after.input) == (f"{path}:1", f"{path}:2")


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress], ids=["gzip", "zstd"])
def test_a_compressed_file_that_breaks_off_gives_what_comes_before(tmp_path, compress):
    whole = compress(b"".join(jsonl({"text": f"{number} {number * 7919 % 1000003}"}) for number in range(50_000)))
    *found, last = read(write(tmp_path / "a.jsonl.any", whole[: len(whole) // 2]))
    assert len(found) > 1000 if found else compress is zstd.compress
    assert all(isinstance(page, Page) for page in found)
    assert isinstance(last, Rejected)


@pytest.mark.parametrize("compress", [gzip.compress, checked], ids=["gzip", "zstd"])
def test_a_broken_part_of_compressed_lines_costs_its_lines(tmp_path, compress):
    lines = [jsonl({"text": str(number)}) for number in range(40)]
    whole = b"".join(lines)
    parts = [compress(whole[at : at + 100]) for at in range(0, len(whole), 100)]  # which end in the middle of a line
    parts[3] = spoiled(parts[3])
    found = read(write(tmp_path / "a.jsonl", b"".join(parts)))
    ends = [len(b"".join(lines[: number + 1])) for number in range(40)]
    kept = [str(number) for number, end in enumerate(ends) if end <= 300 or end - len(lines[number]) >= 400]
    assert [page.body.decode() for page in found if isinstance(page, Page)] == kept
    broken, torn = [one for one in found if isinstance(one, Rejected)]
    assert f"at byte {len(b''.join(parts[:3]))} is broken" in broken.detail
    assert "no JSON" in torn.detail


def test_the_meter_counts_the_bytes_on_the_disk(tmp_path):
    path = write(tmp_path / "a.jsonl.gz", gzip.compress(jsonl({"text": "甲"})))
    meter = Meter()
    list(pages(list(sources([str(path)])), meter=meter))
    assert meter.bytes == path.stat().st_size


def test_parquet_rows_are_records(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="reading Parquet needs the extra parquet")
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"text": ["甲", None], "url": ["http://example.cn/a", None]}), path)
    page, bad = read(path)
    assert (page.body.decode(), page.url, page.input) == ("甲", "http://example.cn/a", f"{path}:1")
    assert bad.input == f"{path}:2"
    write(path, b"PAR1 no parquet")
    assert isinstance(read(path)[0], Rejected)


def test_a_value_that_parquet_cannot_give_costs_its_row(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="reading Parquet needs the extra parquet")
    from pyarrow import parquet

    values = pa.array(["甲".encode(), b"\xff", "乙".encode()], pa.binary())
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"text": pa.StringArray.from_buffers(3, *values.buffers()[1:])}), path)
    before, bad, after = read(path)
    assert (before.body.decode(), after.body.decode()) == ("甲", "乙")
    assert (bad.input, bad.reason) == (f"{path}:2", "unreadable")
