"""What the README promises: its commands and options exist, and its table of fields is the schema's."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.export import beside

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SHOWN = re.findall(r"^    (?:zcat .* )?scraper ([a-z]+)([^#\n]*)", README, re.M)


@pytest.mark.parametrize(("command", "rest"), SHOWN)
def test_shown_commands_and_options_exist(command: str, rest: str) -> None:
    asked = [sys.executable, "-m", "scraper", command, "--help"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest.partition("|")[0]):
        assert option in shown.stdout, f"scraper {command} {option}"


def test_shown_commands_can_be_given_one_after_another_in_one_folder() -> None:
    outputs = [Path(name) for name in re.findall(r"^    scraper .* -o ([\w.]+)", README, re.M)]
    assert len({beside(output, "manifest.json") for output in outputs}) == len(outputs) > 5


def test_the_table_of_fields_is_the_schema() -> None:
    schema = json.loads((ROOT / "data/schema/article.v1.json").read_text("utf-8"))["properties"]
    rows = re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", README.partition("## Read the export")[2], re.M)
    kinds = {name: rules["type"] for name, rules in schema.items()}
    assert rows == [(name, kind if isinstance(kind, str) else " or ".join(kind)) for name, kind in kinds.items()]


@pytest.mark.parametrize("target", re.findall(r"^    make (\w+)", README, re.M))
def test_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:data|scraper|tests|docs)/[\w./]*)`", README))))
def test_files_that_are_named_exist(path: str) -> None:
    assert (ROOT / path).exists()
