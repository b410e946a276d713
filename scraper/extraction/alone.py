"""Each block of a page judged alone: how much running text it is, and whether it lies in a box beside the article."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from scraper.extraction import tables
from scraper.extraction.cards import inside_cards
from scraper.extraction.outline import LINKED, Outline
from scraper.model import Block

_SHORTEST_PROSE = 10
_LONGEST_CAPTION = 150
_LONGEST_NOTICE = 250
_LONGEST_HEADING = 60
_MOST_OF_A_BOX = 60
"""What a block in a box counts as noise at the most: that it is no part of the article is known already."""
_BEGUN = 40
"""After this much running text another title is that of the next article."""
_HALF_WIDTH = re.compile(r"[^\W\d_][,?!]|[”》）)][,?!]")
"""The marks of a sentence where a keyboard's are used; behind a digit they belong to a number or to a time."""
_NAMED_TITLE = re.compile(r"h[1-6][^.]*[.]|\w+[^.]*[.](?=.*(?:title|headline|biaoti))", re.IGNORECASE)
_SURELY_SAME = 30
"""Two paragraphs of this length that are equal are the same paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The blocks of a document, and of each of them: its characters of running text, and whether it lies in a box.

    ``noise[i]`` is the number of characters of links and of boxes before block ``i``.
    """

    outline: Outline
    blocks: Sequence[Block]
    title: int | None
    prose: Sequence[int]
    boxed: Sequence[bool]
    noise: Sequence[int]

    def noise_between(self, first: int, last: int) -> int:
        return self.noise[last + 1] - self.noise[first]

    def prose_inside(self, element: int) -> list[int]:
        """The blocks of running text in an element."""
        inside = self.outline.inside(element)
        return [index for index, length in enumerate(self.prose) if length and self.blocks[index].element in inside]

    def total(self, indices: Sequence[int]) -> int:
        """The characters of running text in some blocks."""
        return sum(self.prose[index] for index in indices)


def prose_length(text: str, link_share: float) -> int:
    """How many characters of running text a block is: 0 for what has no sentences.

    >>> prose_length("昨天下午，记者在现场看到，道路已经恢复通行。", 0.0), prose_length("首页 新闻 体育", 1.0)
    (22, 0)
    >>> prose_length("昨天下午,记者在现场看到,道路已经恢复通行", 0.0), prose_length("某某 November 7, 2024", 0.0)
    (21, 0)
    """
    length = len(text)
    if link_share > LINKED or length < _SHORTEST_PROSE:
        return 0
    if not ("，" in text or "。" in text or "！" in text or "？" in text or "；" in text) and (
        length < 20 or not (("," in text or "?" in text or "!" in text) and _HALF_WIDTH.search(text))
    ):
        return 0
    if length < 16 and text[-1] not in "。！？”…）」":
        return 0
    return int(length * (1.0 - link_share))


def is_caption(outline: Outline, index: int) -> bool:
    """Whether a block is an image's caption: by the element it lies in, by an image's element and what it says, or by
    the credit at its end where it follows an image.
    """
    block = outline.blocks[index]
    if len(block.text) > _LONGEST_CAPTION:
        return False
    if index in outline.pictured and tables.credit().search(block.text):
        return True
    kinds = outline.kinds_around(block, 3)
    if kinds & tables.CAPTION:
        return True
    if index in outline.pictured and block.link_share <= LINKED and _is_alone_with_picture(outline, index):
        return True
    return kinds & tables.PICTURE != 0 and tables.caption_cue().search(block.text) is not None


def _is_alone_with_picture(outline: Outline, index: int) -> bool:
    """Whether an element named for an image holds no other text than a block."""
    blocks = outline.blocks
    for element in islice(outline.around(blocks[index]), 3):
        if outline.kinds[element] & (tables.PICTURE | tables.FRAME):
            inside = outline.inside(element)
            near = (other for other in (index - 1, index + 1) if 0 <= other < len(blocks))
            return all(blocks[other].element not in inside for other in near)
    return False


