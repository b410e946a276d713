"""A crawl that is killed at any moment is completed by the next run: nothing missing, nothing twice, no torn line."""

import random
from pathlib import Path

from crawl_runs import Job, large_site, serve

ARTICLES = 150
KILLS = 4


def test_killed_runs_are_completed(tmp_path: Path) -> None:
    job = Job(tmp_path)
    chance = random.Random(7)
    with serve(large_site(ARTICLES)) as server:
        for _ in range(KILLS):
            run = job.start(f"start={server.address}/", CLEAN_PROCESSES=1)
            job.kill(run, after=chance.uniform(0, 2.5))
        finished = job.run(f"start={server.address}/")

    assert finished.returncode == 0, finished.stderr
    urls = [article["url"] for article in job.articles()]
    assert len(urls) == len(set(urls)) == ARTICLES
