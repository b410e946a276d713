"""The blocks of a page that speak about its article: those around its title, its first ones, and those at its end."""

from dataclasses import dataclass

from scraper.extraction import tables
from scraper.extraction.alone import prose_length
from scraper.extraction.body import Body
from scraper.extraction.outline import Outline

LONGEST_BESIDE, LONGEST_BELOW = 90, 20
LONGEST_ALONE = 30
FIRST_PARAGRAPHS = 3
FIRST_LINES = 8
_LONGEST_TABLE = 30
_BEFORE_TITLE, _BEFORE_BODY, _AFTER_BODY = 6, 12, 14
_FAR_BELOW = 60
"""Where the line of the editor still is, below boxes of tools and of other articles."""
_SHARING = ("分享", "打印", "收藏", "列印")
"""How a line of tools begins: it ends an article's text, and not what is said of the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The blocks that speak about the article: those around its title, its first ones, and those from its end on.

    From block ``foreign`` on they may speak of other articles: an editor there is this page's, a time is not. Before
    block ``title`` the page may speak of itself.
    """

    head: tuple[int, ...]
    start: tuple[int, ...]
    tail: tuple[int, ...]
    foreign: int
    title: int
    titled: bool


def around(outline: Outline, title: int | None, body: Body) -> Zone:
    """The zone of an article. The lines after the title come first, as those before it may belong to another article;
    among them the line of the time, where the article's lead stands above it.
    """
    count = len(outline.blocks)
    start, end = (body.indices[0], body.indices[-1]) if body.indices else (title or 0, title or 0)
    if not outline.labels:  # of a plain text the lines below the title are part of the body
        start = next((at for at in body.indices if prose_length(outline.blocks[at].text, 0.0)), start)
    stop = min(start + 3, count)
    while stop < min(start + FIRST_LINES, count) and len(outline.blocks[stop - 1].text) <= LONGEST_BELOW:
        stop += 1
    if title is not None and title < start:
        above = max(0, title - _BEFORE_TITLE)
        while above and title - above < _LONGEST_TABLE and outline.is_cell(outline.blocks[above - 1]):
            above -= 1
        under_lead = (at for at in body.above if at > start)
        head = [*range(title, start), *under_lead, *range(above, title)]
    else:
        head = [*range(max(0, start - _BEFORE_BODY), start)]
    last = end - 3
    while last > stop and end - last < FIRST_LINES and len(outline.blocks[last].text) <= LONGEST_ALONE:
        last -= 1
    tail = [*range(max(stop, last), min(end + _AFTER_BODY, count))]
    tail += _editors_below(outline, tail[-1] + 1 if tail else end, min(end + _FAR_BELOW, count))
    foreign = next((index for index in tail if index > end and _is_foreign(outline, index)), count)
    return Zone(
        head=tuple(head),
        start=tuple(range(start, stop)),
        tail=tuple(tail),
        foreign=foreign,
        title=start if title is None else title,
        titled=title is not None,
    )


def _editors_below(outline: Outline, first: int, last: int) -> list[int]:
    """The line of the editor where only one stands so far below; of more each is another article's, or a reader's."""
    editor = tables.end_line()
    found = [at for at in range(first, last) if editor.match(outline.blocks[at].text)]
    return found if len(found) == 1 and not outline.kinds_around(outline.blocks[found[0]]) & tables.COMMENTS else []


def _is_foreign(outline: Outline, index: int) -> bool:
    """Whether a block under the article begins what belongs to other articles or to the readers."""
    block = outline.blocks[index]
    ends = tables.boundary().fullmatch(block.text) is not None and not block.text.startswith(_SHARING)
    return ends or outline.kinds_around(block) & tables.COMMENTS != 0
