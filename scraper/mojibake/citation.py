"""Damage that a text speaks of is not damage to the text: 「浣犲ソ是“你好”的UTF-8被当作GBK」 stays as it is."""

import re
from collections.abc import Callable
from functools import lru_cache

# Words of texts about encodings. 编码 alone is not among them: it is what parts and parcels carry.
_ENCODINGS = (
    r"乱码|亂碼|字符集|字元集|字符编码|字符編碼|字元編碼|文字化け|锟斤拷|mojibake|Unicode"
    r"|UTF-?8|GBK|GB-?2312|GB-?18030|Big-?5|Latin-?1|ISO-?8859|Windows-?1252|CP-?(?:936|950|1252)"
)
_PROGRAMMING = r"转义|轉義|字符实体|字符引用|HTML|XML|CSS|JSON|ASCII|Python|Java|PHP|代码|程式碼|字符串|字串"
_QUOTES = dict(zip("“‘「『《〈（【[(<\"'`", "”’」』》〉）】])>\"'`", strict=True))

# What a sentence shows after a colon, before it goes on. Labels have colons, too, but a value ends its line.
_SHOWN = re.compile("[：:]$"), re.compile("[。，；！？]")
_PATH = re.compile(r"\b[A-Za-z]:\\\S*$")

REMEMBERED = 4  # texts: every channel asks about the same one
SHORT = 12  # characters
WORD = 4
NEAR = 40


@lru_cache(REMEMBERED)
def speaks_of_encodings(text: str) -> bool:
    """Whether ``text`` names encodings or the like, so that garbled words in it may be its examples."""
    return bool(re.search(_ENCODINGS, text, re.IGNORECASE))


@lru_cache(REMEMBERED)
def speaks_of_programming(text: str) -> bool:
    """Whether ``text`` names encodings, markup or languages, so that references and escapes may be its examples."""
    return bool(re.search(f"{_ENCODINGS}|{_PROGRAMMING}", text, re.IGNORECASE))


def surroundings(text: str, span: tuple[int, int]) -> tuple[str, str]:
    """What stands near ``text[span[0]:span[1]]`` in its line, before and after it, without white space at its ends."""
    start, end = span
    head = text[max(0, start - NEAR) : start].rpartition("\n")[2]
    tail = text[end : end + NEAR].partition("\n")[0]
    return head.strip(), tail.strip()


def is_citation(text: str, span: tuple[int, int], *, length: int, subject: Callable[[], bool]) -> bool:
    """Whether the garbled ``text[span[0]:span[1]]``, ``length`` characters once read rightly, is cited in its line.

    A citation stands among other text: short, in quotes or brackets, shown after a colon, or where encodings are the
    ``subject``; or both. So does a word in the middle of a line, where damage neither begins nor ends, and a part of a
    path. ``subject`` is asked only where it decides, since the answer takes a look at the whole page.
    """
    head, tail = surroundings(text, span)
    if not (head or tail):
        return False
    if length <= WORD and not head.isascii() and not tail.isascii():
        return True
    if _PATH.search(head):
        return True
    shown = _SHOWN[0].search(head) and _SHOWN[1].match(tail)
    quoted = shown or _QUOTES.get(head[-1:]) == tail[:1]
    short = length <= SHORT
    return bool(quoted and short) or (bool(quoted or short) and subject())
