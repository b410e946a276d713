"""What robots.txt says is kept, also by requests that came before it and when it says nothing for a while."""

import asyncio
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from crawl_runs import Job, large_site, listing, serve
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings

from scraper.crawl import robots as rules
from scraper.crawl.robots import RobotsMiddleware
from scraper.crawl.sample_server import Resource
from scraper.schema import cleaner_version


def robots(text: str, status: int = 200) -> Any:
    """A site with a robots.txt and three articles."""
    articles = large_site(3)
    file = Resource(status=status, body=text.encode())
    return lambda path: file if path == "/robots.txt" else articles(path)


def test_what_robots_txt_forbids_is_not_asked_for_even_by_requests_that_came_before_it(tmp_path: Path) -> None:
    with serve(robots("User-agent: *\nDisallow: /private/\n")) as server:
        starts = [f"{server.address}/private/{n}/" for n in range(12)] + [f"{server.address}/"]
        run = Job(tmp_path).run(f"start={' '.join(starts)}", "job=private", CONCURRENT_REQUESTS_PER_DOMAIN=16)
        assert run.returncode == 0, run.stderr
        assert not [path for path in server.requested if path.startswith("/private/")]
        assert "/list_0/" in server.requested


@pytest.mark.parametrize("status", [500, 429])
def test_while_robots_txt_is_unreachable_nothing_is_asked_for_and_nothing_is_lost(tmp_path: Path, status: int) -> None:
    job, articles = Job(tmp_path), large_site(3)
    file = [Resource(status=404)]
    with serve(lambda path: file[0] if path == "/robots.txt" else articles(path)) as server:
        assert job.run(f"start={server.address}/", "limit=1").returncode == 0
        file[0], asked = Resource(status=status), len(server.requested)
        run = job.run(f"start={server.address}/", RETRY_TIMES=0)
        assert server.requested[asked:] == ["/robots.txt"]
        assert run.returncode == 1
        assert f"none of 3 page(s) could be fetched (robots.txt unreachable, HTTP {status})" in run.stderr
        file[0] = Resource(status=404)
        assert job.run(f"start={server.address}/", "retry=failed").returncode == 0
    assert len(job.articles()) == 3


def test_a_robots_txt_that_breaks_off_is_no_permission(tmp_path: Path) -> None:
    def site(path: str) -> Resource:
        if path == "/robots.txt":
            raise ConnectionAbortedError
        return listing([])

    with serve(site) as server:
        run = Job(tmp_path).run(f"start={server.address}/", RETRY_TIMES=0)
        assert set(server.requested) == {"/robots.txt"}
    assert run.returncode == 1
    assert "could be fetched (robots.txt unreachable, Download" in run.stderr


def test_robots_txt_may_name_us(tmp_path: Path) -> None:
    with serve(robots("User-agent: zhengwen\nDisallow: /\n\nUser-agent: *\nAllow: /\n")) as server:
        assert Job(tmp_path).run(f"start={server.address}/").returncode == 1
        assert server.requested == ["/robots.txt"]


def test_a_crawl_delay_is_kept_and_the_contact_named(tmp_path: Path) -> None:
    with serve(robots("User-agent: *\nCrawl-delay: 0.5\n")) as server:
        started = monotonic()
        assert Job(tmp_path).run(f"start={server.address}/", CONTACT="https://example.org/bot").returncode == 0
        assert monotonic() - started > 0.5 * (len(server.requested) - 2)
        assert server.agents == {f"zhengwen/{cleaner_version()} (+https://example.org/bot)"}


def test_robots_txt_is_asked_for_again_after_a_day_and_holds_while_it_cannot_be_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers, hours = [b"/old", None, b"/new"], [0.0]

    async def download(request: Request) -> Response:
        answer = answers.pop(0)
        return Response(request.url, status=200 if answer else 503, body=b"User-agent: *\nDisallow: " + (answer or b""))

    async def forbidden(path: str) -> bool:
        try:
            await middleware.process_request(Request(f"http://example.org{path}"))
        except IgnoreRequest:
            return True
        return False

    async def seen(at: float) -> tuple[bool, bool]:
        hours[0] = at
        return await forbidden("/old"), await forbidden("/new")

    async def days() -> list[tuple[bool, bool]]:
        return [await seen(at) for at in (0, 23, 25, 25.5, 27)]

    monkeypatch.setattr(rules, "monotonic", lambda: hours[0] * 3600)
    settings = Settings({"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "zhengwen"})
    stats = SimpleNamespace(inc_value=lambda name: None)
    signals = SimpleNamespace(send_catch_log_async=AsyncMock())
    engine = SimpleNamespace(download_async=download)
    middleware = RobotsMiddleware(
        SimpleNamespace(settings=settings, stats=stats, signals=signals, engine=engine, spider=None)  # type: ignore[arg-type]
    )
    assert asyncio.run(days()) == [(True, False)] * 4 + [(False, True)]
