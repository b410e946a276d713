"""Plain text -> blocks: its lines."""

import re

from scraper.model import Block
from scraper.segmentation.blank import squeeze

_LINE_END = re.compile("\r\n?|[\n\v\f\u2028\u2029]")
_BULLETS = "•·●■◆▪◇□○*"


def lines(text: str) -> tuple[Block, ...]:
    """The lines of a text dump that are not empty, as blocks; a bullet before a line is layout.

    A dash is no bullet: it may open speech, or be the sign of a number.

    >>> [block.text for block in lines("• 标题\\r\\n\\n　　第一段。")]
    ['标题', '第一段。']
    """
    cleaned = map(squeeze, _LINE_END.split(text.replace("\0", "")))
    return tuple(Block(text=line) for line in map(_without_bullet, cleaned) if line)


def _without_bullet(line: str) -> str:
    if line[:2].strip() in tuple(_BULLETS) and line[1:2] == " ":
        return line[2:].lstrip()
    return line
