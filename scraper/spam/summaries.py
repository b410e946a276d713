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
    >>> repeated_summary([f"{text}两岸", f"{text}两岸还有公交车。"])
    1
    >>> repeated_summary([text[:27], f"{text[:27]}，又快又稳。"])
    0
    >>> repeated_summary(["他站在桥上，看着远处的灯火慢慢亮起来……", text, "他站在桥上，看着远处的灯火慢慢亮起来。"])
    0
    """
    count = 0
    for line in lines[: min(_FIRST_LINES, len(lines) - 1)]:
        label, cut_off = _label().match(line), _CUT_OFF.search(line)
        summary = line[label.end() if label else 0 : cut_off.start() if cut_off else None]
        said = _key(summary)
        # A line that has no sentence may be a title, and a paragraph may begin with what the title says.
        least = _PARAGRAPH if any(end in line for end in _SENTENCE_ENDS) else _BEGINNING
        begins = len(said) >= least and _key(lines[count + 1]).startswith(said)
        below = "\n".join(lines[count + 1 :])
        marked = len(said) >= _SHORTEST and (label or (cut_off and _goes_on(below, said, summary[-1:])))
        if not (begins or marked):
            break
        if _key(below).count(said) != 1:  # what comes twice again is meant to
            break
        count += 1
    return count


def _key(text: str) -> str:
    return _NOT_TEXT.sub("", text)


def _goes_on(text: str, said: str, last: str) -> bool:
    """Whether the text goes on within its sentence after what was said: an ellipsis cut that off, and ends no sentence.

    ``last`` is the character before the ellipsis; where that is a comma, the text has it too.
    """
    at = [position for position, character in enumerate(text) if not _NOT_TEXT.match(character)]
    start = "".join(text[position] for position in at).find(said)
    end = at[start + len(said) - 1] + 1 if start >= 0 else len(text)
    following = text[end : end + 1]
    return following.isalnum() or (following == last and last not in _SENTENCE_ENDS)
