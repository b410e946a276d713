"""Pages that describe a thing (a program, a film, a product) field by field, with a few sentences on it."""

import re
from collections import Counter, defaultdict
from functools import cache

from scraper.extraction import tables
from scraper.extraction.body import Body
from scraper.model import Document

_LONGEST_FIELD = 60
_LEAST_FIELDS, _MOST_FIELDS = 5, 7
"""So many different fields of a thing beside a text, or in all, describe it."""


def described(document: Document, body: Body) -> str | None:
    """What the fields of a page describe, where it has many of them: ``软件大小``, ``软件授权`` and so on.

    Each field counts once, and more where it stands beside the text: an article may end in a few of them.
    """
    inside = set(body.indices)
    fields: dict[str, set[str]] = defaultdict(set)
    beside: Counter[str] = Counter()
    for index, block in enumerate(document.blocks):
        if len(block.text) <= _LONGEST_FIELD and (field := _field().match(block.text)):
            for thing in _things()[field[0]]:
                beside[thing] += index not in inside and field[0] not in fields[thing]
                fields[thing].add(field[0])
    for thing, found in fields.items():
        if beside[thing] >= _LEAST_FIELDS or len(found) >= _MOST_FIELDS:
            return f"the page of a {thing}: {'、'.join(sorted(found)[:_LEAST_FIELDS])}"
    return None


@cache
def _things() -> dict[str, list[str]]:
    """The things that each field describes."""
    things: dict[str, list[str]] = defaultdict(list)
    for thing, fields in tables.table("rejection")["things"].items():
        for field in fields:
            things[field].append(thing)
    return things


@cache
def _field() -> re.Pattern[str]:
    return re.compile(rf"(?:{tables.alternatives(list(_things()))})(?=[\s:：·\]]|$)")
