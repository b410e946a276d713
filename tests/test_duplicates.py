"""Duplicates: the same URL, the same text, nearly the same text; dropped, marked or kept; also after a kill."""

import gzip
import json
import os
import random
import re
import resource
import signal
from collections import Counter
from dataclasses import replace

import pytest
from test_bad_input import PARAGRAPHS
from test_batch import quick

from scraper.batch import NoInput, Settings, run
from scraper.batch.workers import Outcome
from scraper.duplicates import NEAR, Index, signature, similarity
from scraper.finishing import content_hash
from scraper.model import Article
from scraper.schema import dumps, to_line, validate

TEXT = "\n".join(PARAGRAPHS)
OTHER = TEXT.translate(dict(zip(map(ord, sorted(set(TEXT))), sorted(set(TEXT), reverse=True), strict=True)))


def article(number, text=TEXT, url=None):
    return Article(title=None, text=text, id=f"a{number:016}", url=url, content_hash=content_hash(text))


def first(index, number, text=TEXT, url=None):
    found = index.first(article(number, text, url), signature(text), number)
    return found and (found.first.lstrip("a0"), found.same)


def edited(text, share):
    numbers = random.Random(1)
    return "".join("某" if numbers.random() < share else c for c in text)


@pytest.fixture
def index():
    index = Index("")
    yield index
    index.close()


