"""Articles in several pages: exported once and whole, whatever becomes of their later pages and names these."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from crawl_runs import Job, listing, serve

from scraper.cli import command
from scraper.crawl.sample_server import Resource, sample_resources

PAGES = ["/2026/1105/d4001.html", "/2026/1105/d4001_2.html", "/2026/1105/d4001_3.html"]


def site(*listed: str) -> dict[str, Resource]:
    """A site with an article in three pages, and a front page that names some of its pages."""
    front = listing(f'<a href="{path}">一条河的三次改道与水文站</a>' for path in listed)
    return {path: sample_resources()[path] for path in PAGES} | {"/": front}


@pytest.mark.parametrize("code", [503, 202])
def test_an_article_waits_for_a_page_that_fails_for_a_moment_and_ends_where_none_is(tmp_path: Path, code: int) -> None:
    job, pages = Job(tmp_path), site(PAGES[0])
    with serve(pages) as server:
        pages[PAGES[2]] = Resource(status=code)
        job.run(f"start={server.address}/")
        assert job.articles() == []
        assert f"1 failed: a later page of the article: HTTP {code}" in status(job)
        del pages[PAGES[2]]
        again = job.run(f"start={server.address}/", "retry=failed")
    assert again.returncode == 0, again.stderr
    (article,) = job.articles()
    assert article["page_urls"] == [f"{server.address}{path}" for path in PAGES[:2]]
    assert f"without its later page {server.address}{PAGES[2]}: HTTP 404" in again.stderr
    assert "failed:" not in status(job)


def test_pages_that_a_list_names_are_no_articles_of_their_own(tmp_path: Path) -> None:
    job = Job(tmp_path)
    with serve(site(*reversed(PAGES))) as server:
        run = job.run(f"start={server.address}/", CLEAN_PROCESSES=1, CONCURRENT_REQUESTS_PER_DOMAIN=8)
    assert run.returncode == 0, run.stderr
    (article,) = job.articles()
    assert article["page_urls"] == [f"{server.address}{path}" for path in PAGES]
    assert all(server.requested.count(path) == 1 for path in PAGES)


def status(job: Job) -> str:
    """What ``scraper status`` says."""
    runner = CliRunner().invoke(command, ["status", "--jobs", str(job.folder)])
    assert runner.exit_code == 0
    return runner.output
