"""The rows of ``data/spam/``: which line of an article is not the article, and by what it is known.

A row has an ``id``, a ``scope``, ``examples``, ``counterexamples``, and either a ``pattern``, which must match a whole
line, or the name of a structural ``test``. Patterns are written in Simplified characters and match Traditional ones as
well. The scopes of patterns:

``any``      anywhere in the article
``edge``     before its first or after its last paragraph of prose
``head``     before its first paragraph of prose
``tail``     after its last paragraph of prose
``beside``   right above or below a line of an article's editors or of a site's contacts that was taken out
``label``    a line with a label that sites use, which no rule takes out and which belongs to no list of the article
``section``  a heading that, with all lines after it, is not the article, where no prose comes after it
``cut``      (searched) words after which nothing is the article's, where no prose comes after them
``byline``   a line that says who wrote or took something: no heading
``channel``  a word that spider pools put between names of places
``service``  what a name of a place goes on with in a search phrase
``lead``     a line that announces a foreign list; it goes together with the list only
``intro``    (searched, not matched) the words with which an article announces a list of its own
``heading``  (searched) the end of a heading, without the mark of a sentence, that announces a list
``counted``  (searched) words that speak of many places together, of which a list may follow
``title``    (searched) words of a title that promise a list
``query``    (searched) a word of a phrase that people search for
``offer``    (searched) such a word that advertises, as none of a verse, a course or a service does
``container``  (searched) an element that holds nothing but spam, as ``tag#id.class``
``brand``    (searched) a name of the gambling trade, with what such names go on with
``ad``       a line that advertises such a name, where no word of the trade stands elsewhere
``trade``    (searched) a word of an article about that trade
``subject``  (searched) a word of an article about searches, prices and the like, whose lines are then its own
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from opencc import OpenCC

from scraper import tables

SCOPES = ("any", "edge", "head", "tail", "section", "lead", "beside", "label", "byline", "channel", "service", "ad")
SEARCHED = ("cut", "intro", "counted", "title", "heading", "query", "offer", "brand", "trade", "subject", "container")
LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row; exactly one of ``pattern`` and ``test`` is given. Examples of a test are whole texts.
    A row is ``alone`` where a second line that it matches makes both the article's own; and so does an article that
    speaks of its ``subject``, the id of another row.
    """

    id: str
    scope: str
    pattern: str | None = None
    test: str | None = None
    alone: bool = False
    subject: str | None = None
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lines:
    """Rules of some scopes as one pattern."""

    pattern: re.Pattern[str]
    ids: dict[str, str]

    def rule(self, line: str) -> str | None:
        """The id of the first rule that matches the whole line, None where none does."""
        if len(line) > LONGEST:
            return None
        match = self.pattern.fullmatch(line)
        return self.ids[match.lastgroup] if match and match.lastgroup else None

    def search(self, line: str) -> bool:
        """Whether a rule matches somewhere in the line."""
        return self.pattern.search(line) is not None


@cache
def rows() -> tuple[Rule, ...]:
    """All rows, in the order of the files and of the rows in them. Raises TypeError for a row with an unknown key."""
    found = []
    for path in sorted(tables.path("spam").glob("*.toml")):
        for row in tomllib.loads(path.read_text("utf-8"))["rule"]:
            found.append(Rule(**{key: _frozen(value) for key, value in row.items()}))
    return tuple(found)


@cache
def alone() -> frozenset[str]:
    """The ids of the rows whose lines come alone."""
    return frozenset(row.id for row in rows() if row.alone)


@cache
def subject_of(rule: str) -> re.Pattern[str] | None:
    """What an article speaks of whose lines the rule leaves alone; None for any.

    >>> subject_of("searches").search("读者搜得最多的是天气")[0], subject_of("editors")
    ('搜得', None)
    """
    subject = next((row.subject for row in rows() if row.id == rule), None)
    return pattern_of(subject) if subject else None


@cache
def pattern_of(rule: str) -> re.Pattern[str]:
    """The pattern of the row with this id. Raises KeyError where there is none."""
    patterns = {row.id: row.pattern or "" for row in rows()}
    return re.compile(in_both_scripts(patterns[rule]))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@cache
def lines(*scopes: str) -> Lines:
    """The patterns of the rows with these scopes, compiled.

    >>> lines("any", "edge", "tail").rule("（責任編輯：王小明）")
    'editors'
    >>> lines("any", "edge", "head").rule("来源于群众的智慧，要回到群众中去。")
    """
    chosen = [row for row in rows() if row.scope in scopes and row.pattern]
    ids = {f"r{number}": row.id for number, row in enumerate(chosen)}
    # The group comes last: a choice passes over a pattern by its first character only where no group begins there.
    source = "|".join(f"(?:{in_both_scripts(row.pattern or '')})(?P<r{number}>)" for number, row in enumerate(chosen))
    return Lines(re.compile(source), ids)


@cache
def _traditional() -> dict[str, str]:
    """By a Simplified character, all that Traditional Chinese writes for it: 布 is 布 or 佈, 阅 is 閱 or 閲."""
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    found: dict[str, str] = {}
    for written, simplified in zip(han, OpenCC("t2s").convert("\n".join(han)).split("\n"), strict=True):
        if written != simplified:
            found[simplified] = found.get(simplified, "") + written
    return found


def in_both_scripts(pattern: str) -> str:
    """The pattern with each character that Traditional Chinese writes otherwise turned into a class of all of them.

    >>> in_both_scripts("编辑[员人]"), in_both_scripts("[责]"), in_both_scripts("发布")
    ('[编編][辑輯][员員人]', '[责責]', '[发發髮][布佈]')
    """
    traditional = _traditional()
    out, in_class = [], False
    for position, character in enumerate(pattern):
        if character in "[]" and pattern[position - 1 : position] != "\\":
            in_class = character == "["
        others = traditional.get(character, "")
        out.append(f"[{character}{others}]" if others and not in_class else character + others)
    return "".join(out)
