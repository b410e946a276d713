"""What a repair left beside what it gave back.

A letter of mojibake between two characters tells of lost bytes. Letters mixed with signs (``ŁÖ±¤``) tell of bytes that
something else had read: what came back is an island that fits by accident.
"""

import re
from collections.abc import Iterable, Sequence

from scraper.model import Step
from scraper.mojibake.garbled import garbled
from scraper.mojibake.layers import replay

NEAR = 10  # characters around a step that may be of the same damage
MOST_LEFT = 0.1  # of the characters around: where more is left the repair has hit upon islands

_LETTER = "\x80-\x9f\xc0-\xd6\xd8-\xf6\xf8-\xffƒˆ‰Š‹ŒŽ˜š›œžŸ"
_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_TORN = re.compile(f"[{_LETTER}](?=[{_CHINESE}])|(?<=[{_CHINESE}])[{_LETTER}]")
_SIGN, _ANY_LETTER = "\x80-\xb6\xb8-\xbf×÷ˇ˘˙˛˝΄΅", "\xc0-\xd6\xd8-\xf6\xf8-\u0241\u0386-\u052f"
_MIXED = re.compile(f"[{_SIGN}](?=[{_SIGN}{_ANY_LETTER}])|[{_ANY_LETTER}](?=[{_SIGN}])")
_CUT = re.compile(f"(?<=[{_SIGN}{_ANY_LETTER}])[{_SIGN}{_ANY_LETTER}]{{1,7}}$")
_NO_CHINESE = re.compile(
    "[\x80-\xb6\xb8-\u04ff\u2020-\u2025\u2027-\u2bff\uf8ff\ufffd]"
)  # the quotes and … are anybody's


def remains(texts: Iterable[str], steps: Iterable[Sequence[Step]]) -> float:
    """The share of the repaired stretches of ``texts``, and what is near, that still is mojibake."""
    stretches = [stretch for text, own in zip(texts, steps, strict=True) for stretch in _around(replay(text, own), own)]
    around = "\n".join(stretches)
    spans = garbled(around)
    left = len(_TORN.findall(around)) + len(_MIXED.findall(around))
    left += sum(len(_NO_CHINESE.findall(around, *span)) for span in spans)
    return left / max(1, len(around))


def _around(result: str, steps: Sequence[Step]) -> Iterable[str]:
    """What ``steps`` made and what is near them in ``result``, in stretches that are apart.

    Of a character that was cut off at the end, one letter stands for all.
    """
    result = _CUT.sub("", result)
    start = end = shift = 0
    for step in steps:
        low, high = step.start + shift - NEAR, step.start + shift + len(step.after) + NEAR
        shift += len(step.after) - len(step.before)
        if end and low <= end:
            end = high
            continue
        if end:
            yield result[start:end]
        start, end = max(0, low), high
    if end:
        yield result[start:end]
