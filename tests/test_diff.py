"""What changed between two exports."""

import gzip
import json
import re
import sqlite3
from dataclasses import replace

import pytest
from test_schema import FULL

from scraper.cli import main
from scraper.diff import compare
from scraper.model import Article, Reason, Rejected, Removal, RepairCount
from scraper.schema import dumps, rejected_to_line, to_line


def article(number, **changes):
    url = f"http://example.cn/{number}.html"
    return replace(FULL, id=f"a{number:016}", url=url, canonical_url=url, **changes)


OLD = [article(number) for number in range(5)]
TAIL = Removal(rule="keyword_list", where="tail", text="甲 乙")
NEW = [
    article(0),
    article(1, text="第一段。", removed=(*FULL.removed, TAIL)),
    article(2, title="另一个题目"),
    article(3, encoding="big5", repairs=(RepairCount(channel="reading", count=2),), removed=()),
    article(7),
]


def export(path, articles, rejects=()):
    path.write_bytes(b"".join(dumps(to_line(one)) for one in articles))
    path.with_name(f"{path.stem}.rejects.jsonl").write_bytes(b"".join(dumps(rejected_to_line(one)) for one in rejects))
    return path


@pytest.fixture
def exports(tmp_path):
    was = Rejected(url="http://example.cn/7.html", reason=Reason.TOO_SHORT)
    now = Rejected(url="http://example.cn/4.html", reason=Reason.SPAM)
    return export(tmp_path / "old.jsonl", OLD, [was]), export(tmp_path / "new.jsonl", NEW, [now])


def test_every_article_is_told(exports):
    found = [(change.kind, change.id, change.fields, change.causes) for change in compare(*exports)]
    assert found == [
        ("same", "a0000000000000000", (), ()),
        ("changed", "a0000000000000001", ("text", "removed"), ("+keyword_list",)),
        ("changed", "a0000000000000002", ("title",), ("extraction",)),
        (
            "changed",
            "a0000000000000003",
            ("encoding", "repairs", "removed"),
            ("-place_names", "-reading", "encoding gb18030 → big5"),
        ),
        ("added", "a0000000000000007", (), ("too_short",)),
        ("lost", "a0000000000000004", (), ("spam",)),
    ]


def test_an_export_differs_from_itself_in_nothing(exports):
    assert {change.kind for change in compare(exports[0], exports[0])} == {"same"}


def test_articles_without_url_are_matched_by_their_place(tmp_path):
    one = Article(title=None, text="文", id="a" + "0" * 32, extra='{"input":"a.jsonl:1"}')
    old = export(tmp_path / "old.jsonl", [one])
    new = export(tmp_path / "new.jsonl", [replace(one, text="新文", id="a" + "1" * 32)])
    (change,) = compare(old, new)
    assert (change.kind, change.fields) == ("changed", ("id", "text"))


def test_the_same_url_twice_is_matched_in_order(tmp_path):
    old = export(tmp_path / "old.jsonl", [article(1), article(1, title="二")])
    new = export(tmp_path / "new.jsonl", [article(1), article(1, title="三")])
    assert [change.kind for change in compare(old, new)] == ["same", "changed"]


def test_the_command_counts_and_writes_the_changes(exports, tmp_path, capsys):
    assert main(["diff", *map(str, exports), "--changes", str(tmp_path / "changes.jsonl")]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == "added 1, lost 1, changed 3, same 1"
    assert ["changed", "by", "+keyword_list", "1"] in [row.split() for row in rows]
    assert ["lost", "by", "spam", "1"] in [row.split() for row in rows]
    changes = [json.loads(line) for line in (tmp_path / "changes.jsonl").read_text().splitlines()]
    assert [change["kind"] for change in changes] == ["changed", "changed", "changed", "added", "lost"]
    assert changes[0]["old"]["text"] == FULL.text


@pytest.mark.parametrize("name", ["old.jsonl", "new.jsonl", "old.rejects.jsonl", "sub/../new.rejects.jsonl", "link"])
def test_what_is_compared_is_not_overwritten(exports, tmp_path, capsys, name):
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to(exports[0])
    before = {path: path.read_bytes() for path in tmp_path.glob("*.jsonl")}
    assert main(["diff", *map(str, exports), "--changes", str(tmp_path / name)]) == 2
    assert "give --changes a file of its own" in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in tmp_path.glob("*.jsonl")}


@pytest.mark.parametrize("name", ["-", ".", ""])
def test_changes_go_to_a_file(exports, tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert main(["diff", *map(str, exports), "--changes", name]) == 2
    assert "name a file with --changes" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_the_changes_appear_whole_or_not_at_all(exports, tmp_path):
    changes = tmp_path / "changes.jsonl.gz"
    assert main(["diff", *map(str, exports), "--changes", str(changes)]) == 0
    whole = changes.read_bytes()
    assert gzip.decompress(whole).count(b"\n") == 5
    with exports[1].open("ab") as file:
        file.write(b"{no\n")
    assert main(["diff", *map(str, exports), "--changes", str(changes)]) == 2
    assert changes.read_bytes() == whole
    assert not list(tmp_path.glob("*.partial"))


def test_what_utf8_cannot_hold_is_compared_as_it_would_be_written(exports, tmp_path):
    """Another program may have escaped it."""
    line = to_line(OLD[0]) | {"title": "甲\ud800", "url": "http://example.cn/\ud800"}
    for export in exports:
        export.write_text(json.dumps(line) + "\n")
    assert [(change.kind, change.key) for change in compare(*exports)] == [("same", "http://example.cn/\ufffd")]
    exports[1].write_text(json.dumps(line | {"text": "\udfff"}) + "\n")
    assert main(["diff", *map(str, exports), "--changes", str(tmp_path / "changes.jsonl")]) == 0
    assert json.loads((tmp_path / "changes.jsonl").read_bytes())["new"]["text"] == "\ufffd"


@pytest.mark.parametrize("content", [None, b"{no\n", b'{"reason": "spam"}\n', gzip.compress(b"{}\n" * 99)[:-9]])
def test_what_is_no_export_is_told(exports, tmp_path, capsys, content):
    if content is not None:
        (tmp_path / "bad.jsonl").write_bytes(content)
    assert main(["diff", str(exports[0]), str(tmp_path / "bad.jsonl")]) == 2
    assert "bad.jsonl" in capsys.readouterr().err


BROKEN_BESIDE = [
    ("new.jsonl", dumps(to_line(article(1)) | {"extra": "{no"}), "new.jsonl:1: its field extra is no JSON"),
    ("new.rejects.jsonl", gzip.compress(b"{}\n" * 99)[:-9], "new.rejects.jsonl:99: the file ends in the middle of"),
    ("old.rejects.jsonl", b"{no\n", "old.rejects.jsonl:1: no JSON"),
]


@pytest.mark.parametrize(("name", "content", "problem"), BROKEN_BESIDE, ids=[name for name, *_ in BROKEN_BESIDE])
def test_what_cannot_be_compared_is_told_with_file_and_line(exports, tmp_path, name, content, problem):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(f"{tmp_path}/{problem}")):
        list(compare(*exports))


def test_a_full_folder_for_temporary_files_is_told(exports, monkeypatch, capsys):
    def small(*arguments, **options):
        database = sqlite3.Connection(*arguments, **options)
        database.execute("PRAGMA max_page_count = 3")
        return database

    monkeypatch.setattr("scraper.diff.sqlite3.connect", small)
    old, new = exports
    assert main(["diff", str(old), str(new)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"scraper: no room for {old} in the folder for temporary files")
