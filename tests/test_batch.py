"""Cleaning over all cores: order, bounded memory, workers that die, runs that are killed."""

import gzip
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from crawl_runs import wait_for

from scraper.batch import NoInput, OutputError, Settings, run
from scraper.batch.outputs import opened
from scraper.batch.workers import AHEAD, Outcome, cleaned
from scraper.export import LineFile, Locked, beside, sha256
from scraper.inputs.portions import RECORDS
from scraper.model import Article, Page, Reason, Rejected, Step
from scraper.schema import validate

FATES = {
    b"die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"exit": lambda: os._exit(7),
    b"hang": signal.pause,
    b"fail": lambda: {}["missing"],
}


def quick(record):
    """Stands in for the recipe, which other tests run: what matters here is what happens to a worker."""
    body = record[0].body
    FATES.get(body, lambda: None)()
    if body.startswith(b"spam"):
        return Outcome(Rejected(url=None, reason=Reason.SPAM, input=record[0].input))
    step = Step(channel="test", start=0, end=1, before="a", after="b")
    return Outcome(Article(title=None, text=body.decode(), id=f"a{int(body):016}"), ((step,),))


def slow(record):
    time.sleep(0.003)
    return quick(record)


RUN = """
import sys
from scraper.batch import Settings, outputs, run
import test_batch

outputs.CHECKPOINT = 8
run(Settings(inputs=(sys.argv[1],), output=sys.argv[2], steps=sys.argv[3], workers=2), clean=test_batch.slow)
"""


def page(body, number=0):
    return (Page(url=None, body=body, input=f"a.jsonl:{number}"),)


def texts(outcomes):
    return [
        outcome.result.text if isinstance(outcome.result, Article) else outcome.result.reason.value
        for outcome in outcomes
    ]


def write_input(path, count):
    bodies = [f"spam {number}" if number % 5 == 0 else str(number) for number in range(count)]
    path.write_text("".join(json.dumps({"text": body}) + "\n" for body in bodies))
    return path


def test_outcomes_come_in_the_order_of_the_records():
    records = [page(str(number).encode()) for number in range(100)]
    assert texts(cleaned(records, 2, quick)) == [str(number) for number in range(100)]


def test_a_record_that_could_not_be_read_keeps_its_place():
    bad = Rejected(url=None, reason=Reason.UNREADABLE, input="a.jsonl:2")
    first, second, third = cleaned([page(b"1"), bad, page(b"3")], 1, quick)
    assert second == Outcome(bad, failed=True)
    assert texts([first, third]) == ["1", "3"]


def test_an_archived_error_page_is_a_normal_reject():
    bad = Rejected(url=None, reason=Reason.NOT_AN_ARTICLE, detail="HTTP status 404")
    assert list(cleaned([bad], 1, quick)) == [Outcome(bad, failed=False)]


@pytest.mark.parametrize(
    ("fate", "detail"), [(b"die", "died on it (exit code -9)"), (b"exit", "died on it (exit code 7)")]
)
def test_a_worker_that_dies_costs_the_record_it_died_on(fate, detail):
    records = [page(fate if number in (3, 20) else str(number).encode(), number) for number in range(40)]
    outcomes = list(cleaned(records, 2, quick))
    assert texts(outcomes) == [str(number) if number not in (3, 20) else "error" for number in range(40)]
    assert [outcome.result.input for outcome in outcomes if outcome.failed] == ["a.jsonl:3", "a.jsonl:20"]
    assert detail in outcomes[3].result.detail


def test_a_record_on_which_cleaning_fails_costs_itself():
    first, failed, third = cleaned([page(b"1"), page(b"fail", 2), page(b"3")], 1, quick)
    assert (failed.result.input, failed.result.detail, failed.failed) == ("a.jsonl:2", "KeyError: 'missing'", True)
    assert texts([first, third]) == ["1", "3"]


def noted(folder, record):
    """As ``quick``; leaves the number of the process in a folder."""
    (folder / str(os.getpid())).touch()
    return quick(record)


