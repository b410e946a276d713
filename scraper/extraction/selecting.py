"""Where the definition of a site says that a part of the article stands."""

import re
from collections.abc import Sequence

from scraper.model import Block

_PART = re.compile(r"[#.]?[^#.]+")


def fits(label: str, selector: str) -> bool:
    """Whether an element's label (``tag#id.class``) has everything that ``selector``, written the same way, asks for.

    >>> fits("div#main.text.wide", "div.text"), fits("div#main.text.wide", "div.tex"), fits("section", "div")
    (True, False, False)
    """
    return set(_PART.findall(selector)) <= set(_PART.findall(label))


def element(blocks: Sequence[Block], selector: str | None) -> int | None:
    """The number of the first element that fits ``selector`` and holds text; None where there is none."""
    for block in blocks if selector else ():
        for label, node in zip(block.path, block.nodes, strict=False):
            if fits(label, selector or ""):
                return node
    return None


def first_inside(blocks: Sequence[Block], node: int | None) -> int | None:
    """The index of the first block in the element ``node``."""
    if node is None:
        return None
    return next((index for index, block in enumerate(blocks) if node in block.nodes), None)
