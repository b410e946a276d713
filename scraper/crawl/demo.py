"""``make run``: crawl the sample site with the real command, and show what came out of it.

Everything between the two lines of text is ``scrapy crawl news -a site=sample``: a server on a free loopback port,
robots.txt, the ledger, the pipelines, the export.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from scraper.crawl.ledger import Ledger, Run
from scraper.crawl.sample_server import sample_resources
from scraper.decoding import decode

EXPORT = Path("exports/sample.jsonl")
REJECTS = Path("exports/sample.rejects.jsonl")
BIN = ".venv/bin/" if ".venv" in sys.prefix else ""
SHOWN = "/mirror/show-58213.html"
"""The page of the sample site that is shown before and after: a spider pool's copy of an article."""

PARAGRAPHS = 2
"""How many of its paragraphs are shown."""

Line = dict[str, Any]


def main() -> int:
    """Crawl, show, and give the crawl's exit code."""
    console = Console()
    resources = sample_resources()
    console.print(
        f"[bold]正文 Zhengwen[/]  crawling a sample news site: {len(resources)} URLs, every trap the web has in store"
    )
    for path in (EXPORT, REJECTS):
        path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        code = crawl(Path(folder))
        seconds = time.monotonic() - started
        if code:
            return code
        run = last_run(Path(folder))
    articles = [json.loads(line) for line in EXPORT.read_bytes().splitlines()]
    console.print(numbers(run, seconds, articles))
    show_one(console, articles, resources[SHOWN].body)
    console.print(what_next())
    return 0


def crawl(folder: Path) -> int:
    """Run the command as a user would, with its state in ``folder``."""
    settings = {"JOB_FOLDER": folder, "EXPORT": EXPORT, "REJECTS": REJECTS}
    options = [f"--set={name}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "site=sample", *options]
    return subprocess.run(command, check=False).returncode


def last_run(folder: Path) -> Run:
    """What the ledger says of the run."""
    ledger = Ledger(folder / "ledger.sqlite", read_only=True)
    run = ledger.runs(last=1)[0]
    ledger.abandon()
    return run


def numbers(run: Run, seconds: float, articles: list[Line]) -> Table:
    """The run in figures."""
    stats = run.stats
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="cyan", justify="right")
    table.add_column()
    table.add_row("pages fetched", f"{stats['response_received_count']:.0f} in {seconds:.1f} s")
    table.add_row("articles", f"[bold green]{len(articles)}[/] in {EXPORT}")
    table.add_row("rejected", listed(stats, "clean/rejected/") or "none")
    table.add_row("not fetched", listed(stats, "ledger/failed/", "ledger/forbidden/") or "none")
    table.add_row("encodings met", listed(stats, "clean/encoding/"))
    damaged = sum(stats.get(f"clean/damage/{damage}", 0) for damage in ("repaired", "guessed"))
    table.add_row("repaired", f"{stats.get('clean/repairs', 0):.0f} places on {damaged:.0f} page(s)")
    removed = [removal for article in articles for removal in article["removed"]]
    table.add_row(
        "spam removed", f"{len(removed)} piece(s), {sum(len(removal['text']) for removal in removed)} characters"
    )
    return table


def listed(stats: dict[str, float], *prefixes: str) -> str:
    """The stats below some names, as ``3 this, 1 that``.

    >>> listed({"clean/encoding/gb18030": 5, "clean/encoding/big5": 1}, "clean/encoding/")
    '5 gb18030, 1 big5'
    """
    found = {
        name.removeprefix(prefix): count
        for prefix in prefixes
        for name, count in stats.items()
        if name.startswith(prefix)
    }
    return ", ".join(f"{count:.0f} {name}" for name, count in sorted(found.items(), key=lambda item: -item[1]))


def show_one(console: Console, articles: list[Line], body: bytes) -> None:
    """One article before and after, side by side."""
    article = next((each for each in articles if (each["url"] or "").endswith(SHOWN)), None)
    if article is None:
        return
    source = [line for line in decode(body).text.splitlines() if line.startswith(("    <h1>", "    <div", "<p>"))]
    before = Text(
        overflow="fold",
        text="\n".join(re.sub(r"<[^>]+>|&nbsp;|　", " ", line).strip() for line in source[: PARAGRAPHS + 2]),
    )
    facts = f"{article['published']}  来源 {article['source']}  责任编辑 {'、'.join(article['editors'])}\n"
    after = Text(f"{article['title']}\n", style="bold", overflow="fold").append(facts, style="not bold dim")
    after.append("\n".join(article["text"].split("\n")[:PARAGRAPHS]), style="not bold")
    for removal in article["removed"]:
        after.append(f"\n{removal['text'][:40]}…", style="not bold red strike")
    grid = Table.grid(expand=True)
    for _ in range(2):
        grid.add_column(ratio=1)
    grid.add_row(Panel(before, title="as it was served"), Panel(after, title="as it was exported"))
    console.print(grid)


def what_next() -> Text:
    """Three commands to go on with."""
    return Text.from_markup(
        "[bold]Next[/]\n"
        f"  {BIN}scraper clean page.html -o -                       clean a page you have\n"
        f"  {BIN}scrapy crawl news -a start=https://…/ -a limit=20  crawl a site you like\n"
        f"  {BIN}scraper sites                                      the sites that are described"
    )


if __name__ == "__main__":
    sys.exit(main())
