"""Facts that a line names with a label: ``来源：…``, ``责任编辑：…``, ``作者：…``."""

import re
from collections.abc import Iterator
from functools import cache

from scraper.extraction import tables

KINDS = ("source", "editors", "authors")

_SURROUNDINGS = " \t　:：,，;；|/、·-—–_()（）[]【】<>《》〈〉“”\"'。.*#&"
_NAME_BREAK = re.compile(r"[、,，;；/|\s&]+|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff])")
_NAME = re.compile(r"[\u3400-\u9fff·•○〇*]{2,8}|[A-Za-z][\w .·-]{1,24}|[A-Z]{2}\d{2,6}")
_LONGEST_LINE = 220
_LONGEST_VALUE = 40


@cache
def _pattern() -> re.Pattern[str]:
    """One pattern for all labels: the group that matched tells the kind."""
    labels = tables.table("labels")
    kinds = [
        f"(?P<{kind}>{tables.alternatives(labels[kind])})" for kind in ("source", "editors", "authors", "published", "updated")
    ]
    return re.compile(rf"(?<![\u4e00-\u9fff])(?:{'|'.join(kinds)})\s?[:：︰∶]\s?|(?P<other>{tables.alternatives(labels['others'])})")


def find(text: str) -> Iterator[tuple[str, str]]:
    """The (kind, value) pairs of one line, where a label and a colon stand before the value.

    >>> list(find("2018-10-05 16:09 来源：某某日报 责任编辑：张三 字号：大 中 小"))
    [('source', '某某日报'), ('editors', '张三')]
    >>> list(find("来源于生活的故事"))
    []
    """
    if len(text) > _LONGEST_LINE or not _has_colon(text):
        return
    marks = list(_pattern().finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        kind = mark.lastgroup or "other"
        if kind == "other":
            continue
        value = text[mark.end() : following.start() if following else len(text)]
        if kind in ("published", "updated") or (value := _value(kind, value)):
            yield kind, value


def names(value: str) -> Iterator[str]:
    """The names in a value: ``张三、李四``, ``王五_NT123``.

    >>> list(names("张三、李四 王 五_NT1")), list(names("张三（实习）"))
    (['张三', '李四', '王五'], ['张三'])
    """
    value = re.sub(r"[（(].*?(?:[）)]|$)", " ", value)
    value = re.sub(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s([\u4e00-\u9fff])(?![\u4e00-\u9fff])", r"\1\2", value)
    for part in _NAME_BREAK.split(value):
        part = part.split("_")[0].strip(_SURROUNDINGS)
        if _NAME.fullmatch(part):
            yield part


def _value(kind: str, value: str) -> str | None:
    value = re.split(r"(?:19|20)\d\d\s?[-/年.]|\s{2,}|[|｜]|(?<=[^\s（(])[)）\]】](?!\S)", value.strip())[0]
    if kind == "source":
        value = value.strip(_SURROUNDINGS) if not value.strip().endswith(("》", ")", "）")) else value.strip()
        value = value.split("  ")[0].split(" ")[0] if " " in value else value
        return value if 2 <= len(value) <= _LONGEST_VALUE and "。" not in value else None
    value = value.strip(_SURROUNDINGS)
    return value if value and len(value) <= _LONGEST_VALUE else None


def _has_colon(text: str) -> bool:
    return "：" in text or ":" in text or "︰" in text or "∶" in text
