"""The labels that stand before a fact on a page (``来源：``, ``责任编辑：``), and where they stand in a line."""

import re
from functools import cache

from scraper.extraction import dates, tables

TIMES = ("published", "dated", "updated")
KINDS = ("source", "publisher", "editors", "authors", *TIMES)

_LONGEST = 10
"""So many characters a label alone has at the most, its colon with it."""

_TIME_FOLLOWS = rf"(?:(?<=[布佈表稿][时時日][间間期])|(?<=[布佈表][于於])|(?<=sted @))\s{{0,3}}(?={dates.YEAR})"
"""After 发布时间 and 发布于 a time needs no colon."""
_NAME_FOLLOWS = r"\s{1,3}(?=[\u4e00-\u9fff]{2,4}(?:[^\w：:]|$))"
_SPACED = re.compile(
    r"[来來稿编編作責责校審审记記](?:(?<=[来來稿])\s{1,2}源|(?<![来來稿])\s{1,2}[辑輯者编編对對核])(?=\s?[:：])"
)
"""A label of two characters that is spread to the width of longer ones."""
_BAR = r"\s?[|｜]\s?(?=[\u4e00-\u9fff·]{2,16}(?:$|[\s、,，|｜）)】\]]))"
_BEGINS = re.compile(r"\s?[:：(（\d]")
_PLAIN = 4
"""A label of so many characters is one also where it stands glued to the word before it."""
_STAMPED = re.compile(r"\d[:：]\d\d\W{0,3}[\u4e00-\u9fff]{2,4}$(?<!图片)(?<!圖片)(?<!照片)(?<!数据)(?<!视频)")
"""A time and the name of a section, to which the label of a source may be glued."""
_OF_A_MEDIUM = re.compile(
    r"(?:^|[\s(（\[【|｜])(?!图片|版面|美术|副?总)[\u4e00-\u9fff+]{1,6}$|(?:网|網|报|報|社|台|刊|新闻|新聞|中心)$"
)
"""What may stand before 编辑 or 记者 in the name of an office."""


def joined(text: str) -> str:
    """A line with labels of two characters that are spread to the width of longer ones put together.

    >>> joined("来 源：城北日报编 辑：张三")
    '来源：城北日报编辑：张三'
    """
    return _SPACED.sub(lambda match: "".join(match[0].split()), text)


def can_be_in(text: str) -> bool:
    """Whether a line may hold a label with a value; False is sure, and for most lines soon known."""
    return _ending().search(text) is not None


def marks(text: str) -> list[re.Match[str]]:
    """The labels of a line, and the words that end a value; ``lastgroup`` is the kind of the former.

    What is only the end of a longer word is neither (城北发布 is a medium), unless it is long, ends the value of
    another label, or a colon or a number shows that the word begins something.
    """
    found: list[re.Match[str]] = []
    for mark in pattern().finditer(text):
        kind = mark.lastgroup or "other"
        in_word = "\u4e00" <= text[mark.start() - 1 : mark.start()] <= "\u9fff"
        if kind == "other":
            if (in_word and not _BEGINS.match(text, mark.end())) or text.startswith("公众", mark.end()):
                continue
        elif in_word and not _stands_glued(mark) and not any(one.lastgroup != "other" for one in found):
            continue
        found.append(mark)
    return found


def _stands_glued(mark: re.Match[str]) -> bool:
    """Whether a mark is a label although a word ends right before it."""
    label, before = mark[mark.lastgroup or 0], mark.string[: mark.start()]
    if len(label) >= _PLAIN:
        return True
    if mark.lastgroup == "source":
        return _STAMPED.search(before) is not None
    return mark.lastgroup in ("editors", "authors") and _OF_A_MEDIUM.search(before) is not None


def is_label(text: str, in_table: bool) -> bool:
    """Whether a block is a label alone, whose value is the next block; a cell of a table needs no colon.

    >>> is_label("发布日期：", False), is_label("发布日期：2020-01-02", False)
    (True, False)
    >>> is_label("来 源", True), is_label("来 源", False), is_label("来源地", True)
    (True, False, False)
    """
    if len(text) > _LONGEST:
        return False
    if text[-1:] in ":：":
        return pattern().match(joined(text)) is not None
    return in_table and text.replace(" ", "") in kinds()


@cache
def kinds() -> dict[str, str]:
    """The kind of every label, its colon left out."""
    table = tables.table("labels")
    return {label: kind for kind in KINDS for label in table[kind]}


@cache
def pattern() -> re.Pattern[str]:
    """One pattern for all labels: the group that matched tells the kind."""
    table = tables.table("labels")
    groups = "|".join(f"(?P<{kind}>{tables.alternatives(table[kind])})" for kind in KINDS)
    people = rf"(?<=[编輯辑对核校文写者稿审源自员])(?:\s?[/／︱丨]\s?|[】\]]\s?|{_BAR})(?![图圖])(?=[\u4e00-\u9fff])"
    begun = "".join(sorted({re.escape(word[0]) for word in (*kinds(), *table["others"])}))
    return re.compile(
        rf"(?=[{begun}])(?:(?:{groups})(?:\s?[:：︰∶]\s?|{people}|{_TIME_FOLLOWS})|(?P<other>{tables.alternatives(table['others'])}))"
    )


@cache
def _ending() -> re.Pattern[str]:
    """What every label that has a value ends in: far faster to look for than the labels, and most lines have none."""
    last = re.escape("".join(sorted({label[-1] for label in kinds()})))
    return re.compile(
        rf"[{last}/／](?:(?<![/／])\s?[:：︰∶/／︱丨|｜】\]]|{_TIME_FOLLOWS}|(?<=[编編辑輯者对對核]){_NAME_FOLLOWS}|(?<=[/／])\s?(?:责任|責任)?[编編][辑輯]$)"
    )
