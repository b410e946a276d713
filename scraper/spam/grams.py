"""Runs of neighbouring Han characters, by which texts and phrases are compared."""

import re

_HAN_RUN = re.compile("[\u4e00-\u9fff]{2,}")


def grams(text: str, length: int) -> set[str]:
    """The runs of ``length`` neighbouring Han characters.

    >>> sorted(grams("新桥、通车了", 2))
    ['新桥', '车了', '通车']
    """
    return {run[i : i + length] for run in _HAN_RUN.findall(text) for i in range(len(run) - length + 1)}
