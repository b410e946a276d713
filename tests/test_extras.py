"""What an extra brings is imported by nobody who does not use it."""

import subprocess
import sys
from pathlib import Path

EXTRAS = {"datatrove", "ray", "redis", "scrapy_redis"}
EVERYTHING_ELSE = "scraper.cli, scraper.batch, scraper.merge, scraper.cleaning, scraper.settings, scraper.crawl.addon"


def test_extras_are_not_imported_with_the_library() -> None:
    code = f"import sys, {EVERYTHING_ELSE}, spiders.news; print(*({EXTRAS} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
