"""The command's subcommands, as a person calls them."""

import errno
import io
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from test_bad_input import ARTICLE, PAGE
from test_schema import FULL

from scraper.batch import Settings, Summary
from scraper.cli import main
from scraper.export import LineFile
from scraper.inputs import Fields
from scraper.model import Reason, Rejected
from scraper.schema import dumps, rejected_to_line, to_line


@pytest.fixture
def stdin(monkeypatch):
    def give(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))

    return give


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--help"], 0, "Clean articles"),
        (["clean", "--help"], 0, "--keep-fields"),
        (["--version"], 0, "scraper, version"),
    ],
)
def test_help_is_given(capsys, arguments, code, said):
    assert main(arguments) == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Usage"),
        (["clean"], "Missing argument 'INPUT...'. See scraper clean --help"),
        (["clean", "a.html"], "Missing option '-o'"),
        (["clean", "a.html", "-o", "b", "--workers", "0"], "Invalid value for '--workers'"),
        (["clean", "--explain", "no.html"], "no.html: no such file"),
        (["nonsense"], "No such command 'nonsense'"),
        (["decode", "no.html"], "no.html cannot be read: No such file"),
        (["repair", "no.txt"], "no.txt cannot be read"),
        (["validate", "no.jsonl"], "no.jsonl cannot be read"),
        (["sites", "nowhere"], "nowhere"),
    ],
)
def test_wrong_usage_is_told_and_nothing_is_done(capsys, arguments, said):
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_every_option_of_clean_reaches_the_run(monkeypatch):
    given = "in.jsonl -o out.jsonl --rejects r.jsonl --steps s.jsonl --workers 3 --text-field body --keep-fields a,b"
    runs = []
    monkeypatch.setattr(
        "scraper.batch.run", lambda settings, watch, tell: runs.append(settings) or Summary(0, 0, 0, {}, 0)
    )
    rest = "--parquet --join --duplicates drop --against x.jsonl --against y.jsonl"
    assert main(["clean", *given.split(), *rest.split()]) == 0
    names = {"inputs": ("in.jsonl",), "output": "out.jsonl", "rejects": "r.jsonl", "steps": "s.jsonl", "workers": 3}
    rest = {"parquet": True, "join": True, "duplicates": "drop", "against": ("x.jsonl", "y.jsonl")}
    assert runs == [Settings(fields=Fields(text="body", keep=("a", "b")), **names, **rest)]


def test_no_model_is_loaded_but_by_the_workers():
    code = (
        "import sys, scraper.cli, scraper.batch; assert not {'numpy', 'lxml', 'opencc', 'scrapy'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_second_run_on_the_same_output_is_refused(tmp_path, capsys):
    (tmp_path / "a.html").write_text(PAGE)
    with LineFile(tmp_path / "out.jsonl.partial"):
        assert main(["clean", str(tmp_path / "a.html"), "-o", str(tmp_path / "out.jsonl")]) == 3
    assert "another run is writing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.ENOSPC, "make room and give the same command again"), (errno.EIO, "written; give the same command again")],
)
def test_an_output_that_fails_is_told_with_what_to_do(tmp_path, monkeypatch, capsys, number, advice):
    def fail(*_, **__):
        raise OSError(number, "failed")

    monkeypatch.setattr("scraper.batch.run", fail)
    assert main(["clean", "a.html", "-o", str(tmp_path / "out.jsonl")]) == 1
    assert advice in capsys.readouterr().err


@pytest.mark.parametrize("kept", [b"", b"{}\n"])
def test_an_interrupt_before_the_first_record_says_what_an_earlier_run_has_written(tmp_path, monkeypatch, capsys, kept):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("scraper.batch.run", interrupt)
    (tmp_path / "out.jsonl.partial").write_bytes(kept)
    assert main(["clean", "a.html", "-o", str(tmp_path / "out.jsonl")]) == 130
    written = f"{tmp_path / 'out.jsonl'}.partial holds whole lines" if kept else "nothing was written"
    assert capsys.readouterr().err == f"scraper: interrupted: {written}\n"