COPIES = [
    ("the same", lambda text: text, "text"),
    ("other layout", lambda text: text.replace("\n", "\n\n　　").replace("，", ","), "text"),
    ("a byline", lambda text: f"本网讯（记者 李华 通讯员 张敏）{text}", "near"),
    ("a tail", lambda text: f"{text}\n更多精彩内容请关注本网官方微信。（责任编辑：赵敏）", "near"),
    ("cut", lambda text: text[: len(text) * 9 // 10], "near"),
    ("edited", lambda text: edited(text, 0.01), "near"),
]


@pytest.mark.parametrize(("copy", "same"), [copy[1:] for copy in COPIES], ids=[name for name, *_ in COPIES])
def test_a_copy_is_told(index, copy, same):
    assert first(index, 1) is None
    assert first(index, 2, copy(TEXT)) == ("1", same)


@pytest.mark.parametrize("text", [OTHER, TEXT[: len(TEXT) // 2], edited(TEXT, 0.3)], ids=["other", "half", "rewritten"])
def test_another_article_is_no_copy(index, text):
    assert first(index, 1) is None
    assert first(index, 2, text) is None


def test_short_texts_are_the_same_or_not(index):
    assert signature("石桥镇修好了老码头，村民很高兴。") is None
    assert first(index, 1, "石桥镇修好了老码头，村民很高兴。") is None
    assert first(index, 2, "石桥镇修好了老码头，村民很满意。") is None
    assert first(index, 3, "石桥镇修好了老码头， 村民很高兴。") == ("1", "text")


def test_the_same_url_is_a_duplicate_whatever_its_text(index):
    assert first(index, 1, url="http://example.cn/a") is None
    assert first(index, 2, OTHER, url="http://example.cn/a#top") == ("1", "url")


def test_the_url_of_a_copy_is_remembered(index):
    assert first(index, 1, url="http://example.cn/a") is None
    assert first(index, 2, url="http://example.org/b") == ("1", "text")
    assert first(index, 3, OTHER, url="http://example.org/b") == ("1", "url")


def test_any_number_of_copies_name_the_first(index):
    assert first(index, 1) is None
    for number in range(2, 6):
        assert first(index, number, f"{TEXT}{'甲乙丙丁'[number - 2] * 9}") == ("1", "near")


def test_a_long_text_is_signed_in_batches():
    text = "".join(map(chr, random.Random(1).choices(range(0x4E00, 0x9FA5), k=20_000)))
    near = signature(text + "结尾")
    assert near is not None
    assert similarity(signature(text), near) > NEAR


def test_a_text_made_of_phrases_that_all_share_is_compared_with_few_and_its_copy_is_told(index, monkeypatch):
    compared = []

    def counting(one, other):
        compared.append(other)
        return similarity(one, other)

    monkeypatch.setattr("scraper.duplicates.similarity", counting)
    monkeypatch.setattr("scraper.duplicates.CROWDED", 8)
    monkeypatch.setattr("scraper.duplicates.COMPARED", 4)
    numbers = random.Random(1)
    phrases = [sentence for paragraph in PARAGRAPHS for sentence in paragraph.split("，")]
    texts = ["，".join(numbers.choices(phrases, k=7)) for _ in range(100)]
    firsts = [number for number, text in enumerate(texts, 1) if first(index, number, text) is None]
    assert len(firsts) > 50
    assert len(compared) <= 4 * len(texts)
    assert index._row("SELECT max(n) FROM (SELECT count(*) AS n FROM bands GROUP BY band)") == (8,)
    found = [first(index, 1000, f"{texts[number - 1]}（编辑李华）") for number in firsts]
    assert sum(one == (str(number), "near") for one, number in zip(found, firsts, strict=True)) > 0.6 * len(firsts)


def test_what_came_after_the_checkpoint_is_forgotten(tmp_path):
    index = Index(tmp_path / "index")
    assert first(index, 1, url="http://example.cn/a") is None
    index.commit(1)
    assert first(index, 2, url="http://example.org/b") == ("1", "text")
    assert first(index, 3, OTHER) is None
    index.commit(3)
    index.close()
    index = Index(tmp_path / "index")
    index.go_on_after(1)
    assert first(index, 2, url="http://example.org/b") == ("1", "text")
    assert first(index, 3, OTHER) is None
    index.close()


def signed(record):
    """Stands in for the recipe: every text is an article."""
    text = record[0].body.decode()
    result = replace(article(int(text[-3:]), text), text=text)
    return Outcome(result)


@pytest.fixture
def source(tmp_path):
    texts = [f"{PARAGRAPHS[number % 3]}{PARAGRAPHS[number % 3 + 1]}{number:03}" for number in range(12)]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return path


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_duplicates_are_kept_marked_or_dropped(tmp_path, source):
    output = tmp_path / "out.jsonl"
    firsts = [f"a{number:016}" for number in range(3)]
    seen = []
    for choice, kept, named in (("keep", 12, {None}), ("mark", 12, {None, *firsts}), ("drop", 3, {None})):
        seen.clear()
        settings = Settings(inputs=(str(source),), output=str(output), duplicates=choice)
        run(settings, lambda entry, done, total: seen.append(entry.file), signed)
        assert Counter(seen) == Counter(articles=kept) + Counter(rejects=12 - kept)
        lines = read(output)
        assert len(lines) == kept
        assert {line["duplicate_of"] for line in lines} == named
        assert all(validate(line) == [] for line in lines)
        assert not (tmp_path / "out.duplicates.sqlite").exists()
    rejects = read(tmp_path / "out.rejects.jsonl")
    assert [line["input"] for line in rejects] == [f"{source}:{number}" for number in range(4, 13)]
    assert {(line["reason"], line["detail"]) for line in rejects} == {
        ("duplicate", f"nearly the same text as {one}") for one in firsts
    }


def test_duplicates_of_earlier_exports_are_found(tmp_path, source):
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_bytes(dumps(to_line(article(777, PARAGRAPHS[0] + PARAGRAPHS[1]))))
    settings = Settings(
        inputs=(str(source),), output=str(tmp_path / "out.jsonl"), duplicates="drop", against=(str(earlier),)
    )
    assert run(settings, clean=signed).articles == 2


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, " cannot be read: No such file or directory"),
        (b"{}\n", ":1: no exported article"),
        (b"{no\n", ":1: no JSON"),
        (gzip.compress(b"{}" * 99)[:-9], ":1: the file ends in the middle of a gzip member"),
        (gzip.compress(dumps(to_line(article(1))) * 2, 0)[:-9], ":2: the file ends in the middle of a gzip member"),
    ],
)
def test_what_is_no_earlier_export_is_told_before_any_work(tmp_path, source, content, problem):
    if content is not None:
        (tmp_path / "earlier.jsonl").write_bytes(content)
    against = (str(tmp_path / "earlier.jsonl"),)
    settings = Settings(inputs=(str(source),), output=str(tmp_path / "out.jsonl"), duplicates="mark", against=against)
    with pytest.raises(NoInput, match=f"--against {re.escape(against[0])}{problem}"):
        run(settings, clean=quick)


def at(number, do):
    """For ``watch``: does it when so many records are written, a checkpoint after each five."""
    seen = []

    def watch(entry, done, total):
        seen.append(entry)
        if len(seen) == number:
            do()

    return watch


def interrupt():
    raise KeyboardInterrupt


HARM = {
    "none": lambda index: None,
    "deleted": lambda index: index.unlink(),
    "emptied": lambda index: index.write_bytes(b""),
    "cut": lambda index: os.truncate(index, 5000),
    "overwritten": lambda index: index.write_bytes(b"x" * 20_000),
}


@pytest.fixture
def runs(tmp_path, source, monkeypatch):
    """The settings of a run, and the bytes that it writes where nothing disturbs it."""
    monkeypatch.setattr("scraper.batch.outputs.CHECKPOINT", 5)
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_bytes(dumps(to_line(article(777, PARAGRAPHS[0] + PARAGRAPHS[1]))))

    def settings(name):
        return Settings(inputs=(str(source),), output=str(tmp_path / name), duplicates="drop", against=(str(earlier),))

    run(settings("whole.jsonl"), clean=signed)
    return settings("out.jsonl"), written(tmp_path, "whole")


def written(folder, name):
    return [(folder / f"{name}{ending}").read_bytes() for ending in (".jsonl", ".rejects.jsonl")]


@pytest.mark.parametrize("harm", HARM)
def test_an_interrupted_run_finds_the_same_duplicates_whatever_became_of_its_index(tmp_path, runs, harm):
    settings, whole = runs
    with pytest.raises(KeyboardInterrupt):
        run(settings, at(8, interrupt), signed)
    HARM[harm](tmp_path / "out.duplicates.sqlite")
    assert run(settings, clean=signed).resumed_at == (5 if harm == "none" else 0)
    assert written(tmp_path, "out") == whole


def test_an_index_that_is_damaged_meanwhile_ends_the_run_and_the_next_starts_anew(tmp_path, runs):
    settings, whole = runs
    with pytest.raises(OSError, match=r"out\.duplicates\.sqlite was damaged"):
        run(settings, at(5, lambda: HARM["overwritten"](tmp_path / "out.duplicates.sqlite")), signed)
    assert run(settings, clean=signed).resumed_at == 0
    assert written(tmp_path, "out") == whole


def test_a_run_that_was_stopped_starts_anew_where_the_earlier_export_has_changed(tmp_path, source, monkeypatch):
    monkeypatch.setattr("scraper.batch.outputs.CHECKPOINT", 5)
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_bytes(dumps(to_line(article(777, PARAGRAPHS[0] + PARAGRAPHS[1]))))
    settings = Settings(
        inputs=(str(source),), output=str(tmp_path / "out.jsonl"), duplicates="drop", against=(str(earlier),)
    )

    def stop(entry, done, total):
        if (tmp_path / "out.progress.json").exists():
            raise KeyboardInterrupt

    for content, resumed_at, articles in ((None, 5, 2), (b"", 0, 3)):
        with pytest.raises(KeyboardInterrupt):
            run(settings, stop, signed)
        if content is not None:
            earlier.write_bytes(content)
        summary = run(settings, clean=signed)
        assert (summary.resumed_at, summary.articles) == (resumed_at, articles)


def test_a_disk_that_is_full_for_the_index_is_told_as_for_any_file(tmp_path, source):
    settings = Settings(inputs=(str(source),), output=str(tmp_path / "out.jsonl"), duplicates="mark", workers=1)

    def fill(entry, done, total):
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, hard))

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(OSError, match="index of duplicates"):
            run(settings, fill, signed)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
