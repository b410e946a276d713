"""Teasers of other articles: small elements side by side, each with a link and a few sentences on where it leads, or
with the time and the headline of a flash and what it says.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from scraper.extraction.outline import LINKED, Outline
from scraper.model import Block

_SHORTEST_LINK = 6
_HEADLINE = re.compile(r"【[^】]{4,60}】")
_FLASH = re.compile(r"(?:[01]\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?\s?[^\d\s][^。！？]{3,70}$")
_LONGEST = 200
"""Characters of running text in a card, at most."""
_MOST_LINKS = 3
_LEAST = 2
_LEAST_OUTSIDE, _LEAST_ABOVE = 80, 50
"""Characters of running text in no card, and above all cards, for the page to be more than these."""


def inside_cards(outline: Outline, prose: Sequence[int]) -> frozenset[int]:
    """The blocks that lie in cards, of a page that has other running text as well.

    ``prose`` are the characters of running text of each block.
    """
    if not _may_have_cards(outline, prose):
        return frozenset()
    elements = _cards(outline, prose)
    inside = frozenset(index for index, block in enumerate(outline.blocks) if block.element in elements)
    outside = sum(length for index, length in enumerate(prose) if length and index not in inside)
    above = sum(prose[: min(inside, default=0)])
    return inside if outside >= _LEAST_OUTSIDE or above >= _LEAST_ABOVE else frozenset()


def is_link(block: Block) -> bool:
    """Whether a block is a link that says where it leads."""
    return block.link_share > LINKED and len(block.text) >= _SHORTEST_LINK


def _heads(block: Block) -> bool:
    """Whether a block can be the head of a card."""
    if is_link(block):
        return True
    text = block.text
    return bool((":" in text[:6] and _FLASH.match(text)) or (text[:1] == "【" and _HEADLINE.fullmatch(text)))


def _may_have_cards(outline: Outline, prose: Sequence[int]) -> bool:
    """A cheap look: whether some heads of cards stand right before running text, perhaps with a date between."""
    near = (
        index
        for index, length in enumerate(prose)
        if length and index > 1 and (_heads(outline.blocks[index - 1]) or _heads(outline.blocks[index - 2]))
    )
    return len(outline.parents) > _LEAST and len(list(islice(near, _LEAST))) == _LEAST


def _cards(outline: Outline, prose: Sequence[int]) -> set[int]:
    """The elements that are cards, and those inside them."""
    parents = outline.parents
    texts, links = [0] * len(parents), [0] * len(parents)
    for block, length in zip(outline.blocks, prose, strict=True):
        if block.element >= 0:
            texts[block.element] += length
            links[block.element] += _heads(block)
    siblings: dict[int, list[int]] = defaultdict(list)
    for element in range(len(parents) - 1, 0, -1):
        if parents[element] >= 0:
            texts[parents[element]] += texts[element]
            links[parents[element]] += links[element]
        if 0 < texts[element] <= _LONGEST and 0 < links[element] <= _MOST_LINKS:
            siblings[parents[element]].append(element)
    cards = (element for side_by_side in siblings.values() if len(side_by_side) >= _LEAST for element in side_by_side)
    return {inner for element in cards for inner in outline.inside(element)}