def test_clean_writes_articles_to_standard_output(tmp_path, capfdbinary):
    (tmp_path / "a.html").write_text(PAGE)
    assert main(["clean", str(tmp_path / "a.html"), "-o", "-"]) == 0
    out, err = capfdbinary.readouterr()
    (line,) = out.splitlines()
    assert json.loads(line)["title"] == "石桥镇老码头重新开张"
    assert b"1 records: 1 articles; 0 rejects" in err
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "-"], "give --rejects FILE to have them all named"),
        (["-o", "-", "--rejects", "r.jsonl"], "the rejects name them all"),
        (["-o", "out.jsonl"], "the rejects name them all"),
    ],
)
def test_of_many_records_that_failed_it_is_said_where_they_are_named(tmp_path, monkeypatch, capfd, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_bytes(b"{no\n" * 30)
    assert main(["clean", "in.jsonl", *arguments, "--workers", "1"]) == 1
    *told, more, _ = capfd.readouterr().err.splitlines()
    assert (len(told), more) == (20, f"scraper: more records failed; {said}")


def test_fields_of_the_input_are_kept(tmp_path, capfdbinary):
    record = {"body": ARTICLE, "id": 7, "url": "http://example.cn/1.html", "other": "x"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    arguments = ["clean", str(tmp_path / "a.jsonl"), "-o", "-", "--text-field", "body", "--keep-fields", "id, input"]
    assert main(arguments) == 0
    line = json.loads(capfdbinary.readouterr().out)
    assert json.loads(line["extra"]) == {"id": 7, "input": f"{tmp_path}/a.jsonl:1"}
    assert line["url"] == "http://example.cn/1.html"


def test_articles_in_several_pages_are_joined_on_demand(tmp_path, capfdbinary):
    first = PAGE.replace("</body>", "<p><a href='a_2.html'>下一页</a></p></body>")
    (tmp_path / "a.html").write_text(first.replace("船工", "第1页的船工"))
    (tmp_path / "a_2.html").write_text(PAGE.replace("船工", "第2页的船工"))
    assert main(["clean", str(tmp_path), "--join", "-o", "-"]) == 0
    (line,) = map(json.loads, capfdbinary.readouterr().out.splitlines())
    assert "第1页的船工" in line["text"]
    assert "第2页的船工" in line["text"]


EXPLAINED = """<html><head><meta charset="utf-8"><meta name="author" content="网站管理员">
<meta name="publishdate" content="2026-11-04"></head><body><h1>石桥镇老码头重新开张</h1>
<div class="info">2026-11-05 08:30 来源：石桥晚报 作者：周小满</div><div id="content">%s</div>
<div class="foot">关于我们 联系我们</div></body></html>"""


def explained(lines, start):
    """The words of the line that starts with that word, and of those below it that belong to it."""
    at = next(number for number, line in enumerate(lines) if line.split()[:1] == [start])
    rest = [line.split() for line in lines[at + 1 :]]
    below = next((number for number, line in enumerate(lines[at + 1 :]) if not line.startswith(" ")), len(rest))
    return [lines[at].split(), *rest[:below]]


def test_clean_explains_which_voice_gave_each_field_and_which_blocks_are_the_body(tmp_path, capsys):
    paragraphs = [part for part in ARTICLE.split("\n") if part][2:]  # without title and time
    html = EXPLAINED % "".join(f"<p>{part}</p>" for part in paragraphs)
    (tmp_path / "a.html").write_bytes(html.encode())
    assert main(["clean", "--explain", str(tmp_path / "a.html")]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith(f"{tmp_path}/a.html: an article of ")
    assert "read as utf-8; meta utf-8" in out
    assert "damage none; nothing repaired" in out
    authors = explained(lines, "authors")
    assert authors[0] == ["authors", "周小满", "labelled", "周小满", "1", "given"]
    assert ["author", "网站管理员", "passed", "over"] in authors[1:]
    published = explained(lines, "published")
    assert published[0][1] == "2026-11-05T08:30:00+08:00" and published[0][-1] == "given"
    assert ["publishdate", "2026-11-04", "passed", "over"] in published[1:]
    assert "blocks chosen as the body, inside div#content" in out
    assert sum(line.split()[1:2] == ["body"] for line in lines) == len(paragraphs)
    assert err == ""


def test_clean_explains_repairs_and_removals(tmp_path, capsys):
    garbled = ARTICLE.encode().decode("latin-1")
    (tmp_path / "a.txt").write_text(f"{garbled}\n（责任编辑：周小满）")
    assert main(["clean", "--explain", str(tmp_path / "a.txt")]) == 0
    out = capsys.readouterr().out
    assert "steps: utf-8 as windows-1252" in out
    assert ["editors", "tail", "（责任编辑：周小满）"] in [line.split() for line in out.splitlines()]


def test_clean_explains_a_rejection(tmp_path, capsys):
    (tmp_path / "a.html").write_text("<html><body><ul><li><a href='/1.html'>一</a></ul></body></html>")
    assert main(["clean", "--explain", str(tmp_path / "a.html")]) == 0
    out = capsys.readouterr().out
    assert "a.html: rejected as " in out.splitlines()[0]
    assert "blocks chosen as the body" in out


@pytest.mark.parametrize("body", [b"", b"\0\x01\x02\xff" * 99, b"<html>", b"\xff\xfe"])
def test_anything_can_be_explained(tmp_path, capsys, body):
    (tmp_path / "a.html").write_bytes(body)
    assert main(["clean", "--explain", str(tmp_path / "a.html")]) == 0
    assert "rejected as" in capsys.readouterr().out


def test_the_explanation_goes_to_standard_error_where_articles_are_written(tmp_path, capfdbinary):
    (tmp_path / "a.html").write_text(PAGE)
    assert main(["clean", "--explain", str(tmp_path / "a.html"), "-o", "-", "--workers", "1"]) == 0
    out, err = capfdbinary.readouterr()
    assert json.loads(out)["title"] == "石桥镇老码头重新开张"
    assert "blocks chosen as the body" in err.decode()


@pytest.mark.parametrize(
    ("arguments", "said"), [(["a.html", "b.html"], "takes one INPUT"), (["-", "-o", "out.jsonl"], "only once")]
)
def test_what_cannot_be_explained_is_told(capsys, arguments, said):
    assert main(["clean", "--explain", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_decode_says_the_encoding_and_why(tmp_path, capsys):
    (tmp_path / "a.html").write_bytes(PAGE.replace("charset='utf-8'", "charset='gb2312'").encode("gb18030"))
    assert main(["decode", str(tmp_path / "a.html"), "--content-type", "text/html; charset=big5"]) == 0
    head, header, *rows = capsys.readouterr().out.splitlines()
    assert head == f"{tmp_path}/a.html: gb18030; every byte could be read"
    assert header.split() == ["voice", "said", "note"]
    assert any("big5" in row.lower() for row in rows)
    assert any("gb2312" in row.lower() for row in rows)


def test_repair_gives_clean_text_back(stdin, capfdbinary):
    stdin(ARTICLE.encode())
    assert main(["repair"]) == 0
    assert capfdbinary.readouterr() == (ARTICLE.encode(), b"")


def test_repair_explains_every_step(stdin, capfdbinary):
    stdin(ARTICLE.encode().decode("latin-1").encode())
    assert main(["repair", "-", "--explain"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.decode() == ARTICLE
    head, *rows, last = err.decode().splitlines()
    assert head.split() == ["at", "channel", "before", "→", "after", "gain"]
    assert all("→ [" in row for row in rows)
    assert f"damage repaired; {len(rows)} steps, 0 of them guessed" in last


def test_repair_says_that_bytes_could_not_be_read(stdin, capfdbinary):
    stdin(ARTICLE.encode() + b"\xff\xfe\xfd" + ARTICLE.encode())
    assert main(["repair"]) == 1
    out, err = capfdbinary.readouterr()
    assert "U+FFFD" in err.decode()
    assert ARTICLE in out.decode()


def test_sites_are_listed_and_checked(capsys):
    assert main(["sites"]) == 0
    assert "sample" in capsys.readouterr().out
    assert main(["sites", "sample"]) == 0


def test_validate_names_every_wrong_line(tmp_path, capsys):
    path = tmp_path / "out.jsonl"
    good, bad = to_line(FULL), to_line(FULL) | {"text": "", "published": "yesterday"}
    rejected = rejected_to_line(Rejected(url=None, reason=Reason.SPAM))
    path.write_bytes(dumps(good) + dumps(bad) + b"{no\n" + dumps(rejected) + dumps(rejected | {"reason": "because"}))
    assert main(["validate", str(path)]) == 1
    out, err = capsys.readouterr()
    told = [line.removeprefix(f"{path}:").split(":")[0:2] for line in out.splitlines()]
    assert told == [["2", " text"], ["2", " published"], ["3", " no JSON"], ["5", " reason"]]
    assert "5 lines, 3 wrong" in err


@pytest.mark.parametrize("change", [{"title": "甲\ud800"}, {"perplexity": float("nan")}], ids=["surrogate", "NaN"])
def test_validate_names_what_other_readers_take_for_no_json(tmp_path, capsys, change):
    line = to_line(FULL)
    (tmp_path / "a.jsonl").write_text("\ufeff" + "".join(json.dumps(one) + "\n" for one in (line, line | change)))
    assert main(["validate", str(tmp_path / "a.jsonl")]) == 1
    (problem,) = capsys.readouterr().out.splitlines()
    assert problem.startswith(f"{tmp_path / 'a.jsonl'}:2: no JSON: ")


@pytest.mark.parametrize("changed", ["out.jsonl", "out.rejects.jsonl"])
def test_validate_sees_that_a_file_was_changed(tmp_path, capsys, changed):
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in (ARTICLE, "", "短")))
    assert main(["clean", str(source), "-o", str(tmp_path / "out.jsonl"), "--workers", "1"]) == 0
    files = [str(tmp_path / "out.jsonl"), str(tmp_path / "out.rejects.jsonl")]
    assert main(["validate", *files]) == 0
    with (tmp_path / changed).open("rb+") as file:
        first = file.readline()
        file.truncate(len(first) - 1)  # still a valid line
    own, other = sorted(files, key=lambda name: not name.endswith(changed))
    assert main(["validate", own]) == 1
    assert f"{own}: its sha256 is not the manifest's" in capsys.readouterr().out
    assert main(["validate", other]) == (1 if "rejects" in changed else 0)
    told = f"{other}: {changed}: its sha256 is not the manifest's" if "rejects" in changed else ""
    assert capsys.readouterr().out.startswith(told)
    (tmp_path / "out.rejects.jsonl").unlink()  # who moves the rejects away may do so
    assert main(["validate", files[0]]) == (0 if "rejects" in changed else 1)


@pytest.mark.parametrize("name", [".", "sub/out.jsonl/x", "9" * 300])
def test_validate_does_nothing_where_a_file_cannot_be_opened(tmp_path, capsys, name):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "out.jsonl").touch()
    assert main(["validate", str(tmp_path / name)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_validate_goes_on_after_a_file_that_cannot_be_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.jsonl").write_bytes(b"{}\n")
    (tmp_path / "good.jsonl").write_bytes(dumps(to_line(FULL)))
    assert main(["validate", "missing.jsonl", "bad.jsonl", ".", "good.jsonl"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("bad.jsonl:1: ")
    assert err.splitlines() == [
        "scraper: missing.jsonl cannot be read: No such file or directory",
        "scraper: . cannot be read: Is a directory",
        "scraper: 2 lines, 3 wrong",
    ]


def test_validate_tells_where_a_file_breaks_off_and_goes_on(tmp_path, monkeypatch, capsys):
    def read_error(file, strict):
        yield 1, to_line(FULL)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("scraper.inputs.jsonl.objects", read_error)
    (tmp_path / "a.jsonl").touch()
    assert main(["validate", str(tmp_path / "a.jsonl"), str(tmp_path / "a.jsonl")]) == 1
    out, err = capsys.readouterr()
    assert out.count("a.jsonl: breaks off after line 1: Input/output error\n") == 2
    assert err == "scraper: 2 lines, 2 wrong\n"


def test_validate_finds_nothing_wrong_with_an_export(tmp_path, capsys):
    lines = [dumps(to_line(replace(FULL, text=str(number)))) for number in range(3)]
    (tmp_path / "out.jsonl").write_bytes(b"".join(lines))
    assert main(["validate", str(tmp_path / "out.jsonl")]) == 0
    assert capsys.readouterr().out == ""
