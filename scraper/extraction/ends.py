"""Where an article begins and ends: the short lines that stand with its first and its last paragraph."""

import re
from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass

from scraper.extraction import dates, tables
from scraper.extraction.alone import Judged
from scraper.extraction.outline import LINKED, Outline
from scraper.model import Block

_YEAR = re.compile(dates.YEAR)
FILING_CELL = re.compile(r"索[引取]\s?号|索引號|信息索引|发[布文]机[构关]|文件?\s?编?号|主题分类|成文日期")
"""A cell of the table that files a document, which stands above it."""
_PASSED = re.compile(r"(?:通过|通過|批准|修订|修訂|修正|施行)[）)]?$")
"""The line below the title of a law, of when and by whom it was passed."""
_FACT = re.compile(r"[\w·]{2,8}\s?[:：]\s?[^。！？]{1,40}")
_LONGEST_INDEX = 20
_FARTHEST = 50
_LONGEST_LIST = 30


@dataclass(frozen=True, slots=True)
class Ends:
    """The first and the last block of the article, and the lines above and below that stand in its place without being
    it: what a site says of it or of other articles. Links are navigation and not among them.
    """

    first: int
    last: int
    above: tuple[int, ...] = ()
    below: tuple[int, ...] = ()


def with_ends(page: Judged, prose: list[int]) -> Ends:
    """The paragraphs of the article, and the lines at either end in the same place.

    Where each paragraph has a place of its own, that may be a table of a single cell.
    """
    blocks, outline = page.blocks, page.outline
    homes = {outline.home(blocks[index]) for index in prose}
    apart = len(homes) > 1
    if apart:
        homes = set(map(outline.table_of_one, homes))
    parents = Counter(map(outline.parent, homes))
    rows = {parent for parent, count in parents.items() if count > 1 and parent >= 0}
    alike = {(outline.parents[home], outline.labels[home]) for home in homes if home >= 0}

    def stands_with(index: int) -> bool:
        block = blocks[index]
        home = outline.table_of_one(outline.home(block)) if apart else outline.home(block)
        parent = outline.parent(home)
        if home in homes or home in rows or parent in rows:
            return True
        if home >= 0 and (parent, outline.labels[home]) in alike:
            return True
        return not block.link_share and _in_table_of(outline, block, homes)

    first, last = prose[0], prose[-1]
    filing = _filing(page, first)
    while first > 0 and first - 1 != page.title and stands_with(first - 1) and not _ends_head(page, first - 1, filing):
        first -= 1
    while last + 1 < len(blocks) and stands_with(last + 1) and not _ends_tail(page, last + 1, stands_with):
        last += 1
    above, below = first, last
    while above - 1 > (-1 if page.title is None else page.title) and stands_with(above - 1):
        above -= 1
    while below + 1 < len(blocks) and stands_with(below + 1):
        below += 1
    return Ends(first, last, _unlinked(page, range(above, first)), _unlinked(page, range(last + 1, below + 1)))


def _unlinked(page: Judged, indices: range) -> tuple[int, ...]:
    """The lines that are no links and in no box; none where they are but a heading of links."""
    found = tuple(index for index in indices if not page.boxed[index] and page.blocks[index].link_share <= LINKED)
    return found if any(not tables.boundary().fullmatch(page.blocks[index].text) for index in found) else ()


def _in_table_of(outline: Outline, block: Block, homes: Container[int]) -> bool:
    """Whether a block is a cell of a table that stands among the paragraphs."""
    in_table = False
    for element in outline.around(block):
        if in_table and element in homes:
            return True
        in_table = in_table or outline.labels[element].startswith("table")
    return False


def _ends_head(page: Judged, index: int, filing: frozenset[int]) -> bool:
    block = page.blocks[index]
    if page.boxed[index] or block.link_share > LINKED or not filing.isdisjoint(page.outline.around(block)):
        return True
    header = tables.header_line()
    if header.search(block.text) is None:
        return False
    # A day alone, or the time of an event, is a line of the text itself where another line has already given a time.
    day = block.text.endswith("日") and len(block.text) < 16
    told = tables.event_line().match(block.text) or _PASSED.search(block.text) or _in_table_of_facts(page, index)
    start = page.title if page.title is not None else index
    above = page.blocks[max(start + 1, index - _FARTHEST) : index]
    return not ((day or told) and any(_YEAR.search(other.text) for other in above))


def _in_table_of_facts(page: Judged, index: int) -> bool:
    """Whether a line with a label stands right above another, of which pages do not speak between title and article."""
    first, second = (block.text for block in page.blocks[index : index + 2])
    return bool(_FACT.fullmatch(first) and _FACT.fullmatch(second)) and not tables.header_line().search(second)


def _filing(page: Judged, above: int) -> frozenset[int]:
    """The tables above a block that file the document: a cell says so, and no running text is in them."""
    outline, found = page.outline, set[int]()
    for block in page.blocks[:above]:
        if len(block.text) <= _LONGEST_INDEX and FILING_CELL.match(block.text):
            found.update(one for one in outline.around(block) if outline.labels[one].startswith("table"))
    if found:
        for block, length in zip(page.blocks, page.prose, strict=True):
            if length:
                found.difference_update(outline.around(block))
    return frozenset(found)


def _ends_tail(page: Judged, index: int, stands_with: Callable[[int], bool]) -> bool:
    text = page.blocks[index].text
    if page.boxed[index] or tables.closing_line().match(text):
        return True
    return bool(tables.boundary().fullmatch(text)) and not heads_no_links(page, index, stands_with)


def heads_no_links(page: Judged, heading: int, stands_with: Callable[[int], bool]) -> bool:
    """Whether what may be the heading of the article's own list has lines below it, and none is a link or in a box."""
    if not tables.own_heading().fullmatch(page.blocks[heading].text):
        return False
    index = heading + 1
    while index < min(len(page.blocks), heading + _LONGEST_LIST) and stands_with(index):
        if page.boxed[index] or page.blocks[index].link_share:
            return False
        index += 1
    return index > heading + 1
