"""The lines of an article's time and source that a site puts below its lead, within the text."""

import re
from collections.abc import Sequence
from itertools import takewhile

from scraper.extraction import dates, media, tables
from scraper.extraction.alone import Judged

_LONGEST_LEAD = 4
_STAMP = re.compile(
    rf"(?P<before>[^:：，。]{{0,12}}){dates.YEAR}\s?\d{{1,2}}\s?[-/.月]\s?\d{{1,2}}日?\s{{0,3}}"
    r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?![:：\d])(?P<behind>[^，。]{0,40})"
)
"""A line with a time and its clock; behind a label that is the time of an event."""
_OF_SITE = re.compile(rf"[来來稿]源|作者|浏览|瀏覽|阅读|閱讀|更新[于於]|(?:报道|報導)$|^{dates.WEEKDAY}$")
"""What a site says beside the time of an article, and nobody beside that of an event."""


def under_lead(page: Judged, indices: Sequence[int]) -> list[int]:
    """Of the blocks of an article those that say when it appeared, right below its first paragraphs; none where a line
    above the text has already said when.
    """
    blocks = page.blocks
    if page.title is None or any(_has_time(block.text) for block in blocks[page.title + 1 : indices[0]]):
        return []
    lines = [index for index in indices[1:_LONGEST_LEAD] if not page.outline.is_cell(blocks[index])]
    at = next((index for index in lines if not page.prose[index] and _is_stamp(blocks[index].text)), None)
    if at is None:
        return []
    header = tables.header_line()
    following = takewhile(
        lambda index: not page.prose[index] and not _has_time(text := blocks[index].text) and header.search(text),
        range(at + 1, indices[-1]),
    )
    return [at, *following]


def _is_stamp(text: str) -> bool:
    """Whether a line is the time at which an article appeared: alone, beside a medium, or with what only sites say.

    >>> _is_stamp("2019/09/07 13:43 浏览 5.2w"), _is_stamp("2019-09-07 13:43 城北报"), _is_stamp("2019-09-07 13:43")
    (True, True, True)
    >>> _is_stamp("会议定于2019年9月7日14:00召开"), _is_stamp("2019-09-07 13:43 城北体育场")
    (False, False)
    >>> _is_stamp("停电时间2019年9月7日08:00至18:00"), _is_stamp("第一场 2019-09-07 13:43")
    (False, False)
    """
    match = _STAMP.fullmatch(text)
    if match is None:
        return False
    said = match["behind"].strip(media.SURROUNDINGS) or match["before"].strip(media.SURROUNDINGS)
    return not said or media.is_surely_medium(said) or _OF_SITE.search(said) is not None


def _has_time(text: str) -> bool:
    return dates.can_be_in(text) or dates.SHORT.search(text) is not None
