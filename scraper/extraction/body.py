"""Which blocks are the article: each judged alone, then the container that holds it, then each in its context."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from scraper.extraction import tables
from scraper.model import Block

_INSIDE_PARAGRAPHS = frozenset(
    ["p", "a", "b", "big", "blockquote", "center", "cite", "code", "em", "font", "i", "label", "li", "mark", "ol", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "u", "ul", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dl", "dt", "figure", "figcaption", "section", "pre", "tbody", "tr", "th", "text"]
)
"""Elements that a paragraph is made of or lies in; the container of a paragraph is its first ancestor beyond these."""

_LINKED = 0.5
"""Where more than this share of a block is links, it is a list of links or a line of them."""


_SURELY_SAME = 30
"""Two paragraphs of this length that are equal are the same paragraph."""

_LONGEST_CAPTION = 150
_FREE_GAP = 60
"""Characters of links between two paragraphs that any article may have: a tool bar, a link to a related article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The article's blocks (indices into the document's), those hidden among them, and the container chosen."""

    indices: tuple[int, ...]
    hidden: tuple[int, ...] = ()
    container: int | None = None
    prose: int = 0


def prose_length(text: str, link_share: float) -> int:
    """How many characters of running text a block is, judged alone: 0 for what has no sentences.

    >>> prose_length("昨天下午，记者在现场看到，道路已经恢复通行。", 0.0), prose_length("首页 新闻 体育", 1.0)
    (22, 0)
    """
    length = len(text)
    if link_share > _LINKED or length < 10:
        return 0
    marks = text.count("，") + text.count("。") + text.count("！") + text.count("？") + text.count("；")
    if not marks:
        marks = text.count(",") + text.count("?") + text.count("!") if length >= 20 else 0
    if not marks or length < 16 * (text[-1] not in "。！？”…）」"):
        return 0
    return int(length * (1.0 - link_share))


@dataclass(slots=True)
class _Page:
    """The blocks of a document with what each of them is, judged alone."""

    blocks: Sequence[Block]
    title: int | None
    prose: list[int]
    boxed: list[bool]
    noise: list[int]  # noise[i] is the number of characters of links and boxes before block i

    def noise_between(self, first: int, last: int) -> int:
        return self.noise[last + 1] - self.noise[first]


def choose(blocks: Sequence[Block], title: int | None) -> Body:
    """The blocks of the article. ``title`` is the index of the block that holds its title, where that is known."""
    page = judge_alone(blocks, title)
    container, inside = best_container(page)
    if not inside:
        return Body(indices=())
    return in_context(page, container, inside)


def judge_alone(blocks: Sequence[Block], title: int | None) -> _Page:
    """Each block by itself: how much running text it is, and whether it lies in a box that is not the article."""
    notice = tables.notice()
    prose = [prose_length(block.text, block.link_share) for block in blocks]
    for index, block in enumerate(blocks):
        if 0 < prose[index] < 250 and (notice.search(block.text) or index == title):
            prose[index] = 0
    hidden = sum(length for length, block in zip(prose, blocks, strict=True) if block.hidden)
    if hidden * 2 <= sum(prose):
        # An article that is itself hidden waits for a script to show it; anything less is hidden on purpose.
        prose = [0 if block.hidden else length for length, block in zip(prose, blocks, strict=True)]
    prose, boxed = _outside_boxes(blocks, prose, blocks[title].nodes if title is not None else ())
    prose = _once(blocks, prose)
    captions = [is_caption(block) for block in blocks]
    uncaptioned = [0 if captioned else length for length, captioned in zip(prose, captions, strict=True)]
    prose = uncaptioned if any(uncaptioned) else prose
    noise = [
        0 if length else int(len(block.text) * (1.0 if inside else block.link_share))
        for block, length, inside in zip(blocks, prose, boxed, strict=True)
    ]
    return _Page(blocks=blocks, title=title, prose=prose, boxed=boxed, noise=[0, *accumulate(noise)])


def is_caption(block: Block) -> bool:
    """Whether a block is an image's caption: by the element it lies in, or by an image's element and what it says."""
    near = block.path[-3:]
    if any(map(tables.caption().search, near)):
        return True
    return (
        len(block.text) <= _LONGEST_CAPTION
        and any(map(tables.picture().search, near))
        and tables.caption_cue().search(block.text) is not None
    )


def _once(blocks: Sequence[Block], prose: list[int]) -> list[int]:
    """Paragraphs that stand on the page twice (for the telephone, in a quoted comment) count once."""
    seen: set[str] = set()
    once = []
    for block, length in zip(blocks, prose, strict=True):
        repeated = length >= _SURELY_SAME and block.text in seen
        once.append(0 if repeated else length)
        if length >= _SURELY_SAME:
            seen.add(block.text)
    return once


def _outside_boxes(blocks: Sequence[Block], prose: list[int], titled: Sequence[int]) -> tuple[list[int], list[bool]]:
    """The prose that lies in no box, and which blocks lie in one.

    What holds the title is no box whatever its name is; and where the boxes hold most of the prose, only the readers'
    comments are boxes.
    """
    for patterns in ((tables.comments(), tables.box()), (tables.comments(),)):
        names: dict[str, bool] = {}
        paths: dict[tuple[int, ...], bool] = {}
        boxed = []
        for block in blocks:
            inside = paths.get(block.nodes)
            if inside is None:
                inside = False
                for label, node in zip(block.path[2:], block.nodes[2:], strict=True):
                    known = names.get(label)
                    if known is None:
                        known = names[label] = any(pattern.search(label) for pattern in patterns)
                    if known and node not in titled:
                        inside = True
                        break
                paths[block.nodes] = inside
            boxed.append(inside)
        open_prose = [0 if inside else length for length, inside in zip(prose, boxed, strict=True)]
        if sum(open_prose) * 3 >= sum(prose):
            break
    return open_prose, boxed


def best_container(page: _Page) -> tuple[int | None, list[int]]:
    """The element that holds most running text for the links and boxes between it, and its blocks of running text."""
    start = page.title or 0
    members: dict[int | None, list[int]] = {}
    for index, length in enumerate(page.prose):
        if length:
            for node in page.blocks[index].nodes or (None,):
                members.setdefault(node, []).append(index)
    best, best_value, best_depth = None, 0.0, 0
    for depth, (node, inside) in enumerate(members.items()):
        text = sum(page.prose[index] if index >= start else page.prose[index] * 0.3 for index in inside)
        value = text - page.noise_between(inside[0], inside[-1])
        if value > best_value * 1.02 or (value >= best_value * 0.98 and best is not None and len(inside) == len(members[best])):
            best, best_value, best_depth = node, value, depth
    if best_value <= 0:
        best = max(members, key=lambda node: sum(page.prose[index] for index in members[node]), default=None)
    return best, members.get(best, [])


def in_context(page: _Page, container: int | None, prose: list[int]) -> Body:
    """From the first to the last paragraph of the container, and the short lines that stand with them at either end."""
    blocks = page.blocks
    prose = _at_home(page, _worthwhile(page, _before_end(page, _after_title(page, prose))))
    homes = {_home(blocks[index]): blocks[index] for index in prose}
    parents = Counter(map(home_parent, homes.values()))
    rows = {parent for parent, count in parents.items() if count > 1 and parent is not None}

    def stands_with(block: Block) -> bool:
        home = _home(block)
        return home in homes or home in rows or home_parent(block) in rows

    first, last = prose[0], prose[-1]
    while first > 0 and first - 1 != page.title and stands_with(blocks[first - 1]) and not _ends_head(page, first - 1):
        first -= 1
    while last + 1 < len(blocks) and stands_with(blocks[last + 1]) and not _ends_tail(page, last + 1):
        last += 1
    boundary = tables.boundary()
    chosen, hidden = [], []
    cut = False
    for index in range(first, last + 1):
        block, length = blocks[index], page.prose[index]
        if length:
            cut = False
        elif boundary.fullmatch(block.text):
            cut = True
        if not length and is_caption(block):
            continue
        if block.hidden and not length:
            hidden.append(index)
        elif length or not (cut or page.boxed[index] or _is_linked(block)):
            chosen.append(index)
    return Body(
        indices=tuple(chosen), hidden=tuple(hidden), container=container, prose=sum(page.prose[i] for i in chosen)
    )


def _after_title(page: _Page, prose: list[int]) -> list[int]:
    """The paragraphs after the title, where most of them are."""
    if page.title is None:
        return prose
    after = [index for index in prose if index > page.title]
    return after if _total(page, after) * 2 >= _total(page, prose) else prose


def _before_end(page: _Page, prose: list[int]) -> list[int]:
    """The paragraphs before the line that ends the article (its editor, a heading of other articles), if one does."""
    total, seen = _total(page, prose), 0
    ends, boundary = tables.end_line(), tables.boundary()
    members = set(prose)
    for index in range(prose[0], prose[-1]):
        if index in members:
            seen += page.prose[index]
        text = page.blocks[index].text
        if seen * 5 >= total * 3 and len(text) < 60 and (ends.search(text) or boundary.fullmatch(text)):
            return [one for one in prose if one <= index]
    return prose


def _worthwhile(page: _Page, prose: list[int]) -> list[int]:
    """The run of paragraphs that holds most text for the links between its paragraphs: the greatest sum of a run."""
    best, best_value = (0, len(prose)), -1.0
    start, value = 0, 0.0
    for place, index in enumerate(prose):
        if place:
            value -= max(0, page.noise_between(prose[place - 1], index) - _FREE_GAP)
            if value < 0:
                start, value = place, 0.0
        value += page.prose[index]
        if value > best_value:
            best, best_value = (start, place + 1), value
    return prose[best[0] : best[1]]


def _at_home(page: _Page, prose: list[int]) -> list[int]:
    """The paragraphs without the few that stand before or after the article's own element, in one of another kind."""
    shares: Counter[int | None] = Counter()
    for index in prose:
        shares[_home(page.blocks[index])] += page.prose[index]
    home, share = shares.most_common(1)[0]
    inside = [index for index in prose if home in page.blocks[index].nodes]
    kept = _total(page, inside)
    if home is None or kept * 4 < _total(page, prose) * 3 and share * 2 < kept:
        return prose
    sample = page.blocks[inside[0]]
    label = sample.path[sample.nodes.index(home)]
    alike = {node for index in prose for node, name in zip(page.blocks[index].nodes, page.blocks[index].path) if name == label}
    first = inside[0]
    return [
        index
        for index in prose
        if home in page.blocks[index].nodes
        or not alike.isdisjoint(page.blocks[index].nodes)
        or (index < first and not page.blocks[index].link_share)
    ]


def _total(page: _Page, prose: Sequence[int]) -> int:
    return sum(page.prose[index] for index in prose)


def _home(block: Block) -> int | None:
    for label, node in zip(reversed(block.path), reversed(block.nodes), strict=True):
        if label.partition(".")[0].partition("#")[0] not in _INSIDE_PARAGRAPHS:
            return node
    return None


def home_parent(block: Block) -> int | None:
    home = _home(block)
    if home is None:
        return None
    place = block.nodes.index(home)
    return block.nodes[place - 1] if place else None


def _ends_head(page: _Page, index: int) -> bool:
    block = page.blocks[index]
    if page.boxed[index] or _is_linked(block):
        return True
    if tables.header_line().search(block.text) is None:
        return False
    # A day alone is the first line of a document's text where another line has already given the time.
    alone = block.text.endswith("日") and len(block.text) < 16
    start = page.title if page.title is not None else index
    return not (alone and any(tables.header_line().search(other.text) for other in page.blocks[start + 1 : index]))


def _ends_tail(page: _Page, index: int) -> bool:
    block = page.blocks[index]
    return page.boxed[index] or tables.boundary().fullmatch(block.text) is not None


def _is_linked(block: Block) -> bool:
    return block.link_share > _LINKED
