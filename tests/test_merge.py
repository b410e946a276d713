"""Several exports become one, each article once."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import pytest

from scraper import Article
from scraper.batch import OutputError
from scraper.cli import main
from scraper.finishing import content_hash, identifier
from scraper.merge import NotMerged, merge
from scraper.schema import dumps, to_line, validate

LONG = "".join(f"云溪镇第{n}号码头今年修缮完毕，镇上派人看守。" for n in range(12))


def article(url: str, text: str, title: str = "码头") -> Article:
    return Article(
        id=identifier(url), url=url, title=title, text=text, content_hash=content_hash(text), language="zh-Hans",
        encoding="utf-8", characters=len(text), paragraphs=1, han_share=1.0, removed_share=0.0, perplexity=10.0,
    )  # fmt: skip


def export(path: Path, articles: Sequence[Article]) -> str:
    path.write_bytes(b"".join(dumps(to_line(each)) for each in articles))
    return str(path)


FIRST = article("http://example.org/1", LONG)
AGAIN = article("http://example.org/1", LONG, title="码头（修订）")
COPY = article("http://other.org/9", LONG)
NEAR = article("http://third.org/5", LONG.replace("第3号", "第三号"))
OTHER = article("http://example.org/2", "另一篇文章，说的是茶馆。")


@pytest.fixture
def parts(tmp_path: Path) -> list[str]:
    return [export(tmp_path / "a.jsonl", [FIRST, OTHER]), export(tmp_path / "b.jsonl", [AGAIN, COPY, NEAR])]


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_the_same_url_is_written_once_and_copies_are_marked(parts: list[str], tmp_path: Path) -> None:
    merged = merge(parts, str(tmp_path / "out.jsonl"))
    written = lines(tmp_path / "out.jsonl")
    assert [(line["url"], line["duplicate_of"]) for line in written] == [
        (FIRST.url, None),
        (OTHER.url, None),
        (COPY.url, FIRST.id),
        (NEAR.url, FIRST.id),
    ]
    assert written[0]["title"] == FIRST.title
    assert (merged.lines, merged.written, merged.marked, merged.left_out, merged.failed) == (5, 4, 2, 1, 0)
    (left_out,) = lines(tmp_path / "out.rejects.jsonl")
    assert (left_out["reason"], left_out["input"]) == ("duplicate", f"{parts[1]}:1")
    assert not [problem for line in written for problem in validate(line)]
    assert json.loads((tmp_path / "out.manifest.json").read_bytes())["count"] == 4


def test_copies_are_dropped_if_asked(parts: list[str], tmp_path: Path) -> None:
    merge(parts, str(tmp_path / "out.jsonl"), duplicates="drop")
    assert [line["url"] for line in lines(tmp_path / "out.jsonl")] == [FIRST.url, OTHER.url]
    assert len(lines(tmp_path / "out.rejects.jsonl")) == 3


def test_copies_are_kept_as_they_are_if_asked_and_the_same_url_is_written_once(
    parts: list[str], tmp_path: Path
) -> None:
    merge([*parts, export(tmp_path / "c.jsonl", [COPY])], str(tmp_path / "out.jsonl"), duplicates="keep")
    kept = b"".join(dumps(to_line(each)) for each in (FIRST, OTHER, COPY, NEAR))
    assert (tmp_path / "out.jsonl").read_bytes() == kept
    assert [line["url"] for line in lines(tmp_path / "out.rejects.jsonl")] == [AGAIN.url, COPY.url]


def test_a_kill_leaves_nothing_but_the_partial_output(parts: list[str], tmp_path: Path) -> None:
    Path(parts[1]).write_bytes(b"{no\n")
    seen: list[set[str]] = []
    merge(parts, str(tmp_path / "out.jsonl"), tell=lambda *_: seen.append({path.name for path in tmp_path.iterdir()}))
    assert seen == [{"a.jsonl", "b.jsonl", "out.jsonl.partial", "out.rejects.jsonl.partial"}]


def test_the_export_that_is_named_first_wins(parts: list[str], tmp_path: Path) -> None:
    merge(parts[::-1], str(tmp_path / "out.jsonl"))
    assert lines(tmp_path / "out.jsonl")[0]["title"] == AGAIN.title


def test_lines_keep_the_version_that_wrote_them(tmp_path: Path) -> None:
    line = to_line(FIRST) | {"cleaner_version": "0.0.1"}
    (tmp_path / "old.jsonl").write_bytes(dumps(line))
    merge([str(tmp_path / "old.jsonl")], str(tmp_path / "out.jsonl.gz"))
    merge([str(tmp_path / "out.jsonl.gz")], str(tmp_path / "again.jsonl"))
    assert lines(tmp_path / "again.jsonl") == [line]


def test_a_torn_line_costs_that_line_and_is_told(parts: list[str], tmp_path: Path) -> None:
    whole = Path(parts[1]).read_bytes()
    Path(parts[1]).write_bytes(whole[:-40] + b"\n")
    told: list[str] = []
    merged = merge(parts, str(tmp_path / "out.jsonl"), tell=lambda place, problem: told.append(place))
    assert merged.failed == 1
    assert told == [f"{parts[1]}:3"]
    assert merged.written == 3
    *_, last = lines(tmp_path / "out.rejects.jsonl")
    assert (last["reason"], last["input"]) == ("unreadable", told[0])
    assert validate(last, "rejected") == []


@pytest.mark.parametrize("output", ["out.jsonl", "/dev/null"])
def test_many_lines_that_are_none_are_not_all_told_but_all_written(
    output: str, parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(parts[0]).open("ab") as file:
        file.write(b"{no\n" * 50)
    assert main(["merge", *parts, "-o", str(tmp_path / output)]) == 1
    *told, more, _ = capsys.readouterr().err.splitlines()
    assert len(told) == 20
    if output == "out.jsonl":
        assert more.endswith("the rejects name them all")
        assert [line["reason"] for line in lines(tmp_path / "out.rejects.jsonl")].count("unreadable") == 50
    else:
        assert more.endswith("write to a file to have them all in its rejects")


def test_a_pipe_is_merged_and_a_folder_named(parts: list[str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = Thread(target=lambda: (tmp_path / "pipe").write_bytes(Path(parts[0]).read_bytes()), daemon=True)
    writer.start()
    assert merge([str(tmp_path / "pipe"), parts[1]], str(tmp_path / "out.jsonl")).written == 4
    with pytest.raises(NotMerged, match=f"{tmp_path} is a folder"):
        merge([str(tmp_path), *parts], str(tmp_path / "out.jsonl"))


def test_rejects_among_the_exports_are_passed_over(
    parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.rejects.jsonl").write_bytes(dumps({"url": None, "reason": "spam"}) * 3)
    exports = sorted(map(str, tmp_path.glob("*.jsonl")))
    assert main(["merge", *exports, "-o", str(tmp_path / "out.jsonl")]) == 0
    (said,) = capsys.readouterr().err.splitlines()
    assert "5 articles read, 4 written, 2 of them marked as duplicates, 1 left out, 3 rejects passed over" in said


def test_the_rejects_of_the_merge_before_are_passed_over_as_well(parts: list[str], tmp_path: Path) -> None:
    output = str(tmp_path / "all.jsonl.gz")
    for _ in range(2):
        merged = merge(sorted(map(str, tmp_path.glob("*.jsonl"))), output)
        assert (merged.written, merged.failed) == (4, 0)
    assert merged.rejects == len(lines(tmp_path / "all.rejects.jsonl")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", 5),
        ("url", float("nan")),
        ("canonical_url", ["x"]),
        ("content_hash", 7),
        ("text", None),
        ("removed", [{}]),
    ],
)
def test_a_line_that_another_program_has_changed_costs_that_line(
    field: str, value: object, parts: list[str], tmp_path: Path
) -> None:
    first, *rest = lines(Path(parts[1]))
    Path(parts[1]).write_text("".join(json.dumps(line) + "\n" for line in (first | {field: value}, *rest)))
    told: list[str] = []
    merged = merge(parts, str(tmp_path / "out.jsonl"), tell=lambda place, problem: told.append(place))
    assert (merged.failed, merged.written, told) == (1, 4, [f"{parts[1]}:1"])


def test_a_line_without_all_fields_is_told(parts: list[str], tmp_path: Path) -> None:
    few = [{name: line[name] for name in ("schema_version", "title", "text", "id")} for line in lines(Path(parts[0]))]
    Path(parts[0]).write_text("".join(json.dumps(line) + "\n" for line in few))
    told: list[str] = []
    merge(parts, str(tmp_path / "out.jsonl"), "drop", tell=lambda place, problem: told.append(problem))
    assert told == ["no exported article: it has no field cleaner_version"] * 2


@pytest.mark.parametrize("name", ["missing.jsonl", "a.jsonl", "out.jsonl", "out.rejects.jsonl"])
def test_nothing_is_written_where_an_input_is_wrong(name: str, parts: list[str], tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_bytes(b"before\n")
    (tmp_path / "out.rejects.jsonl").write_bytes(Path(parts[0]).read_bytes())
    with pytest.raises(NotMerged, match=name):
        merge([*parts, str(tmp_path / name)], str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_bytes() == b"before\n"


def test_an_output_that_cannot_be_written_is_said_at_once(parts: list[str], tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        merge(parts, str(tmp_path / "no-such-folder" / "out.jsonl"))


def test_the_command(parts: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = str(tmp_path / "out.jsonl")
    assert main(["merge", *parts, "-o", output]) == 0
    assert "5 articles read, 4 written, 2 of them marked as duplicates, 1 left out" in capsys.readouterr().err
    assert main(["merge", str(tmp_path / "missing.jsonl"), "-o", output]) == 2
    Path(parts[0]).write_bytes(Path(parts[0]).read_bytes()[:-5])
    assert main(["merge", *parts, "-o", output]) == 1
    assert f"{parts[0]}:2" in capsys.readouterr().err
