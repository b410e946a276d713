"""What stands before a list: words of the article that announce it, or a lead line of the spider pool."""

import re
from collections.abc import Sequence
from itertools import pairwise

from scraper.spam.lists import SENTENCE_END
from scraper.spam.rules import lines as rule_lines

SHORTEST_ARTICLE = 60
LEAD_LINES = 2
LONGEST_HEADING = 16
BRACKETS = "】」』）)]"
_HAN = re.compile("[\u4e00-\u9fff]{2}")


def announced(before: str, above: str, title: str | None) -> bool:
    """Whether the article says that a list comes: by a colon, a word for lists, its title, or by being but a list.

    ``before`` is the text right before the list on its line, else the line above it; ``above`` is all text above it.

    >>> announced("受影响的县市有：", "", None), announced("具体名单如下。", "", None)
    (True, True)
    >>> announced("凉意加重。", "气温下降，" * 20, None)
    False
    """
    before = before.rstrip()
    if before.endswith((":", "：")) or (title is not None and rule_lines("title").search(title)):
        return True
    intro = rule_lines("intro")
    sentence = SENTENCE_END.split(before.rstrip("。！？!?”』」）)"))[-1][-40:]
    if intro.search(sentence) or (before.endswith(sentence) and rule_lines("heading").search(sentence)):
        return True
    if not above.strip():
        return title is not None
    whole = f"{title or ''} {above}".strip()
    return len(above) < SHORTEST_ARTICLE and (intro.search(whole) or rule_lines("heading").search(whole))


def heads(line: str, title: str | None) -> bool:
    """Whether a line can be the heading of a list in an article with this title: short, and of the same thing.

    >>> heads("【恐龙之乡】", "恐龙化石背后的小城"), heads("（责任编辑：王小明）", "恐龙化石背后的小城")
    (True, False)
    >>> heads("恐龙化石背后的小城", "恐龙化石背后的小城"), heads("恐龙灭绝了。", "恐龙化石背后的小城")
    (False, False)
    """
    if not title or not 0 < len(line) <= LONGEST_HEADING or line in title or SENTENCE_END.search(line.rstrip(BRACKETS)):
        return False
    known = rule_lines("any", "edge", "tail", "lead", "section", "label").rule(line)
    return known is None and not _pairs(line).isdisjoint(_pairs(title))


def _pairs(text: str) -> set[str]:
    return {pair for pair in map("".join, pairwise(text)) if _HAN.fullmatch(pair)}


def lead(lines: Sequence[str], line: int, start: int = 0) -> tuple[int, int] | None:
    """Where a lead begins (line and offset) that stands before ``lines[line][start:]``, alone or after a sentence.

    >>> lead(["天气转凉。友情链接：", "桂林市| 长治县"], 1), lead(["受影响的有：", "桂林市| 长治县"], 1)
    ((0, 5), None)
    """
    leads = rule_lines("lead")
    found = None
    for number in range(line, max(-1, line - LEAD_LINES - 1), -1):
        text = (lines[number][:start] if number == line else lines[number]).rstrip()
        if not text:
            continue
        at = max((match.end() for match in SENTENCE_END.finditer(text) if match.end() < len(text)), default=0)
        if leads.rule(text[at:].strip()) is None:
            break
        found = number, at
        if at:
            break
    return found
