"""Where the definition of a site says that a part of the article stands."""

import re

from scraper.extraction.outline import Outline

_PART = re.compile(r"[#.]?[^#.]+")


def fits(label: str, selector: str) -> bool:
    """Whether an element's label (``tag#id.class``) has everything that ``selector``, written the same way, asks for.

    >>> fits("div#main.text.wide", "div.text"), fits("div#main.text.wide", "div.tex"), fits("section", "div")
    (True, False, False)
    """
    return set(_PART.findall(selector)) <= set(_PART.findall(label))


def element(outline: Outline, selector: str | None) -> int | None:
    """The number of the first element that fits ``selector`` and holds text; None where there is none."""
    if not selector:
        return None
    fitting = (number for number, label in enumerate(outline.labels) if fits(label, selector))
    return next((number for number in fitting if first_inside(outline, number) is not None), None)


def first_inside(outline: Outline, number: int | None) -> int | None:
    """The index of the first block in the element of this number."""
    if number is None:
        return None
    inside = outline.inside(number)
    return next((index for index, block in enumerate(outline.blocks) if block.element in inside), None)
