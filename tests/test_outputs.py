"""The end of a run, and what lies beside its output."""

import shutil

import pytest
from test_batch import quick, write_input

from scraper.batch import Settings, run

RECORDS = 300  # more than a checkpoint, and not a multiple of it


def settings_of(folder, output="out.jsonl.gz"):
    return Settings(inputs=(str(write_input(folder / "in.jsonl", RECORDS)),), output=str(folder / output))


def made(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def while_hashing(folder, patch):
    def stop(path):
        raise KeyboardInterrupt

    patch.setattr("scraper.export.sha256", stop)
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
