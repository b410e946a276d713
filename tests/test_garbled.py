"""Where a text is garbled, and the short cut that tells whether it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.mojibake.garbled import garbled, is_garbled
from scraper.mojibake.scan import Sign, scan

PLAIN = "市水务局昨天表示，新水厂的管网已经铺到城北的三个街道，下月起分批通水。" * 20
GARBLED = "浠婂ぉ涓嬮洦浜嗐璁拌€呬粠浼氫笂浜嗚В鍒"
RARE = "鸑鷟狴犴貔貅饕餮"
CASES = [
    # the text, the places of dense rare characters in it, and whether it is garbled there
    (PLAIN + GARBLED + PLAIN, [len(PLAIN)], True),
    (GARBLED, [0], True),
    (PLAIN + GARBLED, [0], False),  # far from the place
    (PLAIN + RARE + PLAIN, [len(PLAIN)], False),
    (PLAIN + "\n모든, 파일, 사진, 그림, 글자, 문서, 화면\n" + PLAIN, [len(PLAIN) + 1], False),
    ("日本語の新聞は、きょうも東京でのオリンピックについて詳しく報じている。" * 3, [0, 40, 80], False),
]


@pytest.mark.parametrize(("text", "places", "expected"), CASES)
def test_a_text_is_garbled_near_places(text: str, places: list[int], expected: bool) -> None:
    assert is_garbled(text, np.array(places)) is expected


@given(st.lists(st.sampled_from([PLAIN[:36], GARBLED, RARE, "𠮷野家😀", "ABC (1) ", "\n"]), max_size=12).map("".join))
def test_the_short_cut_never_calls_garbled_what_is_not(text: str) -> None:
    assert bool(scan(text) & Sign.GARBLED) <= bool(garbled(text))


@given(st.text("😀𠮷", max_size=40), st.integers(0, 3))
def test_damage_after_characters_beyond_the_bmp_is_seen(astral: str, repeats: int) -> None:
    assert scan(PLAIN[:36] * repeats + astral + GARBLED) & Sign.GARBLED
