"""The end of a run, and what lies beside its output."""

import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from test_batch import quick, write_input

from scraper.batch import OutputError, Settings, run

RECORDS = 300  # more than a checkpoint, and not a multiple of it


def settings_of(folder, output="out.jsonl.gz"):
    return Settings(inputs=(str(write_input(folder / "in.jsonl", RECORDS)),), output=str(folder / output))


def made(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def while_hashing(folder, patch):
    def stop(path):
        raise KeyboardInterrupt

    patch.setattr("scraper.manifest.sha256", stop)
    return KeyboardInterrupt


def no_room_for_the_manifest(folder, patch):
    (folder / "out.manifest.json.new").mkdir()
    return OSError


@pytest.mark.parametrize("trouble", [while_hashing, no_room_for_the_manifest])
def test_a_run_that_stops_when_all_is_written_goes_on_there(tmp_path, trouble):
    settings = settings_of(tmp_path)
    run(settings, clean=quick)
    whole = made(tmp_path)
    for name in whole.keys() - {"in.jsonl"}:
        (tmp_path / name).unlink()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(trouble(tmp_path, patch)):
        run(settings, clean=quick)
    assert {"out.jsonl.gz.partial", "out.progress.json"} < made(tmp_path).keys()
    assert not (tmp_path / "out.jsonl.gz").exists()
    shutil.rmtree(tmp_path / "out.manifest.json.new", ignore_errors=True)
    assert run(settings, clean=pytest.fail).resumed_at == RECORDS
    assert made(tmp_path) == whole


def test_what_lies_beside_an_output_is_not_overwritten_by_another(tmp_path):
    settings = settings_of(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run(settings, stop_at(280), quick)
    refused(tmp_path, "out.jsonl", "out.jsonl.gz.partial")
    run(settings, clean=quick)
    refused(tmp_path, "out.jsonl", "out.jsonl.gz")
    (tmp_path / "out.jsonl.gz").unlink()
    run(replace(settings, output=str(tmp_path / "out.jsonl")), clean=quick)
    refused(tmp_path, "out.jsonl.gz", "out.jsonl")


def refused(folder, output, other):
    before = made(folder)
    with pytest.raises(OutputError, match=f"rejects and manifest of .*/{other}: give it another name"):
        run(Settings(inputs=(str(folder / "in.jsonl"),), output=str(folder / output)), clean=pytest.fail)
    assert made(folder) == before


def stop_at(record):
    seen = itertools.count(1)

    def watch(entry, done, total):
        if next(seen) == record:
            raise KeyboardInterrupt

    return watch


@pytest.mark.parametrize("name", ["out.manifest.json", "out.progress.json"])
def test_a_folder_in_the_place_of_a_file_beside_an_output_is_told_before_any_work(tmp_path, name):
    settings = settings_of(tmp_path)
    (tmp_path / name).mkdir()
    with pytest.raises(OutputError, match=f"{name} is a folder"):
        run(settings, clean=pytest.fail)


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ({"output": "."}, "is a folder"),
        ({"output": "/"}, "is a folder"),
        ({"output": ""}, "is a folder"),
        ({"output": "-", "rejects": "-"}, "standard output is named twice"),
        ({"output": "out.jsonl", "rejects": "-", "steps": "-"}, "standard output is named twice"),
        ({"output": "/dev/null", "parquet": True}, "--parquet"),
    ],
)
def test_an_output_that_is_none_is_told_before_any_work(tmp_path, monkeypatch, named, problem):
    monkeypatch.chdir(tmp_path)
    write_input(tmp_path / "in.jsonl", 1)
    with pytest.raises(OutputError, match=problem):
        run(Settings(inputs=("in.jsonl",), **named), clean=pytest.fail)
    assert made(tmp_path).keys() == {"in.jsonl"}


@pytest.mark.parametrize("choice", ["keep", "mark"])
def test_nothing_is_written_beside_a_device(tmp_path, choice):
    settings = settings_of(tmp_path, "out.jsonl")
    Path(settings.output).symlink_to("/dev/null")
    assert run(replace(settings, duplicates=choice), clean=quick).articles > 0
    assert made(tmp_path).keys() == {"in.jsonl"}
