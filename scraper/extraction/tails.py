"""What stands behind a title in its own line: the time, the source, counters, tools."""

import re
from collections.abc import Sequence
from functools import cache

from scraper.extraction import dates, labels, tables

_DAY = dates.YEAR + r"\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?:\s?[日号號])?"
_CLOCK = r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
_COUNTER = r"(?:浏览|瀏覽|点击|點擊|阅读|閱讀|人气|访问)(?:[数量]|次数)?\s?[:：]\s?\d"
_LONGEST, _LONGEST_VALUE = 120, 16
_SHORTEST_TITLE = 6
IN_BRACKETS = re.compile(rf"\s*[(（\[【]\s*(?:{_DAY}\s*)?(?:{_CLOCK}\s*)?[)）\]】]$")
"""A time, or nothing, in brackets at the end of a line."""
_MARK = re.compile(r"[\d:：]")
"""It is in whatever is set off behind a title."""
_SPACE = re.compile(r"\s+")


@cache
def _tail() -> re.Pattern[str]:
    """Matches what follows a title: times, facts with their labels, tools, perhaps with counters, media before a time.

    Each begins and ends with a letter or a digit, and can be read in one way only (``(?>…)``): a line of many would
    else be read in more ways than there is time for.
    """
    table = tables.table("labels")
    named = tables.alternatives([word for kind in (*labels.KINDS, "others") for word in table[kind]])
    tools = tables.alternatives([*table["tools"], *table["others"]])
    endings = tables.alternatives(table["sure_endings"])
    many = "(?:次数|[数次量])?"
    label = rf"(?:{named}){many}\s?[:：]"
    pieces = (
        rf"{_DAY}(?:\s*{_CLOCK})?",
        rf"\d{{1,2}}[-/.月]\d{{1,2}}日?\s*{_CLOCK}",
        rf"{label}\s?(?:(?!{label})[\w·]){{0,{_LONGEST_VALUE}}}",
        rf"[\u4e00-\u9fff]{{1,8}}(?:{endings})(?=\s*{_DAY})",
        rf"(?:{tools}){many}(?:\s*[(（]?\s?\d+(?:\s?次)?)?",
    )
    return re.compile(rf"(?:[\W_]*(?>{'|'.join(pieces)}))+[\W_]*")


@cache
def _set_off() -> re.Pattern[str]:
    """Finds where what no title ends in begins: a day with its clock, or a counter; behind white space a fact with a
    label too, and in the group a day alone, which a title may end in.
    """
    table = tables.table("labels")
    named = tables.alternatives([word for kind in labels.KINDS for word in table[kind]])
    times = tables.alternatives([word for kind in labels.TIMES for word in table[kind]])
    anywhere = rf"{_DAY}\s*{_CLOCK}|(?:{times})\s?[:：]\s?{_DAY}|{_COUNTER}"
    behind_space = rf"({_DAY}$)|{_DAY}(?=\s)|(?:{named})\s?[:：]"
    return re.compile(rf"(?<=\S)(?:\s+[(（\[【]?\s?(?={anywhere}|{behind_space})|(?={anywhere}))")


def without_tail(text: str, apart: str | None, said: Sequence[str]) -> str:
    """The line of a title without the time, the facts and the tools that stand behind it.

    ``apart`` is the line with a space where elements meet, if it is known (``Block.apart``), ``said`` are the titles
    that the page's metadata give. What a title that is known does not have goes; else what is set off and no title
    ends in.

    >>> without_tail("城北新桥今日通车收藏 打印", None, ["城北新桥今日通车"])
    '城北新桥今日通车'
    >>> without_tail("城北新桥今日通车 2019-09-07 13:43", None, []), without_tail("城北新桥今日通车 收藏", None, [])
    ('城北新桥今日通车', '城北新桥今日通车 收藏')
    >>> without_tail("城北菜价 2019年9月7日", None, []), without_tail("城北新桥今日通车（2019-09-07）", None, [])
    ('城北菜价 2019年9月7日', '城北新桥今日通车')
    >>> without_tail("城北新桥今日通车浏览次数：12", None, []), without_tail("寻找幸福的来源：城北故事", None, [])
    ('城北新桥今日通车', '寻找幸福的来源：城北故事')
    >>> without_tail("城北新桥今日通车2019年9月7日", "城北新桥今日通车 2019年9月7日", [])
    '城北新桥今日通车'
    >>> without_tail("城北新桥今日通车" + "评论数" * 30 + "甲", None, ["城北新桥今日通车"])[-2:]  # in no time
    '数甲'
    """
    if len(text) > _LONGEST:
        return text
    text = IN_BRACKETS.sub("", text)
    if text in said:
        return text
    for title in said:
        if len(title) >= _SHORTEST_TITLE and text.startswith(title) and _tail().fullmatch(text, len(title)):
            return title
    line = apart or text
    begins = _set_off().finditer(line) if _MARK.search(line) else ()
    found = next((one for one in begins if _tail().fullmatch(line, one.start())), None)
    if not found:
        return text
    title = _first(text, len(_SPACE.sub("", line[: found.start()])))
    glued = not text[len(title) : len(title) + 1].isspace()
    return title if len(title) >= _SHORTEST_TITLE and (glued or not found[1]) else text


def _first(text: str, count: int) -> str:
    """The beginning of a text, with so many characters that are no white space."""
    places = [at for at, character in enumerate(text) if not character.isspace()]
    return text[: places[count - 1] + 1]
