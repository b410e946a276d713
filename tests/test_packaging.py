"""What the Makefile does in a checkout, and that an archive of the sources holds all that it takes."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PYTHON = "#!/bin/sh\nexit 0\n"
PIP = '#!/bin/sh\nfor last; do :; done; echo "$last" >> "$(dirname "$0")/installed"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The Makefile with what it needs, an environment whose pip notes what it is to install, and a user's crawl."""
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for path, text in {
        "python": PYTHON,
        ".venv/bin/pip": PIP,
        "exports/news.jsonl": "",
        "exports/sample.jsonl": "",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    return tmp_path


def make(checkout: Path, *arguments: str) -> None:
    subprocess.run(
        ["make", "-C", checkout, f"PYTHON={checkout / 'python'}", *arguments], check=True, capture_output=True
    )


def test_what_is_asked_for_is_installed_once(checkout: Path) -> None:
    for extras in ("dev", "dev", "dev,redis", "dev"):
        make(checkout, "setup", f"EXTRAS={extras}")
    assert (checkout / ".venv/bin/installed").read_text().split() == [".[dev]", ".[dev,redis]"]


def test_cleaning_up_takes_the_sample_and_leaves_what_was_crawled(checkout: Path) -> None:
    make(checkout, "clean")
    assert [path.name for path in (checkout / "exports").iterdir()] == ["news.jsonl"]
    assert not (checkout / ".venv").exists()


def test_an_archive_of_the_sources_holds_what_its_makefile_and_readme_name() -> None:
    targets = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    prerequisites = re.findall(r"[\w-]+\.\w+", MAKEFILE.partition("\n$(STAMP):")[2].partition("\n")[0])
    named = re.findall(r"`((?:data|scraper|tests|docs))/", (ROOT / "README.md").read_text("utf-8"))
    assert prerequisites and named
    assert {*prerequisites, *named} <= {*targets["sdist"]["include"], "pyproject.toml"}
