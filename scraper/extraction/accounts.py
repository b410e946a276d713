"""The account under which a platform shows an article: a name with what only accounts have beside it."""

import re
from collections.abc import Sequence

from scraper.extraction import media, tables
from scraper.extraction.outline import Outline, shown_text
from scraper.model import Block

_LONGEST_LINE = 60
_SIGN = re.compile(
    r"[+＋]?\s?关注\s*$|[发發][布佈][于於]\s?[\u4e00-\u9fff]{2}|来自\s?[\u4e00-\u9fff]{2}|创作者|官方[账帐][号戶户]|\d[万wW]?\s?粉丝|粉丝[:：]"
    r"|IP属地|[·•]\s?(?:来自)?[\u4e00-\u9fff]{2,3}\s*$"
)
_FOLLOW = re.compile(r"[+＋]?\s?关注")
_CLOCK = re.compile(r"\d[:：]\d\d")
_BEHIND = re.compile(r"\d[:：]\d\d(?:[:：]\d\d)?\s+(?:·\s*)?(\S+)(?=\s)")
_FANS = re.compile(r"([\u4e00-\u9fffA-Za-z][\w·—-]{1,15}?)\s*(?:\d[\d.]*[万wW]?\s?粉丝|粉丝[:：])")
_FOLLOW_ALONE = re.compile(r"\s*[+＋]?\s?关注$")
_OF_AUTHOR = re.compile(
    r"[.#_-](?:(?:post|article)[-_]?)?(?:authors?|authi|author[-_]?(?:box|info|name)|nickname|user-?_?name)(?![a-z])",
    re.IGNORECASE,
)
_AUTHOR_NAME = re.compile(r"[aA]uthor[-_]?[nN]ame$")
_LINKED = 0.5
_NAME = re.compile(r"[\w·—+&-]{2,16}")
_NOBODY = re.compile(r".*(?:主页|文章|作者|作家|用户)|私信|粉丝|游客|管理员")
"""What a platform writes beside an account's name, or in its place."""


def is_account_line(text: str) -> bool:
    """Whether a line has beside its time what only those of accounts have: ``关注``, ``来自北京``, ``创作者``."""
    return len(text) <= _LONGEST_LINE and _SIGN.search(text) is not None


def shown(blocks: Sequence[Block], index: int, title: int) -> str | None:
    """The account that a line below the title shows: the name before, above or behind its time, or before the fans.

    >>> def of(*lines):
    ...     return shown([Block(text=line) for line in ("新桥通车", *lines)], len(lines), 0)
    >>> of("城北亮", "2019-09-07 13:43 来自河北"), of("城北亮86万粉丝关注"), of("城北亮", "2019-09-07 13:43")
    ('城北亮', '城北亮', None)
    """
    text = shown_text(blocks[index])
    if index <= title or len(text) > _LONGEST_LINE:
        return None
    if fans := _FANS.match(text):
        return fans[1] if _is_account(fans[1]) else None
    following = blocks[index + 1].text if index + 1 < len(blocks) else ""
    if not _CLOCK.search(text) or not (_SIGN.search(text) or _FOLLOW.fullmatch(following)):
        return None
    words = text.removeprefix("原创").split()
    behind = _BEHIND.search(text)
    names = (
        words[0] if words else "",
        blocks[index - 1].text if index - 1 > title else "",
        behind[1] if behind else "",
    )
    return next((name for one in names if _is_account(name := one.removeprefix("原创").strip())), None)


def named(outline: Outline, index: int) -> str | None:
    """The account that stands alone in an element for the author's name, or as a link in one for the author, or in one
    right inside that.
    """
    block = outline.blocks[index]
    labels = outline.labels_around(block, 2)
    linked = block.link_share >= _LINKED and any(map(_OF_AUTHOR.search, labels))
    if not linked and not (labels and _AUTHOR_NAME.search(labels[0])):
        return None
    name = _FOLLOW_ALONE.sub("", block.text)
    return name if media.is_surely_person(name) or _is_account(name) else None


def _is_account(name: str) -> bool:
    """Whether a line can be an account's name: short, no person's, no tool and no word of a menu."""
    if not _NAME.fullmatch(name) or name[0].isdigit() or _NOBODY.fullmatch(name) or _SIGN.search(name):
        return False
    table = tables.table("labels")
    known = name in table["tools"] or name in table["regions"] or name.casefold() in tables.menu()
    return media.can_be_medium(name) and not known
