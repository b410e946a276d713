"""Where on its site an article stands: the path of links above its title, and the end of the page's own title."""

import re
from collections.abc import Sequence

from scraper.extraction.outline import Outline

_LONGEST, _LONGEST_SECTION, _LONGEST_OF_TITLE = 80, 12, 5
_WORDS = re.compile("首[页頁]|位置|正文")
_PATH = re.compile(r".{0,10}?(?:首页|首頁)[^|]*[>》»→›＞]|.{0,10}?位置|[^>》›＞]{2,12}[>》›＞].*正文")
_STEPS = re.compile(r"[^>»›＞]{2,12}(?:\s?[>»›＞]{1,2}\s?[^>»›＞]{1,12}){2,5}")
_STEP = re.compile(r"\s*(?:[>》»→›＞/|\\]+|[-–](?=[\u4e00-\u9fff])|\s[-–—]+\s)\s*|[:：]\s*")
_MAY_BE_PATH = re.compile("[>»›＞→》/|]|首[页頁]|位置|正文")
_NAMED = re.compile(r"[.#_-](?:bread-?)?crumbs?(?![a-z])|[.#](?:mbx|weizhi|curpos|dqwz)(?![a-z])", re.IGNORECASE)
"""The element of such a path."""
_PAGE = re.compile(
    r"(?:查看|新闻|新聞|文章|资讯|信息|详细)?(?:正文|内容页?|[详詳][情细細]页?)|查看|文章|全文|列表|內文|内文|[网網]?站?首[页頁]|主[页頁]"
)
"""How a path calls the page itself."""


def section(outline: Outline, index: int, title: str) -> str | None:
    """The section that a line above the title ``title`` names last, where it is such a path; None where it is none.

    The first step is the site, and the last may be the page: by its title, or by a word for any page.
    """
    block = outline.blocks[index]
    text = block.text
    if not 4 <= len(text) <= _LONGEST or not _MAY_BE_PATH.search(text):
        return None
    named = any(map(_NAMED.search, outline.labels_around(block, 3)))
    if not (named or (_WORDS.search(text) and _PATH.match(text)) or _STEPS.fullmatch(text)):
        return None
    steps = [step for part in _STEP.split(text) if (step := part.strip(" -–—"))]
    if named and len(steps) == 1:
        steps = text.split()
    while len(steps) > 1 and (_PAGE.fullmatch(steps[-1].partition(" ")[0]) or _is_title(steps[-1], title)):
        steps.pop()
    found = steps[-1] if len(steps) > 1 else ""
    return found if 2 <= len(found) <= _LONGEST_SECTION else None


def section_of(parts: Sequence[str]) -> str | None:
    """The section between the title and the site, of the parts of a page's own title.

    >>> section_of(["城北新桥今日通车", "社会", "某某网"]), section_of(["城北新桥今日通车", "某某网"])
    ('社会', None)
    >>> section_of(["城北新桥今日通车", "某某财经", "某某网"]), section_of(["城北新桥今日通车", "正文", "某某网"])
    (None, None)
    """
    found, site = (parts[1], parts[-1]) if len(parts) > 2 else ("", "")
    own = 2 <= len(found) <= _LONGEST_OF_TITLE and not _PAGE.fullmatch(found) and found[:2] != site[:2]
    return found if own and not found.endswith(("报", "報", "网", "網", "社")) else None


def _is_title(step: str, title: str) -> bool:
    """Whether a step is the title, or begins it and is cut off."""
    return title.startswith(step.rstrip(".…")) and len(step) * 2 >= min(len(title), _LONGEST_SECTION)