def judge(outline: Outline, title: int | None) -> Judged:
    """All blocks of a page. ``title`` is the index of the block that is the article's title, where that is known."""
    blocks = outline.blocks
    prose = [
        prose_length(block.text, share)
        if (share := block.link_share) <= LINKED and len(block.text) >= _SHORTEST_PROSE
        else 0
        for block in blocks
    ]
    found = [index for index, length in enumerate(prose) if length]
    notice, headline = tables.notice(), blocks[title].text if title is not None else None
    for index in found:
        text = blocks[index].text
        heading = text == headline or (len(text) <= _LONGEST_HEADING and outline.is_heading(blocks[index]))
        if heading or (prose[index] < _LONGEST_NOTICE and notice.search(text)):
            prose[index] = 0
    hidden = [index for index in found if blocks[index].hidden]
    if sum(prose[index] for index in hidden) * 2 <= sum(prose):
        # An article that is itself hidden waits for a script to show it; anything less is hidden on purpose.
        for index in hidden:
            prose[index] = 0
    prose, boxed = _outside_boxes(outline, prose, blocks[title] if title is not None else None)
    if (other := _next_title(outline, title, prose)) is not None:
        prose, boxed = [*prose[:other], *[0] * (len(prose) - other)], [*boxed[:other], *[True] * (len(prose) - other)]
    named = boxed
    if teasers := inside_cards(outline, prose):  # of their text nothing counts, not even as what separates paragraphs
        prose = [0 if index in teasers else length for index, length in enumerate(prose)]
        boxed = [inside or index in teasers for index, inside in enumerate(boxed)]
    prose = _without_captions(outline, _once(blocks, prose))
    noise = [
        0 if length else min(len(block.text), _MOST_OF_A_BOX) if inside else int(len(block.text) * block.link_share)
        for block, length, inside in zip(blocks, prose, named, strict=True)
    ]
    return Judged(outline=outline, blocks=blocks, title=title, prose=prose, boxed=boxed, noise=[0, *accumulate(noise)])


def _outside_boxes(outline: Outline, prose: list[int], title: Block | None) -> tuple[list[int], list[bool]]:
    """The prose that lies in no box, and which blocks lie in one.

    What holds the title is no box whatever its name is; and where the boxes hold most of the prose, only the readers'
    comments are boxes; where these hold all of it, nothing is.
    """
    holds_title = frozenset(outline.around(title) if title else ())
    for kinds, share in ((tables.COMMENTS | tables.BOX, 2), (tables.COMMENTS, sum(prose)), (0, 0)):
        inside = [False] * (len(outline.kinds) + 1)
        for element, kind in enumerate(outline.kinds):
            if kind & kinds and not inside[element] and element not in holds_title:
                within = outline.inside(element)
                inside[within.start : within.stop] = [True] * len(within)
        boxed = [inside[block.element] for block in outline.blocks]
        if kinds & tables.BOX:
            boxed = _with_late_leads(outline, prose, boxed)
        outside = [0 if state else length for length, state in zip(prose, boxed, strict=True)]
        if sum(outside) * share >= sum(prose):
            break
    return outside, boxed


def _with_late_leads(outline: Outline, prose: list[int], boxed: list[bool]) -> list[bool]:
    """Which blocks lie in a box, with the leads below running text, which are those of other articles."""
    if not any(kind & tables.LEAD for kind in set(outline.kinds)):
        return boxed
    leads = [outline.kinds_around(block, 2) & tables.LEAD != 0 for block in outline.blocks]
    states = enumerate(zip(prose, boxed, leads, strict=True))
    begun = next((at for at, (length, inside, lead) in states if length and not inside and not lead), len(boxed))
    return [inside or (lead and at > begun) for at, (inside, lead) in enumerate(zip(boxed, leads, strict=True))]


def _next_title(outline: Outline, title: int | None, prose: Sequence[int]) -> int | None:
    """The title of the article that follows on a page that goes on with others as one scrolls: a line below running
    text, in an element just like that of the page's own title.
    """
    own = outline.blocks[title].element if title is not None else -1
    if title is None or own < 0 or not _NAMED_TITLE.match(label := outline.labels[own]):
        return None
    alike = {element for element, other in enumerate(outline.labels) if other == label and element > own}
    seen = 0
    for index in range(title + 1, len(prose) if alike else 0):
        block = outline.blocks[index]
        if seen >= _BEGUN and block.element in alike and block.text != outline.blocks[title].text:
            return index
        seen += prose[index]
    return None


def _once(blocks: Sequence[Block], prose: list[int]) -> list[int]:
    """A paragraph that stands on the page again (for the telephone, quoted in a comment) counts once."""
    seen: set[str] = set()
    once = list(prose)
    for index, length in enumerate(prose):
        if length >= _SURELY_SAME:
            text = blocks[index].text
            if text in seen:
                once[index] = 0
            seen.add(text)
    return once


def _without_captions(outline: Outline, prose: list[int]) -> list[int]:
    without = [0 if length and is_caption(outline, index) else length for index, length in enumerate(prose)]
    return without if any(without) else prose
