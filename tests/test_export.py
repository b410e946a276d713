"""The writer of lines: whole members, durable offsets, a full disk, two writers."""

import gzip
import io
import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import zstd
from scraper.export import LineFile, Locked, Tally, compression_of, publish, sha256, write_json
from scraper.manifest import manifest

KILLED_AFTER_ONE_LINE = """
import os, pathlib, signal, sys
from scraper.export import LineFile

lines = LineFile(pathlib.Path(sys.argv[1]))
lines.write(b"one\\n")
lines.commit()
lines.write(b"two\\n")
os.kill(os.getpid(), signal.SIGKILL)
"""
NAMES = ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"]


def content(path):
    data = path.read_bytes()
    match compression_of(path):
        case "gzip":
            return gzip.decompress(data)
        case "zstd":
            return zstd.ZstdFile(io.BytesIO(data)).read()
    return data


@contextmanager
def disk_of(size):
    """No file of this process may grow beyond ``size``, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("name", NAMES)
def test_lines_come_back_as_they_were_written(tmp_path, name):
    with LineFile(tmp_path / name, compression=compression_of(name)) as lines:
        lines.write(b"one\n")
        lines.commit()
        lines.write(b"two\nthree\n")
        assert lines.commit() == (tmp_path / name).stat().st_size
    assert content(tmp_path / name) == b"one\ntwo\nthree\n"


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_committed_is_not_in_the_file(tmp_path, name):
    with LineFile(tmp_path / name, compression=compression_of(name)) as lines:
        lines.write(b"one\n")
        lines.commit()
        lines.write(b"two\n")
    assert content(tmp_path / name) == b"one\n"


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(
    before=st.lists(st.binary(max_size=40), max_size=5),
    torn=st.binary(max_size=60),
    after=st.lists(st.binary(max_size=40), max_size=5),
)
def test_a_torn_file_continued_at_its_offset_equals_an_undisturbed_one(tmp_path_factory, name, before, torn, after):
    folder = tmp_path_factory.mktemp("torn")
    compression = compression_of(name)
    with LineFile(folder / f"whole-{name}", compression=compression) as lines:
        for line in (*before, *after):
            lines.write(line + b"\n")
            lines.commit()
    with LineFile(folder / name, compression=compression) as lines:
        for line in before:
            lines.write(line + b"\n")
            lines.commit()
        offset = lines.offset
    with (folder / name).open("ab") as file:
        file.write(torn)
    with LineFile(folder / name, compression=compression, offset=offset) as lines:
        for line in after:
            lines.write(line + b"\n")
            lines.commit()
    assert (folder / name).read_bytes() == (folder / f"whole-{name}").read_bytes()


def test_an_offset_beyond_the_end_says_that_durable_bytes_are_gone(tmp_path):
    (tmp_path / "out.jsonl").write_bytes(b"one\n")
    with pytest.raises(ValueError, match="has 4 bytes, but 9 were written"):
        LineFile(tmp_path / "out.jsonl", offset=9)


def test_without_an_offset_lines_are_appended(tmp_path):
    (tmp_path / "out.jsonl").write_bytes(b"one\n")
    with LineFile(tmp_path / "out.jsonl", offset=None) as lines:
        lines.write(b"two\n")
        lines.commit()
    assert content(tmp_path / "out.jsonl") == b"one\ntwo\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_leaves_whole_members(tmp_path, name):
    with disk_of(3000), LineFile(tmp_path / name, compression=compression_of(name)) as lines:
        with pytest.raises(OSError, match="too large"):
            for _ in range(1000):
                lines.write(os.urandom(300).hex().encode() + b"\n")
                lines.commit()
        assert (tmp_path / name).stat().st_size == lines.offset
    kept = content(tmp_path / name).splitlines()
    assert kept
    assert {len(line) for line in kept} == {600}


def test_two_writers_of_one_file_are_refused(tmp_path):
    with LineFile(tmp_path / "out.jsonl"), pytest.raises(Locked, match="another run"):
        LineFile(tmp_path / "out.jsonl")


def test_a_killed_writer_holds_no_lock(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED_AFTER_ONE_LINE, tmp_path / "out.jsonl"], check=False)
    with LineFile(tmp_path / "out.jsonl", offset=4):
        assert content(tmp_path / "out.jsonl") == b"one\n"


def test_a_long_member_is_closed_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("scraper.export.MEMBER", 100)
    with LineFile(tmp_path / "out.jsonl") as lines:
        lines.write(b"x" * 99 + b"\n")
        assert lines.offset == 100


def test_the_manifest_describes_the_published_file(tmp_path):
    tally = Tally()
    lines = [{"fetched": "2026-01-02T00:00:00+00:00", "damage": "none"}, {"fetched": None, "damage": "repaired"}]
    with LineFile(tmp_path / "part") as file:
        for line in lines:
            file.write(orjson.dumps(line) + b"\n")
            tally.add(line)
        file.commit()
    found = manifest(tmp_path / "part", tmp_path / "out.jsonl", tally, {"workers": 2})
    publish(tmp_path / "part", tmp_path / "out.jsonl")
    assert (found["file"], found["count"]) == ("out.jsonl", 2)
    assert found["sha256"] == sha256(tmp_path / "out.jsonl")
    assert found["bytes"] == len(content(tmp_path / "out.jsonl"))
    assert found["first_fetched"] == found["last_fetched"] == "2026-01-02T00:00:00+00:00"
    assert found["values"] == {"damage": {"none": 1, "repaired": 1}}
    assert not (tmp_path / "part").exists()


def test_a_tally_survives_its_json(tmp_path):
    tally = Tally()
    tally.add({"reason": "spam", "fetched": "2026-01-02"})
    write_json(tmp_path / "tally.json", asdict(tally))
    assert Tally(**orjson.loads((tmp_path / "tally.json").read_bytes())) == tally


def test_times_of_several_zones_are_compared_as_instants():
    tally = Tally()
    for fetched in ("2026-10-02", "2026-10-01T08:00:00+08:00", "2026-10-01T01:00:00+00:00", "yesterday", None):
        tally.add({"fetched": fetched})
    assert (tally.first_fetched, tally.last_fetched) == ("2026-10-01T08:00:00+08:00", "2026-10-02")
    tally.add({"fetched": "2026-10-01T23:30:00-02:00"})
    assert tally.last_fetched == "2026-10-01T23:30:00-02:00"
