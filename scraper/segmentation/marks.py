"""Marks in the text that is gathered for a block: where elements meet, and what time the markup gives."""

import re
from collections.abc import Mapping

from scraper.segmentation.blank import squeeze

SEAM = "\u2060"
"""Stands between two inline elements that meet; in no text, as it is invisible."""
STAMP = "\0"
"""Stands around a time that the markup gives; in no text, as a page is read without it."""
_STAMPED = re.compile(f"{STAMP}(.*?){STAMP}")

_ATTRIBUTES = ("datetime", "content", "title")
TIME_ATTRIBUTES = frozenset(_ATTRIBUTES)
"""In which an element inside a line gives the time that it shows otherwise, or as some time ago."""
_TIME = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d).{0,20}")
_CLOCK = re.compile(r"\d[:：]\d\d")
_DATED = re.compile(r"\d(?:\d{3}\s?[-/.年]\s?\d|[:：]\d\d)")
_LONGEST_APART = 90


def stamp(attributes: Mapping[str, str]) -> str:
    """The mark for the time that the attributes of an element give; empty for none.

    >>> stamp({"datetime": " 2019-09-07T13:43Z "}).strip("\\0"), stamp({"title": "2019年工作报告"})
    ('2019-09-07T13:43Z', '')
    """
    values = (attributes.get(name, "").strip() for name in _ATTRIBUTES)
    time = next(filter(_TIME.fullmatch, values), None)
    return f"{STAMP}{time}{STAMP}" if time else ""


def unmarked(gathered: str) -> str:
    """What was gathered as the page shows it."""
    return _STAMPED.sub("", gathered).replace(SEAM, "")


def apart(text: str, gathered: str) -> str | None:
    """What was gathered as ``Block.apart`` has it, where it is a short line; ``text`` is what the page shows of it."""
    if len(text) > _LONGEST_APART:
        return None
    stamped = STAMP in gathered
    if stamped:  # a clock that the line shows is believed before another
        gathered = _STAMPED.sub("" if _CLOCK.search(text) else r" \1 ", gathered)
    if stamped or (SEAM in gathered and _DATED.search(text)):
        return squeeze(gathered.replace(f"{SEAM}·{SEAM}", "·").replace(SEAM, " "))
    return None
