"""Which blocks are the article: the container that holds most running text, and in it each block in its context."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scraper.extraction import tables
from scraper.extraction.alone import Judged, is_caption, judge
from scraper.extraction.cards import is_link
from scraper.extraction.ends import heads_no_links, with_ends
from scraper.extraction.leads import under_lead
from scraper.extraction.outline import LINKED, Outline

BEFORE_TITLE = 0.3
"""What running text before the title counts: a summary, a warning of the site, rarely the article."""
_OF_OTHERS = 0.1
"""What it counts below a heading of other articles, where so much has gone before that the article may have ended."""
_BEGUN = 40
_LONGEST_HEADING = 24

_ATTACHED = re.compile(r"附\s?件")
_NEXT_ATTACHED = re.compile(r"\d{1,2}\s?[.、．]|《")
_CLEARLY = 1.02
"""An element that holds another must be better by this factor to be chosen before it."""

_FREE_GAP, _FREE_GAP_AT_HOME = 60, 300
"""Characters of links between two paragraphs that any article may have: a tool bar, a link to a related article; and
between two that stand in one place, where the box between them is inside the article."""

_MOST_EDITORS = 3
_SURELY_BEGUN = 100
"""After this much running text the line with the editor is the article's end, not a part of its head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The article's blocks (indices into the document's), those among them that are hidden, the lines in its place that
    speak for the site (above, among and below its paragraphs), and the number of the container.
    """

    indices: tuple[int, ...]
    hidden: tuple[int, ...] = ()
    above: tuple[int, ...] = ()
    among: tuple[int, ...] = ()
    below: tuple[int, ...] = ()
    container: int | None = None


def choose(outline: Outline, title: int | None, selected: int | None = None) -> Body:
    """The blocks of the article.

    ``title`` is the index of the block that is its title, ``selected`` the number of the element that holds it, where
    these are known.
    """
    page = judge(outline, title)
    container, prose = selected, page.prose_inside(selected) if selected is not None else []
    if not prose:
        container, prose = best_container(page)
    return in_context(page, container, prose) if prose else Body(indices=())


def best_container(page: Judged) -> tuple[int | None, list[int]]:
    """The element with most running text, less the links and boxes that stand in it, and its blocks of running text."""
    prose = [index for index, length in enumerate(page.prose) if length]
    parents = page.outline.parents
    if not parents:
        return None, prose
    texts, counts = [0.0] * len(parents), [0] * len(parents)
    firsts, lasts = [len(page.blocks)] * len(parents), [-1] * len(parents)
    for index, weight in zip(prose, _weights(page, prose), strict=True):
        element = page.blocks[index].element
        if not counts[element]:
            firsts[element] = index
        texts[element] += weight
        counts[element] += 1
        lasts[element] = index
    for element in range(len(parents) - 1, 0, -1):
        if counts[element] and (parent := parents[element]) >= 0:
            texts[parent] += texts[element]
            counts[parent] += counts[element]
            firsts[parent], lasts[parent] = min(firsts[parent], firsts[element]), max(lasts[parent], lasts[element])
    best, best_value = None, 0.0
    for element, count in enumerate(counts):
        if count:
            value = texts[element] - page.noise_between(firsts[element], lasts[element])
            deeper = best is not None and count == counts[best]
            if value > best_value * _CLEARLY or (deeper and value >= best_value):
                best, best_value = element, value
    if best is None:
        best = max(range(len(texts)), key=texts.__getitem__)
    return best, [index for index in prose if firsts[best] <= index <= lasts[best]]


def _weights(page: Judged, prose: Sequence[int]) -> Iterator[float]:
    """What each block of running text counts: less before the title, and less below a heading of other articles, but
    where it stands in the place of the text above that heading.
    """
    blocks, boundary, home = page.blocks, tables.boundary(), page.outline.home
    title = page.title or 0
    begun, foreign, before = 0, False, title
    for index in prose:
        length = page.prose[index]
        if begun >= _BEGUN and not foreign and index > before + 1:
            between = (blocks[line].text for line in range(before + 1, index))
            foreign = any(boundary.fullmatch(text) for text in between if len(text) <= _LONGEST_HEADING)
        own = not foreign or home(blocks[index]) == home(blocks[before])
        if index >= title and own:
            begun += length
            before = index
        yield length * (BEFORE_TITLE if index < title else 1.0 if own else _OF_OTHERS)


def in_context(page: Judged, container: int | None, prose: list[int]) -> Body:
    """From the first to the last paragraph of the container, and the short lines that stand with them at either end."""
    prose = _at_home(page, in_run(page, prose))
    ends = with_ends(page, prose)
    body = between_ends(page, container, ends.first, ends.last)
    stamps = under_lead(page, body.indices)
    indices = tuple(index for index in body.indices if index not in stamps)
    return replace(body, indices=indices, above=(*ends.above, *stamps), below=ends.below)


def in_run(page: Judged, prose: list[int]) -> list[int]:
    """Of some paragraphs those that belong together: after the title, before the line that ends an article."""
    for narrow in (_after_title, _before_end, _worthwhile):
        prose = narrow(page, prose)
    return prose


def between_ends(page: Judged, container: int | None, first: int, last: int) -> Body:
    """The blocks from the first to the last without those that stand among them: boxes, captions, and links but to
    what is attached to a notice.
    """
    boundary = tables.boundary()
    chosen, hidden, among = [], [], []
    cut = attached = False
    shown = [not page.blocks[index].hidden for index in range(first, last + 1) if page.prose[index]]
    waits = sum(shown) * 2 < len(shown)  # for a script to show it: nothing in it is hidden for itself
    for index in range(first, last + 1):
        block, length = page.blocks[index], page.prose[index]
        if length:
            cut = attached = False
            chosen.append(index)
            continue
        attached = bool(_ATTACHED.match(block.text) or (attached and _NEXT_ATTACHED.match(block.text)))
        heads = boundary.fullmatch(block.text) is not None
        own = heads and container is not None and heads_no_links(page, index, lambda line: not page.prose[line])
        cut = cut or (heads and not own)
        if block.hidden and not waits:
            hidden.append(index)
        elif page.boxed[index] or is_caption(page.outline, index):
            continue
        elif cut:
            among += [index] if block.link_share <= LINKED and not heads else []
        elif attached or block.link_share <= LINKED:
            chosen.append(index)
    return Body(indices=tuple(chosen), hidden=tuple(hidden), among=tuple(among), container=container)


def _after_title(page: Judged, prose: list[int]) -> list[int]:
    """The paragraphs after the title, where most of them are."""
    if page.title is None:
        return prose
    after = [index for index in prose if index > page.title]
    return after if page.total(after) * 2 >= page.total(prose) else prose


def _before_end(page: Judged, prose: list[int]) -> list[int]:
    """The paragraphs before the line that ends the article, its editor or a heading of other articles, if one does.

    An editor who is named in line after line is not the article's editor but one who speaks in it.
    """
    ends, boundary = tables.end_line(), tables.boundary()
    lines = [(at, text) for at in range(prose[0], prose[-1]) if len(text := page.blocks[at].text) < 60]
    signed = {index for index, text in lines if ends.match(text)}
    signed = signed if len(signed) <= _MOST_EDITORS else set()
    heads = {index for index, text in lines if boundary.fullmatch(text)}
    if not (signed or heads):
        return prose
    total, seen, resuming = page.total(prose), 0, _resuming(page, prose)
    own = next((index for index in reversed(prose) if not index or not is_link(page.blocks[index - 1])), -1)
    for place, index in enumerate(prose[:-1]):
        seen += page.prose[index]
        if seen < _BEGUN:
            continue
        teasers = index >= own  # nothing but short texts under links follows
        if not teasers and seen < _SURELY_BEGUN:
            continue
        likely = (teasers or seen * 5 >= total * 3) and index not in resuming
        for line in range(index, prose[place + 1]):
            if line in signed or (likely and line in heads):
                return [one for one in prose if one <= line]
    return prose


def _resuming(page: Judged, prose: list[int]) -> set[int]:
    """The paragraphs below which an article goes on after a box: most of what follows stands where they stand."""
    found = set()
    after: Counter[int] = Counter()
    total = 0
    for index in reversed(prose):
        home, length = page.outline.home(page.blocks[index]), page.prose[index]
        if home >= 0 and after[home] * 2 > total:
            found.add(index)
        after[home] += length
        total += length
    return found


def _worthwhile(page: Judged, prose: list[int]) -> list[int]:
    """The run of paragraphs that holds most text, less the links between its paragraphs: the greatest sum of a run."""
    homes = [page.outline.home(page.blocks[index]) for index in prose]
    best, best_value = (0, len(prose)), -1
    start = value = 0
    for place, index in enumerate(prose):
        if place:
            before = prose[place - 1]
            same = homes[place] == homes[place - 1] >= 0
            value -= max(0, page.noise_between(before, index) - (_FREE_GAP_AT_HOME if same else _FREE_GAP))
            if value < 0:
                start, value = place, 0
        value += page.prose[index]
        if value > best_value:
            best, best_value = (start, place + 1), value
    return prose[best[0] : best[1]]


def _at_home(page: Judged, prose: list[int]) -> list[int]:
    """The paragraphs without the few that stand outside the article's own element, in one of another kind.

    A lead before it belongs to the article; a line with links there, or anything after it, does not.
    """
    outline = page.outline
    shares: Counter[int] = Counter()
    for index in prose:
        shares[outline.home(page.blocks[index])] += page.prose[index]
    own, share = shares.most_common(1)[0]
    within = outline.inside(own)
    inside = [index for index in prose if page.blocks[index].element in within]
    kept = page.total(inside)
    if own < 0 or len(inside) == len(prose) or (kept * 4 < page.total(prose) * 3 and share * 2 < kept):
        return prose

    chosen: list[int] = []

    def belongs(index: int) -> bool:
        block = page.blocks[index]
        if block.element in within or (index < inside[0] and not block.link_share):
            return True
        beside = chosen[-1:] == [index - 1] and outline.parent(outline.home(block)) == outline.parent(own)
        if beside and page.prose[index] >= _BEGUN:
            return True  # the article goes on in an element of its own, with nothing between
        return any(outline.labels[element] == outline.labels[own] for element in outline.around(block))

    for index in prose:
        if belongs(index):
            chosen.append(index)
    return chosen
