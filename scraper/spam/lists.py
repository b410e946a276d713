"""The lines of an article as a stream of list items, read from its end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ITEM = re.compile(r"[^|｜丨︱‖¦│┃┆┊、·•・‧∙,，;；>»/\\_\-－–—~～\s]+")
STRONG_SEPARATORS = frozenset("|｜丨︱‖¦│┃┆┊")
SENTENCE_END = re.compile(r"[。！？!?…”』」）)\]】>》〉]")
COLON = re.compile("[:：]")


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a line between two separators; ``strong`` says that a vertical bar follows it."""

    line: int
    start: int
    end: int
    text: str
    strong: bool


def items(line: str, number: int = 0) -> list[Item]:
    """The items of one line.

    >>> [(item.text, item.strong) for item in items("桂林市| 焉耆、长治县|")]
    [('桂林市', True), ('焉耆', False), ('长治县', True)]
    """
    found = []
    for match in ITEM.finditer(line):
        after = line[match.end() : match.end() + 2].lstrip()
        found.append(Item(number, match.start(), match.end(), match[0], after[:1] in STRONG_SEPARATORS and after != ""))
    return found


def items_from_end(lines: Sequence[str], last: int) -> Iterator[Item]:
    """The items of ``lines[: last + 1]``, the last one first."""
    for number in range(last, -1, -1):
        yield from reversed(items(lines[number], number))
