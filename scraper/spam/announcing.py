"""What stands before a list: words of the article that announce it, or a lead line of the spider pool."""

import re
from collections.abc import Sequence

from scraper.spam.grams import grams
from scraper.spam.lists import SENTENCE_END
from scraper.spam.place_list import PlaceList
from scraper.spam.rules import lines as rule_lines

SHORTEST_ARTICLE = 60
LEAD_LINES = 2
SHORT_HEADING, LONGEST_HEADING, LONGEST_LINE_ABOVE = 12, 16, 40
BRACKETS = "】」』）)]"
_FULL_STOP = re.compile("[。！？!?]")
_ASIDE = re.compile("[（(].*[)）]")


def announced(before: str, above: str, title: str | None) -> bool:
    """Whether the article says that a list comes: by a colon, a word for lists, its title, or by being but a list.

    ``before`` is the text right before the list on its line, else the line above it; ``above`` is all text above it.

    >>> announced("受影响的县市有：", "", None), announced("具体名单如下。", "", None)
    (True, True)
    >>> announced("【暴雨红色预警】", "气温下降，" * 20, None), announced("凉意加重。", "气温下降，" * 20, None)
    (True, False)
    """
    before = before.rstrip().rstrip("】]」』").rstrip()
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


def introduced(found: PlaceList, before: str, above: str, title: str | None) -> bool:
    """Whether the article has words of its own for a list of places: it announces it, speaks of many places together,
    or has a heading or a label for it.

    A list with bars that is long or breaks off, as those of spider pools do, needs more than a heading of any words.
    """
    if announced(before, above, title) or heads(before.strip(), title):
        return True
    *_, sentence, heading = ["", *_FULL_STOP.split(before.strip())]
    if found.is_short() and rule_lines("counted").search(f"{title or ''}\n{heading or sentence}"):
        return True
    if not found.is_barred():
        return found.begins_with_label() or can_be_heading(heading)
    return found.is_short() and len(heading) <= SHORT_HEADING and can_be_heading(heading)


def heads(line: str, title: str | None) -> bool:
    """Whether a line can be the heading of a list in an article with this title: short, and of the same thing.

    >>> heads("【恐龙之乡】", "恐龙化石背后的小城"), heads("（责任编辑：王小明）", "恐龙化石背后的小城")
    (True, False)
    >>> heads("恐龙灭绝了。", "恐龙化石背后的小城"), heads("恐龙化石背后的小城", "恐龙化石背后的小城")
    (False, False)
    """
    if not title or line in title or len(line) > LONGEST_HEADING or not can_be_heading(line):
        return False
    return not grams(line, 2).isdisjoint(grams(title, 2))


def can_be_heading(line: str) -> bool:
    """Whether a line is none of a site's, names nobody, is no aside and no end of a sentence.

    >>> [can_be_heading(line) for line in ("受援县", "本报记者 王小明", "他们走了。", "（完）", "打印本页")]
    [True, False, False, False, False]
    """
    if not 0 < len(line) <= LONGEST_LINE_ABOVE or SENTENCE_END.search(line.rstrip(BRACKETS)) or _ASIDE.fullmatch(line):
        return False
    return rule_lines("any", "edge", "tail", "lead", "section", "label", "byline", "channel").rule(line) is None


def _is_spoken_of(label: str, above: Sequence[str]) -> bool:
    """Whether a sentence has the words of the label; that another menu has them says nothing."""
    words = label.strip(" \u3000:：【】[]")
    return any(words in line for line in above if SENTENCE_END.search(line.rstrip()[-1:]))


def lead(lines: Sequence[str], line: int, start: int = 0) -> tuple[int, int] | None:
    """Where a lead begins (line and offset) that stands before ``lines[line][start:]``, alone or after a sentence. What
    the article speaks of above is no lead, but its own heading.

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
        if leads.rule(text[at:].strip()) is None or _is_spoken_of(text[at:], [*lines[:number], text[:at]]):
            break
        found = number, at
        if at:
            break
    return found
