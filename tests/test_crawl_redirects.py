"""What a redirect leads to decides what becomes of the page that was asked for: nothing is lost behind a wall."""

from pathlib import Path

import pytest
from crawl_runs import Job, large_site, listing, serve

from scraper.crawl.ledger import Entry, Ledger, State
from scraper.crawl.sample_server import LoopbackServer, Resource

LOGIN = Resource(body="<html><body><form>请登录后继续浏览</form></body></html>".encode())


def article(number: int) -> str:
    return f"/2026/1103/c{number:05}.html"


def walled_site(walls: dict[str, str]) -> LoopbackServer:
    """A site of nine articles, of which those in ``walls`` redirect, and lead back from where they lead to."""
    articles = large_site(9)

    def find(path: str) -> Resource | None:
        if path == "/login":
            return LOGIN
        if path in walls:
            return Resource(status=302, headers=(("Location", walls[path]),))
        if path.startswith("/sso?"):
            return Resource(status=302, headers=(("Location", path.partition("?")[2]),))
        return articles(path)

    return serve(find)


def test_what_redirects_to_no_article_has_failed_and_is_had_when_the_wall_is_gone(tmp_path: Path) -> None:
    job, walls = Job(tmp_path), dict.fromkeys(map(article, range(4)), "/login")
    with walled_site(walls) as server:
        walls[article(4)] = f"http://localhost:{server.port}/login"
        walls[article(5)] = f"/sso?{article(5)}"
        walls[article(6)] = walls[article(7)] = article(8)
        walled = job.run(f"start={server.address}/", REDIRECT_MAX_TIMES=3)
        assert walled.returncode == 1
        assert "7 of 11 pages could not be fetched (redirected to what is no article)" in walled.stderr
        assert [line["url"] for line in job.articles()] == [server.address + article(8)]
        assert "ERROR" not in walled.stderr
        for number in range(6):
            del walls[article(number)]
        opened = job.run(f"start={server.address}/", "retry=failed", REDIRECT_MAX_TIMES=3)
        assert opened.returncode == 0, opened.stderr
    assert sorted(int(line["url"][-6]) for line in job.articles()) == [0, 1, 2, 3, 4, 5, 8]


def test_a_page_that_is_no_article_has_not_failed_at_its_other_address(tmp_path: Path) -> None:
    def site(path: str) -> Resource | None:
        if path.endswith("/"):
            return Resource(status=301, headers=(("Location", path.rstrip("/")),))
        return LOGIN if path.startswith("/video/") else None

    job = Job(tmp_path)
    with serve(site) as server:
        addresses = [f"{server.address}/video/{number}{slash}" for slash in ("", "/") for number in range(3)]
        (tmp_path / "urls.txt").write_text("\n".join(addresses))
        run = job.run(f"file={tmp_path / 'urls.txt'}", spider="urls")
    assert run.returncode == 0, run.stderr
    assert len(job.rejected()) == 3
    ledger = Ledger(tmp_path / "job" / "ledger.sqlite", read_only=True)
    assert [ledger.state(address) for address in addresses] == [State.DONE] * 6
    ledger.abandon()


def test_a_link_that_leads_to_another_site_has_not_failed_but_a_start_has(tmp_path: Path) -> None:
    def site(path: str) -> Resource | None:
        if path == "/":
            return listing(f'<a href="/friends/{number}/">友情链接</a>' for number in range(3))
        elsewhere = (("Location", f"http://localhost:{server.port}/"),)
        return Resource(status=302, headers=elsewhere) if path.startswith("/friends/") else None

    with serve(site) as server:
        linked = Job(tmp_path / "linked").run(f"start={server.address}/")
        started = Job(tmp_path / "started").run(f"start={server.address}/friends/0/")
    assert linked.returncode == 0, linked.stderr
    assert started.returncode == 1
    assert "none of 1 page(s) could be fetched (redirected off-site to localhost)" in started.stderr


FATES = {
    "an article": ("article", State.DONE, "article", False),
    "a part of one": ("article", State.DONE, "part", False),
    "a copy of one": ("article", State.DONE, "rejected: duplicate", False),
    "one of another day": ("article", State.SKIPPED, "skipped: published 2018-10-05, before 2026-11-01", False),
    "one to be fetched": ("article", State.WAITING, "", False),
    "another redirect, to a reject": ("article", State.DONE, "redirected: http://example.org/login", True),
    "another redirect, to an article": ("article", State.DONE, "redirected: http://example.org/1", False),
    "a redirect to itself": ("article", State.DONE, "redirected: http://example.org/0", True),
    "a reject": ("article", State.DONE, "rejected: not_an_article", True),
    "gone": ("article", State.FAILED, "failed: HTTP 404", True),
    "forbidden": ("article", State.SKIPPED, "forbidden: Forbidden by robots.txt", True),
    "a list": ("list", State.DONE, "list", True),
    "a list to be fetched": ("list", State.WAITING, "", True),
}


@pytest.mark.parametrize("case", FATES)
def test_what_a_redirect_leads_to(tmp_path: Path, case: str) -> None:
    kind, state, reason, nowhere = FATES[case]
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.close("http://example.org/1", State.DONE, "article")
    ledger.close("http://example.org/login", State.DONE, "rejected: not_an_article")
    ledger.add(Entry(url="http://example.org/0", site="example.org", kind=kind))
    if state is not State.WAITING:
        ledger.close("http://example.org/0", state, reason)
    assert ledger.leads_nowhere("http://example.org/0") is nowhere
    assert not ledger.leads_nowhere("http://example.org/unknown")
    ledger.abandon()
