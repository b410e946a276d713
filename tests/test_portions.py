"""Inputs in portions: whoever reads them finds what ``pages`` finds, whatever lies where they were cut."""

import gzip
import json
import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_batch import FATES
from test_inputs_warc import DAMAGES, FOUR, PACKED_WHOLE, archive, response

from scraper.batch import Settings, run
from scraper.batch.chunks import Unread, Upcoming, after, read, record_of
from scraper.batch.workers import Outcome
from scraper.inputs import Fields, Meter, pages, sources
from scraper.inputs.members import Members
from scraper.inputs.portions import portions
from scraper.model import Article


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Every member is a portion; what is longer than a kilobyte is too long for one."""
    monkeypatch.setattr("scraper.inputs.members.PORTION", 300)
    monkeypatch.setattr("scraper.inputs.members.MEMBERS", 1)
    monkeypatch.setattr("scraper.inputs.members.HEAD", 200)
    monkeypatch.setattr("scraper.inputs.members.MAX_PORTION", 1000)
    monkeypatch.setattr("scraper.inputs.portions.RECORDS", 2)


def cut(*paths):
    return list(portions(list(sources(map(str, paths))), Fields(), Meter()))


def all_records(*paths):
    return [record_of(page) for page in pages(list(sources(map(str, paths))))]


def gone_through(chunks):
    upcoming = Upcoming(chunks)
    for chunk in upcoming:
        yield from read(chunk, upcoming.start, upcoming.__next__)


def check(*paths):
    chunks = list(map(Unread, cut(*paths)))
    assert list(gone_through(chunks)) == all_records(*paths)


def stored(inner):
    """A member in which an archive lies as it is."""
    data, ends = archive(response(inner))
    return gzip.compress(gzip.decompress(data[ends[0] :]), 0)


ARCHIVE, ENDS = archive(*FOUR)


def test_a_pipe_is_read_here_as_it_cannot_be_opened_again(tmp_path):
    packed, _ = archive(response(), response(random.Random(1).randbytes(3000).hex().encode()), response())
    (tmp_path / "a.warc.gz").write_bytes(packed)
    os.mkfifo(tmp_path / "b.warc.gz")
    with ThreadPoolExecutor() as threads:
        threads.submit((tmp_path / "b.warc.gz").write_bytes, packed)
        found = list(gone_through(map(Unread, cut(tmp_path / "b.warc.gz"))))
    assert [page.body for (page,) in found] == [page.body for (page,) in all_records(tmp_path / "a.warc.gz")]


def test_an_archive_is_cut_at_its_members(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(ARCHIVE)
    found = cut(tmp_path / "a.warc.gz")
    assert [portion.offset for portion in found] == [0, *ENDS[:-1]]
    assert b"".join(portion.data for portion in found) == ARCHIVE


@pytest.mark.parametrize("case", DAMAGES, ids=[f"{name}, {packed}" for name, packed, *_ in DAMAGES])
def test_damage_is_seen_as_it_is_by_who_reads_the_whole(tmp_path, case):
    _, packed, damage, *_ = case
    (tmp_path / "a.warc.gz").write_bytes(damage(*archive(*FOUR, compressed=packed)))
    check(tmp_path / "a.warc.gz")


@pytest.mark.parametrize("name", PACKED_WHOLE)
def test_damage_to_a_packed_archive_is_seen_as_it_is_by_who_reads_the_whole(tmp_path, name):
    (tmp_path / "a.warc.gz").write_bytes(PACKED_WHOLE[name][0])
    check(tmp_path / "a.warc.gz")


HOLDING = {
    "an archive": ARCHIVE[: ENDS[1]] + stored(ARCHIVE) + ARCHIVE[ENDS[1] :],
    "an archive, at the end": ARCHIVE + stored(ARCHIVE),
    "an archive, cut": ARCHIVE[: ENDS[1]] + stored(ARCHIVE)[:-100] + ARCHIVE[ENDS[1] :],
    "an archive in an archive": ARCHIVE + stored(stored(ARCHIVE)) + ARCHIVE,
    "nothing but": stored(ARCHIVE),
}


@pytest.mark.parametrize("data", HOLDING.values(), ids=HOLDING)
def test_an_archive_in_an_archive_is_a_record(tmp_path, data):
    (tmp_path / "a.warc.gz").write_bytes(data)
    check(tmp_path / "a.warc.gz", tmp_path / "a.warc.gz")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_damage_is_seen_as_it_is_by_who_reads_the_whole(tmp_path_factory, data):
    changed = bytearray(data.draw(st.sampled_from([ARCHIVE, HOLDING["an archive"]])))
    for _ in range(data.draw(st.integers(1, 4))):
        start = int(data.draw(st.floats(0, 1, exclude_max=True)) * len(changed))
        put = data.draw(st.sampled_from([b"", b"\xff", b"\0", bytes(40), b"\x1f\x8b\x08", ARCHIVE[: ENDS[0]]]))
        changed[start : start + data.draw(st.integers(0, 600))] = put
    path = tmp_path_factory.mktemp("w") / "a.warc.gz"
    path.write_bytes(changed)
    check(path)


def test_a_run_goes_on_after_any_number_of_records(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(HOLDING["an archive"])
    (tmp_path / "b.html").write_text("<p>正文</p>")
    (tmp_path / "c.jsonl").write_text('{"text": "1"}\n\nno JSON\n{"text": "2"}\n')
    records = all_records(tmp_path)
    for count in range(len(records) + 1):
        assert list(gone_through(after(count, map(Unread, cut(tmp_path))))) == records[count:]


def test_files_and_lines_are_read_by_who_takes_them(tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.html").write_text(str(number))
    (tmp_path / "a.jsonl").write_text('{"text": "1"}\n\nno JSON\n{"text": "2"}\n{"text": "3"}')
    lines = b"".join(json.dumps({"text": str(number) * 99}).encode() + b"\n" for number in range(99))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(lines)[:-20])
    (tmp_path / "gap.jsonl.gz").write_bytes(gzip.compress(lines) + gzip.compress(lines)[:40] + gzip.compress(lines))
    paths = tmp_path, tmp_path / "missing.html"
    assert len(cut(*paths)) > 10
    check(*paths)


def test_a_file_that_fails_is_told_once(tmp_path, monkeypatch):
    (tmp_path / "a.warc.gz").write_bytes(ARCHIVE)
    (portion, *_) = cut(tmp_path / "a.warc.gz")
    (tmp_path / "a.warc.gz").unlink()
    ((offset, rejected),) = Members(portion.name, ENDS[0], None, True, Fields()).onward()
    assert (offset, rejected.detail) == (ENDS[0], "cannot be read: No such file or directory")


BUGS = [
    ("a.jsonl", b'{"text": "1"}', "scraper.inputs.jsonl._object"),
    ("a.warc.gz", ARCHIVE, "scraper.inputs.warc._http"),
    ("a.warc.gz", ARCHIVE, "scraper.inputs.warc._head"),
    ("a.warc", gzip.decompress(ARCHIVE), "scraper.inputs.warc._head"),
    ("a.parquet", b"", "scraper.inputs.parquet.records"),
]


@pytest.mark.parametrize(("name", "data", "reader"), BUGS)
def test_a_reader_that_fails_as_nobody_thought_of_is_told(tmp_path, monkeypatch, name, data, reader):
    (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(reader, lambda *_: {}["missing"])
    for found in gone_through(map(Unread, cut(tmp_path / name))), all_records(tmp_path / name):
        first, *_ = found
        assert first.input.startswith(str(tmp_path / name))
        assert (first.reason, first.detail) == ("unreadable", "cannot be read: 'missing'")


def measured(record):
    """Stands in for the recipe: an article that says how long the page is."""
    body = record[0].body
    FATES.get(body, lambda: None)()
    return Outcome(Article(title=None, text=str(len(body)), id="a0"))


def test_the_workers_read_an_archive(tmp_path):
    bodies = [b"die" if number == 7 else b"x" * number for number in range(1, 20)]
    one, _ = archive(*map(response, bodies[:10]))
    two, _ = archive(*map(response, bodies[10:]))
    (tmp_path / "a.warc.gz").write_bytes(one + stored(ARCHIVE) + two[:-9])
    output = tmp_path / "out.jsonl"
    summary = run(Settings(inputs=(str(tmp_path),), output=str(output), workers=2), clean=measured)
    assert (summary.articles, summary.failed) == (18, 2)
    lengths = [int(json.loads(line)["text"]) for line in output.read_text().splitlines()]
    assert lengths == [*range(1, 7), *range(8, 11), len(ARCHIVE), *range(11, 19)]
    rejects = [json.loads(line) for line in (tmp_path / "out.rejects.jsonl").read_text().splitlines()]
    assert ["died on it" in line["detail"] for line in rejects] == [True, False]
