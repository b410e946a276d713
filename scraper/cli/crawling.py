"""``scraper status``: what became of the URLs that crawls have found."""

from pathlib import Path

import click

from scraper.cli.console import say, table
from scraper.cli.exits import Exit, Stop

COLUMNS = ("article", "rejected", "skipped", "failed", "waiting")


@click.command()
@click.option("--jobs", "folder", type=click.Path(path_type=Path), default=Path(".scrapy/jobs"), show_default=True)
def status(folder: Path) -> Exit:
    """Show the ledgers of all crawls: by site what was found, done and failed, and how the last run ended."""
    from scraper.crawl.status import jobs

    found = list(jobs(folder))
    if not found:
        there = "; one with REDIS_URL keeps it in Redis" if any(folder.glob("*/lock")) else ""
        problem = f"no crawl has left a ledger in {folder}{there}; name another folder with --jobs"
        raise Stop(Exit.NOTHING_DONE, problem)
    rows = [
        (job.job, site or "–", str(status.found), *(str(status.outcomes[name]) for name in COLUMNS))
        for job in found
        for site, status in sorted(job.sites.items())
    ]
    click.echo(table(("job", "site", "found", *COLUMNS), rows), nl=False)
    for job in found:
        failures = [(site, why, count) for site, s in job.sites.items() for why, count in s.failures.most_common(3)]
        for site, why, count in failures:
            click.echo(f"{job.job}: {site}: {count} failed: {why}")
        if job.last_run:
            click.echo(f"{job.job}: last run {job.last_run.finished}: {job.last_run.outcome}")
    problems = [job.problem for job in found if job.problem]
    for problem in problems:
        say(problem)
    return Exit.INCOMPLETE if problems else Exit.DONE
