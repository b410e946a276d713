"""What stands right above and below a line: in a list or a table of the article's own, a line is the article's too."""

import re

from scraper.spam.rules import lines as rule_lines

_FACT = re.compile(
    r"[\w·/（）()]{2,10}\s?[:：]\s?[^。！？]{1,40}|[\u4e00-\u9fff]{2,6}\s?\d[\d.,]{0,8}[\u4e00-\u9fff%]{0,2}"
)
_WORD = re.compile("[\u4e00-\u9fff]{2,6}")
_CODE = re.compile(r"[\x20-\x7e]{2,80}|.{0,80}[;{}]")
_CELLS = re.compile(r"[\w.%]{1,4}(?:\s+[\w.%]{1,4}){2,7}")
_KINDS = (("fact", _FACT), ("word", _WORD), ("code", _CODE))


def kind(line: str) -> str | None:
    """Of what kind of list a line can be: facts with labels, single words, a program, a table; None for prose.

    >>> kind("产地：吕梁"), kind("听力 20"), kind("传播学"), kind("BEGIN"), kind("38 28 18")
    ('fact', 'fact', 'word', 'code', '3 cells')
    >>> kind("今天下午，收购开始。")
    """
    if _CELLS.fullmatch(line):
        return f"{len(line.split())} cells"
    return next((name for name, pattern in _KINDS if pattern.fullmatch(line)), None)


def stands_in_list(line: str, *neighbours: str) -> bool:
    """Whether a neighbour of the line is of its kind, and no rule knows it.

    >>> stands_in_list("来源：山西", "产地：吕梁"), stands_in_list("来源：某某日报", "责任编辑：王小明")
    (True, False)
    """
    own = kind(line)
    if own is None:
        return False
    known = rule_lines("any", "edge", "head", "tail", "beside", "section", "lead", "label").rule
    return any(kind(near) == own and known(near) is None for near in neighbours if near)
