"""The tables of ``data/extraction/``: no row twice, none that says two things, and none that nobody reads."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from scraper.extraction import labels
from scraper.extraction.tables import table
from scraper.model import Article

NAMES = ("body", "labels", "rejection", "voices")
CODE = "".join(path.read_text("utf-8") for path in (Path(__file__).parents[1] / "scraper/extraction").glob("*.py"))


def rows(rules: dict) -> Iterator[tuple[str, list[str] | str]]:
    for name, found in rules.items():
        yield from rows(found) if isinstance(found, dict) else [(name, found)]


@pytest.mark.parametrize("name", NAMES)
def test_no_row_stands_twice_in_a_list(name: str) -> None:
    twice = {rule: [row for row, count in Counter(found).items() if count > 1] for rule, found in rows(table(name))}
    assert {rule: found for rule, found in twice.items() if found} == {}


@pytest.mark.parametrize("name", ["body", "labels", "rejection"])
def test_every_list_is_read(name: str) -> None:
    read = set(re.findall(r"[\"'](\w+)[\"']", CODE)) | set(labels.KINDS)
    assert table(name).keys() <= read


def test_every_ranking_is_of_a_field_of_the_article_or_of_the_clock() -> None:
    assert table("voices").keys() <= {field.name for field in fields(Article)} - {"title", "text"} | {"clock"}


def test_a_label_is_of_one_kind() -> None:
    kinds = Counter(label for kind in labels.KINDS for label in table("labels")[kind])
    assert kinds.most_common(1)[0][1] == 1
