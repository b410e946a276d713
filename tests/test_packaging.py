"""What the Makefile does in a checkout."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
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