def kill_noted(folder):
    """Kill the workers that have left a note, whatever each is at."""
    while not (notes := list(folder.iterdir())):
        time.sleep(0.005)
    for note in notes:
        os.kill(int(note.name), signal.SIGKILL)
        note.unlink()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_is_killed_from_outside_costs_nothing(tmp_path, workers):
    last = 4 * RECORDS

    def records():
        for number in range(last + 1):
            if number in (RECORDS, last):
                kill_noted(tmp_path)
            yield page(str(number).encode())

    assert texts(cleaned(records(), workers, partial(noted, tmp_path))) == [str(n) for n in range(last + 1)]


def test_a_record_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("scraper.batch.workers.PATIENCE", 1.5)
    outcomes = list(cleaned([page(b"1"), page(b"hang"), page(b"3")], 1, quick))
    assert texts(outcomes) == ["1", "error", "3"]
    assert "longer than 2 seconds" in outcomes[1].result.detail


def test_no_more_is_read_than_the_workers_need():
    taken = []

    def records():
        for number in range(10_000):
            taken.append(number)
            yield page(str(number).encode())

    with closing(cleaned(records(), 2, quick)) as outcomes:
        next(outcomes)
        assert len(taken) <= 2 * (AHEAD + 1) * RECORDS


def test_an_abandoned_run_ends_its_workers():
    def records():
        while True:
            yield page(b"hang")

    outcomes = cleaned(records(), 1, quick)
    with pytest.raises(ZeroDivisionError), closing(outcomes):
        raise ZeroDivisionError
    assert multiprocessing.active_children() == []


def test_workers_do_not_outlive_a_run_that_is_killed(tmp_path):
    source = write_input(tmp_path / "in.jsonl", 200)
    with source.open("a") as file:
        file.write('{"text": "hang"}\n')  # so that the run does not end
    output = tmp_path / "out.jsonl"
    command = [sys.executable, "-c", RUN, str(source), str(output), str(tmp_path / "steps.jsonl")]
    process = subprocess.Popen(command, env=_environment(), start_new_session=True)
    wait_for(beside(output, "progress.json").exists, process)
    assert len(_of_session(process.pid)) >= 3
    process.kill()
    process.wait()
    wait_for(lambda: not _of_session(process.pid))


