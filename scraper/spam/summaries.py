"""Summaries that a page sets above an article and that say only what the article says again."""

import re
from collections.abc import Sequence
from functools import cache

from scraper.spam.rules import in_both_scripts

_CUT_OFF = re.compile(r"\s*(?:…+|\.{3,}|。{3,})\s*$")
_NOT_TEXT = re.compile(r"[\W_]+")
_SENTENCE_ENDS = ("。", "！", "？")
_SHORTEST, _PARAGRAPH, _BEGINNING = 15, 25, 40
_FIRST_LINES = 2


@cache
def _label() -> re.Pattern[str]:
    """What stands before a summary."""
    words = "摘\\s?要|内容摘要|导\\s?读|核心提示|内容提要|提\\s?要|导语|简介"
    return re.compile(in_both_scripts(rf"[【\[（(]?\s?(?:{words})\s?(?:[】\]）)][:：]?|[:：])\s?"))


def repeated_summary(lines: Sequence[str]) -> int:
    """How many of the first lines are summaries: word for word in the text, and labelled, cut off by an ellipsis, or
    what the next paragraph begins with.

    Nothing is lost with them. A line that says anything of its own is none.

    >>> text = "新桥昨天上午正式通车，市民过河只要十分钟，比过去快得多。"
    >>> repeated_summary(["摘要：新桥昨天上午正式通车，市民过河只要十分钟……", text])
    1
    >>> repeated_summary(["摘要：新桥昨天上午正式通车，全长一千二百米。", text])
    0
    """
    count = 0
    for line in lines[: min(_FIRST_LINES, len(lines) - 1)]:
        label, cut_off = _label().match(line), _CUT_OFF.search(line)
        said = _key(line[label.end() if label else 0 : cut_off.start() if cut_off else None])
        # A line that is no sentence may be a title, and a paragraph may begin with what the title says.
        least = _PARAGRAPH if line.endswith(_SENTENCE_ENDS) else _BEGINNING
        begins = len(said) >= least and _key(lines[count + 1]).startswith(said)
        if not (begins or ((label or cut_off) and len(said) >= _SHORTEST)):
            break
        if _key("".join(lines[count + 1 :])).count(said) != 1:  # what comes twice again is meant to
            break
        count += 1
    return count


def _key(text: str) -> str:
    return _NOT_TEXT.sub("", text)
