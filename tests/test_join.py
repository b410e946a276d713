"""``--join``: articles in several pages, whose pages are found among the inputs of a batch."""

import json
import os
from pathlib import Path

import pytest
from crawl_runs import Job
from test_bad_input import PAGE, PARAGRAPHS

from scraper.batch import NoInput, Settings, run
from scraper.cli import main
from scraper.crawl.following import MAX_PAGES

SITE = "http://news.example.cn/2026/"


def html(name, following=None):
    """A page of the article; its text names it."""
    link = f"<p><a href='{following}'>下一页</a></p>" if following else ""
    return PAGE.replace("船工", f"{name}页的船工").replace("</body>", f"{link}</body>")


def records(path, *pages):
    """Write JSONL of (name, next name) pairs, each at its own address."""
    lines = [
        {"url": f"{SITE}{name}.html", "html": html(name, following and f"{following}.html")}
        for name, following in pages
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(path)


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def joined(tmp_path):
    """Runs over inputs; gives the names of the pages of each article, and the rejects."""

    def clean(*inputs):
        output = tmp_path / "out" / "out.jsonl"
        output.parent.mkdir(exist_ok=True)
        summary = run(Settings(inputs=inputs, output=str(output), join=True, workers=1))
        articles = lines(output)
        assert summary.articles == len(articles)
        rejects = [
            (Path(line["url"] or "").stem, line["reason"]) for line in lines(output.with_name("out.rejects.jsonl"))
        ]
        return [[Path(url).stem for url in line["page_urls"]] for line in articles], rejects

    return clean


CASES = {
    "in order": ([("a", "a_2"), ("a_2", "a_3"), ("a_3", None)], [["a", "a_2", "a_3"]], []),
    "in any order, between others": (
        [("a_3", None), ("b", None), ("a_2", "a_3"), ("c", None), ("a", "a_2")],
        [["b"], ["c"], ["a", "a_2", "a_3"]],
        [],
    ),
    "a page is missing": ([("a", "a_2"), ("a_3", None)], [["a"], ["a_3"]], []),
    "the first page is missing": ([("a_3", None), ("a_2", "a_3")], [["a_2", "a_3"]], []),
    "a number without a link is no page": ([("a", None), ("a_2", None)], [["a"], ["a_2"]], []),
    "two point at a page": (
        [("a", "a_2"), ("a_1", "a_2"), ("a_2", None)],
        [["a", "a_2"], ["a_1", "a_2"]],
        [],
    ),
    "a page links back to the first": ([("a", "a_2"), ("a_2", "a")], [["a", "a_2"]], []),
    "a circle": ([("a_1", "a_2"), ("a_2", "a_1")], [["a_1", "a_2"]], []),
    "a second copy of a later page": (
        [("a", "a_2"), ("a_2", None), ("a_2", None)],
        [["a", "a_2"]],
        [("a_2", "duplicate")],
    ),
    "archived twice": (
        [("a", "a_2"), ("a_2", None), ("a", "a_2"), ("a_2", None)],
        [["a", "a_2"], ["a", "a_2"]],
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_pages_are_joined(tmp_path, joined, name):
    pages, articles, rejects = CASES[name]
    assert joined(records(tmp_path / "in.jsonl", *pages)) == (articles, rejects)


def test_the_text_is_that_of_all_pages_in_order(tmp_path, joined):
    joined(records(tmp_path / "in.jsonl", ("a_2", None), ("a", "a_2")))
    (article,) = lines(tmp_path / "out" / "out.jsonl")
    assert 0 <= article["text"].index("a页的船工") < article["text"].index("a_2页的船工")


def test_the_repairs_of_all_pages_are_counted_and_written_as_steps(tmp_path):
    source = tmp_path / "in.jsonl"
    records(source, ("a", "a_2"), ("a_2", "a_3"), ("a_3", None))
    pages = lines(source)
    for page in pages[1:]:
        for paragraph in PARAGRAPHS[:2]:
            page["html"] = page["html"].replace(paragraph, paragraph.encode().decode("latin-1"))
    source.write_text("".join(json.dumps(page) + "\n" for page in pages))
    output, steps = tmp_path / "out.jsonl", tmp_path / "steps.jsonl"
    run(Settings(inputs=(str(source),), output=str(output), steps=str(steps), join=True, workers=1))
    (article,) = lines(output)
    written = lines(steps)
    assert (article["damage"] == "none", len(article["page_urls"])) == (False, 3)
    assert {step["page"] for step in written} == {2, 3}
    assert sum(repair["count"] for repair in article["repairs"]) == len(written)


def test_copies_follow_the_copy_they_came_with(tmp_path, joined):
    old, new = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    records(old, ("a", "a_2"), ("a_2", None))
    records(new, ("a", "a_2"), ("a_2", None))
    new.write_text(new.read_text().replace(json.dumps("页的船工")[1:-1], json.dumps("页的渔民")[1:-1]))
    joined(str(old), str(new))
    first, second = (line["text"] for line in lines(tmp_path / "out" / "out.jsonl"))
    assert "a_2页的船工" in first
    assert "a_2页的渔民" in second


@pytest.mark.parametrize(
    "url",
    ["http://[a_2.html", "a_2.html", "", "http://a.cn/a%5F2.html", "http://例.cn/\ud800_2.html", "mailto:a_2", "#"],
)
def test_any_address_will_do(tmp_path, url):
    path = tmp_path / "in.jsonl"
    following = url.replace(".html", "_2.html").replace("_2_2", "_3")
    pages = [{"url": url, "html": html("甲", following)}, {"url": following, "html": html("乙")}]
    path.write_text("".join(json.dumps(page) + "\n" for page in pages))
    output = tmp_path / "out.jsonl"
    run(Settings(inputs=(str(path),), output=str(output), join=True, workers=1))
    assert {name for line in lines(output) for name in "甲乙" if f"{name}页" in line["text"]} == {"甲", "乙"}


def test_a_later_page_that_is_no_article_ends_the_chain_and_is_told(tmp_path, joined):
    path = tmp_path / "in.jsonl"
    records(path, ("a", "a_2"), ("b", None))
    path.write_text(path.read_text() + json.dumps({"url": f"{SITE}a_2.html", "html": "<p>404</p>"}) + "\n")
    articles, rejects = joined(str(path))
    assert articles == [["a"], ["b"]]
    assert [name for name, _ in rejects] == ["a_2"]


def test_a_chain_is_as_long_as_the_crawl_lets_it_be(tmp_path, joined):
    names = ["a", *(f"a_{number}" for number in range(2, MAX_PAGES + 3))]
    articles, _ = joined(records(tmp_path / "in.jsonl", *zip(names, [*names[1:], None], strict=True)))
    assert articles == [names[:MAX_PAGES], *([name] for name in names[MAX_PAGES:])]


@pytest.mark.parametrize(
    ("first", "second", "link"),
    [("a.html", "a_2.html", "a_2.html"), ("船 工.html", "船 工_2.html", "./%E8%88%B9 工_2.html#top")],
)
def test_files_are_joined_by_their_relative_links(tmp_path, joined, first, second, link):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / first).write_text(html("第一", link))
    (folder / second).write_text(html("第二"))
    (folder / "other.html").write_text(html("别的", "/a_2.html"))
    joined(str(folder))
    found = lines(tmp_path / "out" / "out.jsonl")
    assert sorted("第一" in line["text"] and "第二" in line["text"] for line in found) == [False, True]
    assert all(line["url"] is None for line in found)


def test_a_run_that_was_stopped_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("scraper.batch.outputs.CHECKPOINT", 2)
    pages = [pair for name in "abcdef" for pair in ((name, f"{name}_2"), (f"{name}_2", None))]
    source = records(tmp_path / "in.jsonl", *reversed(pages))
    settings = [
        Settings(inputs=(source,), output=str(tmp_path / name), join=True, workers=1) for name in ("1.jsonl", "2.jsonl")
    ]

    def stop(entry, done, total):
        if b"/d.html" in entry.line:
            raise KeyboardInterrupt

    run(settings[0])
    with pytest.raises(KeyboardInterrupt):
        run(settings[1], stop)
    assert run(settings[1]).resumed_at == 2
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["-", "pipe"])
def test_standard_input_or_a_pipe_cannot_be_read_again(tmp_path, name):
    os.mkfifo(tmp_path / "pipe")
    given = name if name == "-" else str(tmp_path / name)
    with pytest.raises(NoInput, match="only once"):
        run(Settings(inputs=(given,), output=str(tmp_path / "out.jsonl"), join=True))


def test_an_archive_gives_the_articles_of_the_crawl_that_wrote_it(tmp_path):
    crawled = Job(tmp_path / "crawled")
    assert crawled.run("site=sample", ARCHIVE=tmp_path / "warc", ARCHIVE_MAX_BYTES=20_000).returncode == 0
    archive = sorted(map(str, (tmp_path / "warc").glob("*.warc.gz")))
    assert len(archive) > 1
    for order in (archive, archive[::-1]):
        assert main(["clean", *order, "--join", "-o", str(tmp_path / "out.jsonl"), "--workers", "1"]) == 0
        assert sorted(map(json.dumps, lines(tmp_path / "out.jsonl"))) == sorted(map(json.dumps, crawled.articles()))