def _of_session(session):
    """The processes of a session that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, of = path.read_text().rpartition(")")[2].split()[:4]
            found += [path.parent.name] if int(of) == session and state != "Z" else []
    return found


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"])
def test_the_same_bytes_come_from_one_worker_and_from_two(tmp_path, name):
    source = write_input(tmp_path / "in.jsonl", 120)
    digests = set()
    for workers in (1, 2):
        (tmp_path / str(workers)).mkdir()
        output = tmp_path / str(workers) / name
        summary = run(Settings(inputs=(str(source),), output=str(output), workers=workers), clean=quick)
        assert (summary.articles, summary.rejects) == (96, {"spam": 24})
        digests.add((sha256(output), sha256(beside(output, "rejects.jsonl"))))
    assert len(digests) == 1


def test_a_finished_run_leaves_its_files_and_their_manifest_alone(tmp_path):
    source = write_input(tmp_path / "in.jsonl", 20)
    output = tmp_path / "out.jsonl.gz"
    run(Settings(inputs=(str(source),), output=str(output), steps=str(tmp_path / "steps.jsonl")), clean=quick)
    names = {path.name for path in tmp_path.iterdir()} - {"in.jsonl"}
    assert names == {"out.jsonl.gz", "out.rejects.jsonl", "steps.jsonl", "out.manifest.json"}
    manifest = json.loads((tmp_path / "out.manifest.json").read_text())
    lines = gzip.decompress(output.read_bytes()).splitlines()
    assert manifest["count"] == len(lines) == 16
    assert manifest["sha256"] == sha256(output)
    assert manifest["rejects"]["values"]["reason"] == {"spam": 4}
    assert manifest["steps"]["count"] == 16
    assert all(validate(json.loads(line)) == [] for line in lines)
    rejects = (tmp_path / "out.rejects.jsonl").read_text().splitlines()
    assert all(validate(json.loads(line), "rejected") == [] for line in rejects)


@pytest.mark.parametrize(("name", "kills"), [("out.jsonl", 1), ("out.jsonl.gz", 3), ("out.jsonl.zst", 1)])
def test_killed_runs_finish_with_the_bytes_of_an_undisturbed_one(tmp_path, name, kills):
    source = write_input(tmp_path / "in.jsonl", 300)
    results = []
    for disturbed in (False, True):
        folder = tmp_path / str(disturbed)
        folder.mkdir()
        output = folder / name
        command = [sys.executable, "-c", RUN, str(source), str(output), str(folder / "steps.jsonl")]
        for kill in random.Random(name).choices(range(20), k=kills if disturbed else 0):
            _kill_after(command, beside(output, "progress.json"), 0.01 * kill)
        subprocess.run(command, env=_environment(), check=True)
        results.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert results[0] == results[1]


def _kill_after(command, checkpoint, seconds):
    """Kill -9 a run that many seconds after it has moved its checkpoint."""
    before = checkpoint.read_bytes() if checkpoint.exists() else b""
    process = subprocess.Popen(command, env=_environment())
    while process.poll() is None and (not checkpoint.exists() or checkpoint.read_bytes() == before):
        time.sleep(0.005)
    time.sleep(seconds)
    process.kill()
    process.wait()


def _environment():
    here = Path(__file__).parent
    return os.environ | {"PYTHONPATH": f"{here}:{here.parent}"}


def test_a_run_with_other_settings_starts_anew(tmp_path):
    source = write_input(tmp_path / "in.jsonl", 10)
    output = tmp_path / "out.jsonl"
    beside(output, "progress.json").write_text(json.dumps({"key": "other", "records": 5, "offsets": {"articles": 99}}))
    told = []
    assert run(Settings(inputs=(str(source),), output=str(output)), clean=quick, tell=told.append).resumed_at == 0
    (line,) = told
    assert line.startswith(f"{output}.partial, with 5 records, is of a run over other inputs")


@pytest.fixture
def interrupted(tmp_path, monkeypatch):
    """The settings of a run over ten records that was interrupted at the eighth; its checkpoint is after five."""
    monkeypatch.setattr("scraper.batch.outputs.CHECKPOINT", 5)
    source = write_input(tmp_path / "in.jsonl", 10)
    settings = Settings(inputs=(str(source),), output=str(tmp_path / "out.jsonl"))

    with pytest.raises(KeyboardInterrupt):
        run(settings, stop_at(7), quick)
    return settings


def test_a_checkpoint_without_its_files_starts_anew(tmp_path, interrupted):
    assert beside(tmp_path / "out.jsonl", "progress.json").exists()
    (tmp_path / "out.jsonl.partial").unlink()
    told = []
    assert run(interrupted, clean=quick, tell=told.append).articles == 8
    (line,) = told
    assert line.endswith("was changed or removed: starting anew")


def stop_at(text):
    def stop(entry, done, total):
        if f'"text":"{text}"'.encode() in entry.line:
            raise KeyboardInterrupt

    return stop


def test_a_run_does_not_go_on_in_what_another_has_written_meanwhile(tmp_path, interrupted):
    bodies = ["spam", "spam", "1" * 3000, "2" * 3000]
    (tmp_path / "other.jsonl").write_text("".join(json.dumps({"text": body}) + "\n" for body in bodies))
    other = Settings(inputs=(str(tmp_path / "other.jsonl"),), output=str(tmp_path / "out.jsonl"))
    with pytest.raises(KeyboardInterrupt):
        run(other, stop_at(bodies[-1]), quick)
    assert run(interrupted, clean=quick).resumed_at == 0
    written = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in written] == ["1", "2", "3", "4", "6", "7", "8", "9"]


AGAINST = {"duplicates": "mark", "against": ("nowhere",)}


@pytest.mark.parametrize(
    "mistake",
    [{"steps": "nowhere/steps.jsonl"}, {"rejects": "nowhere/r.jsonl"}, AGAINST, AGAINST | {"against": (".",)}],
    ids=["steps", "rejects", "against nothing", "against a folder"],
)
def test_a_mistake_does_not_cost_what_a_run_has_left(tmp_path, monkeypatch, interrupted, mistake):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((OutputError, NoInput), match=r"nowhere|--against \."):
        run(replace(interrupted, **mistake), clean=quick)
    assert run(interrupted, clean=quick).resumed_at == 5


def test_what_cannot_go_on_leaves_nothing_to_go_on_with(tmp_path, interrupted):
    with opened({"articles": interrupted.output}, key="", resumable=False):
        assert not beside(tmp_path / "out.jsonl", "progress.json").exists()


def test_an_interrupted_run_keeps_whole_lines_and_goes_on(tmp_path, interrupted):
    kept = (tmp_path / "out.jsonl.partial").read_text()
    assert [json.loads(line)["text"] for line in kept.splitlines()] == ["1", "2", "3", "4", "6", "7"]
    summary = run(interrupted, clean=quick)
    assert (summary.resumed_at, summary.articles) == (5, 8)
    written = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["text"] for line in written] == ["1", "2", "3", "4", "6", "7", "8", "9"]


def test_a_second_run_on_the_same_output_is_refused(tmp_path):
    source = write_input(tmp_path / "in.jsonl", 1)
    with LineFile(tmp_path / "out.jsonl.partial"), pytest.raises(Locked):
        run(Settings(inputs=(str(source),), output=str(tmp_path / "out.jsonl")), clean=quick)


@pytest.mark.parametrize(
    ("output", "rejects", "problem"),
    [
        ("missing/out.jsonl", None, "its folder does not exist"),
        (".", None, "is a folder"),
        ("in.jsonl", None, "named twice"),
        ("out.parquet", None, "name a file that ends in .jsonl, .jsonl.gz or .jsonl.zst"),
        ("out.jsonl", "rejects.jsonl.xz", "name a file that ends in"),
        ("out.jsonl", "out.jsonl", "named twice"),
        ("out.jsonl", "missing/rejects.jsonl", "its folder does not exist"),
    ],
)
def test_an_output_that_cannot_be_written_is_told_before_any_work(tmp_path, output, rejects, problem):
    source = write_input(tmp_path / "in.jsonl", 1)
    before = source.read_bytes()
    rejects = rejects and str(tmp_path / rejects)
    with pytest.raises(OutputError, match=problem):
        run(Settings(inputs=(str(source),), output=str(tmp_path / output), rejects=rejects), clean=pytest.fail)
    assert source.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_an_earlier_export_that_would_be_overwritten_is_refused(tmp_path):
    source, earlier = write_input(tmp_path / "in.jsonl", 1), tmp_path / "out.jsonl"
    earlier.write_bytes(b"")
    settings = Settings(inputs=(str(source),), output=str(earlier), duplicates="drop", against=(str(earlier),))
    with pytest.raises(OutputError, match=f"{earlier} is named twice"):
        run(settings, clean=pytest.fail)


def test_inputs_are_not_compared_each_with_each(tmp_path, monkeypatch):
    for number in range(200):
        (tmp_path / f"{number}.txt").write_text("")
    compared = []
    equal = Path.__eq__
    monkeypatch.setattr(Path, "__eq__", lambda one, other: compared.append(one) or equal(one, other))
    with pytest.raises(OutputError, match="named twice"):
        run(Settings(inputs=(str(tmp_path), str(tmp_path / "1.txt")), output=str(tmp_path / "1.txt")))
    assert len(compared) < 2000


def test_the_articles_are_written_as_parquet_as_well(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
    source = write_input(tmp_path / "in.jsonl", 20)
    for _ in range(2):  # and the folder that they lie in can be read once more
        settings = Settings(inputs=(str(tmp_path),), output=str(tmp_path / "out.jsonl.gz"), parquet=True)
        run(settings, clean=quick)
        table = parquet.read_table(tmp_path / "out.parquet")
        assert table.num_rows == 16
    assert source.exists()


def test_without_pyarrow_parquet_is_refused_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr("scraper.parquet.available", lambda: False)
    settings = Settings(inputs=(str(tmp_path),), output=str(tmp_path / "out.jsonl"), parquet=True)
    with pytest.raises(OutputError, match="pyarrow"):
        run(settings)


def test_without_any_input_nothing_is_written(tmp_path):
    with pytest.raises(NoInput, match=r"no\.html: no such file"):
        run(Settings(inputs=(str(tmp_path / "no.html"),), output=str(tmp_path / "out.jsonl")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out", "2026.01.jsonl.zst"])
def test_files_beside_an_output_are_named_after_it(name):
    assert (
        beside(Path(name), "rejects.jsonl").name
        == f"{name.removesuffix('.gz').removesuffix('.zst').removesuffix('.jsonl')}.rejects.jsonl"
    )
