"""The lines of an article as a stream of list items, read from its end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PUNCTUATION = r"|｜丨︱‖¦∣ㅣ∥⎮〡ǀ︳॥।、·•・‧∙．﹒⸱゠ˉ,，;；>»/\\_\-－–—~～\s#＃*＊+＋=＝^&＆@※"
_SYMBOLS = (
    "\u200b-\u200f\u2060\ufeff\ufe0f\u2500-\u25b5\u25bc-\u2707\u2709-\u2793\u27bf\u2b12-\u2bff"
    "\U0001f000-\U0001f51b\U0001f520-\U0001f67f\U0001f700-\U0001faff"
)
ITEM = re.compile(f"[^{_PUNCTUATION}{_SYMBOLS}]+")
"""What stands between two separators: punctuation, frames, stars, hearts, emoji and what has no width. No arrow and
no vehicle, which join the places of a route."""
STRONG_SEPARATORS = frozenset("|｜丨︱‖¦│┃┆┊∣ㅣ║∥⎮〡ǀ︳॥")
SENTENCE_END = re.compile(r"[。！？!?…”』」）)\]】>》〉]")
COLON = re.compile("[:：]")
_WORK = re.compile(r"[\d.、·•●\s]{0,6}《[^》]{1,40}》(?:[\s（(/／,，—\-][^。！？；]{0,40})?")
_FACT = re.compile("([\u4e00-\u9fff]{2,6})[:：]\\s?[^，。！？；]{1,12}")


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a line between two separators; ``strong`` says that a vertical bar follows it. Of a place with what is
    searched for there ``text`` is the place and ``service`` the rest.
    """

    line: int
    start: int
    end: int
    text: str
    strong: bool
    service: str = ""


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


def are_works_or_facts(lines: Sequence[str]) -> bool:
    """Whether lines are a list of books, or facts with a label each, as no list of headlines is.

    >>> are_works_or_facts(["《西游记》 吴承恩", "《呐喊》（鲁迅）"]), are_works_or_facts(["《西游记》重印", "老街"])
    (True, False)
    >>> are_works_or_facts(["全长：1.2公里", "造价：3亿元"]), are_works_or_facts(["视频：新桥", "视频：过桥"])
    (True, False)
    """
    facts = [match[1] for line in lines if (match := _FACT.fullmatch(line.strip()))]
    if lines and len(facts) == len(lines):
        return len(set(facts)) == len(facts)
    return bool(lines) and all(_WORK.fullmatch(line.strip()) for line in lines)
