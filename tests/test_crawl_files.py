"""Whose file an export is: a job goes on with its own, whatever ended its last run, and refuses every other."""

import gzip
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawl_runs import journal_in

from scraper import Article, zstd
from scraper.crawl.journal import Journal, Unwritable

HOST = "http://news.zhengwen.example"
ENDS = ("in order", "killed", "killed in the commit")
NAMES = ("a.jsonl", "a.jsonl.gz", "a.jsonl.zst")


def exported(journal: Journal, *names: str, end: str = "in order") -> None:
    """Export articles, and end the run: in order, or ``killed`` after ("in") the commit of the last."""
    for name in names:
        journal.exported(Article(id=name, url=f"{HOST}/{name}", title=name, text=name * 999))
        if end != "killed in the commit" or name != names[-1]:
            journal.commit()
    if end == "killed in the commit":
        journal._articles.commit()
    if end == "in order":
        journal.commit(last=True)
    journal.ledger.abandon()
    for file in (journal._articles, journal._rejects):
        file.close()
    journal._lock.release()


def ids(path: Path) -> list[str]:
    """The articles of an export."""
    opened = {".gz": gzip.GzipFile, ".zst": zstd.ZstdFile}.get(path.suffix, open)
    with opened(path, "rb") as file:
        return [json.loads(line)["id"] for line in file]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("before", [(), ("1", "2")], ids=["first", "later"])
def test_a_job_goes_on_with_its_own_file(tmp_path: Path, name: str, end: str, before: tuple[str, ...]) -> None:
    exported(journal_in(tmp_path, export=name), *before)
    exported(journal_in(tmp_path, export=name), "3", end=end)
    exported(journal_in(tmp_path, export=name), "4")
    committed = () if end == "killed in the commit" else ("3",)
    assert ids(tmp_path / name) == [*before, *committed, "4"]


@pytest.mark.parametrize("end", ENDS)
def test_a_file_that_was_moved_away_is_followed_by_a_new_one(tmp_path: Path, end: str) -> None:
    exported(journal_in(tmp_path), "1", "2", end=end)
    (tmp_path / "a.jsonl").rename(tmp_path / "moved.jsonl")
    exported(journal_in(tmp_path), "3")
    exported(journal_in(tmp_path), "4")
    assert ids(tmp_path / "a.jsonl") == ["3", "4"]


@pytest.mark.parametrize("end", ENDS)
def test_a_folder_that_was_moved_with_all_that_is_in_it_goes_on(tmp_path: Path, end: str) -> None:
    (tmp_path / "old").mkdir()
    exported(journal_in(tmp_path / "old"), "1", "2", end=end)
    (tmp_path / "old").rename(tmp_path / "new")
    exported(journal_in(tmp_path / "new"), "3")
    assert ids(tmp_path / "new" / "a.jsonl") == [*("1", "2")[: 1 if end == "killed in the commit" else 2], "3"]


@pytest.mark.parametrize("end", ENDS)
def test_a_ledger_that_noted_whole_paths_goes_on(tmp_path: Path, end: str) -> None:
    exported(journal_in(tmp_path), "1")
    exported(journal_in(tmp_path), end=end)
    with closing(sqlite3.connect(tmp_path / "job" / "ledger.sqlite", isolation_level=None)) as ledger:
        ledger.execute("UPDATE files SET path = replace(path, '..', ?)", (str(tmp_path),))
    exported(journal_in(tmp_path), "2")
    exported(journal_in(tmp_path), "3")
    assert ids(tmp_path / "a.jsonl") == ["1", "2", "3"]
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "job").rename(tmp_path / "elsewhere" / "job")
    with pytest.raises(Unwritable, match="not begun by this job"):
        journal_in(tmp_path, job="elsewhere/job")
    assert ids(tmp_path / "a.jsonl") == ["1", "2", "3"]


def begun(folder: Path, *, empty: bool = False) -> None:
    (folder / "a.jsonl").write_bytes(b"" if empty else b"somebody's\n" * 9999)


def added(folder: Path) -> None:
    with (folder / "a.jsonl").open("ab") as file:
        file.write(b"somebody's\n")


def emptied(folder: Path) -> None:
    (folder / "a.jsonl").rename(folder / "a.jsonl.1")
    begun(folder, empty=True)


def replaced(folder: Path) -> None:
    (folder / "a.jsonl").rename(folder / "a.jsonl.1")
    exported(journal_in(folder, job="other"), *"abcdefghi")


FOREIGN = {
    "another job's": (None, lambda folder: exported(journal_in(folder, job="other"), "1"), "not begun by this job"),
    "another job's, killed": (
        None,
        lambda folder: exported(journal_in(folder, job="other"), end="killed"),
        "not begun by this job",
    ),
    "somebody's": (None, begun, "not begun by this job"),
    "longer": ("in order", added, "only .* are this job's"),
    "longer than nothing": ("nothing", added, "only 0 are this job's"),
    "a longer one in its place": ("in order", begun, "not hold the lines"),
    "a longer one in its place after a kill": ("killed", begun, "not hold the lines"),
    "another job's in its place": ("in order", replaced, "not hold the lines"),
    "another job's in its place after a kill": ("killed", replaced, "not hold the lines"),
    "empty, as from logrotate": ("in order", emptied, "has 0 bytes, but .* were written"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_a_file_that_is_not_as_the_job_left_it_is_refused(tmp_path: Path, case: str) -> None:
    end, change, says = FOREIGN[case]
    if end:
        exported(journal_in(tmp_path), *([] if end == "nothing" else "123"), end=end.replace("nothing", "in order"))
    change(tmp_path)
    found = (tmp_path / "a.jsonl").read_bytes()
    with pytest.raises(Unwritable, match=f"a.jsonl .*{says}.*; move it away, and a new one begins"):
        journal_in(tmp_path)
    assert (tmp_path / "a.jsonl").read_bytes() == found


def test_an_emptied_ledger_meets_its_export(tmp_path: Path) -> None:
    exported(journal_in(tmp_path), "1", "2")
    os.truncate(tmp_path / "job" / "ledger.sqlite", 0)
    with pytest.raises(Unwritable, match="not begun by this job"):
        journal_in(tmp_path)
    assert ids(tmp_path / "a.jsonl") == ["1", "2"]
