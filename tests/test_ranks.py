"""A set of numbers finds its members and their ranks as a binary search does."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.ranks import Ranks

NUMBERS = st.integers(min_value=0, max_value=5_000) | st.integers(min_value=0, max_value=1 << 30)
BORDERS = [0, 63, 64, 127, 4095, 4096, 1 << 18, (1 << 30) - 1]


@given(members=st.sets(NUMBERS), others=st.lists(NUMBERS))
@example(members=set(BORDERS), others=[number + 1 for number in BORDERS])
@example(members=set(range(256)), others=[])
@example(members=set(), others=[0, 64, 1 << 30])
def test_members_are_found_with_their_ranks_and_nothing_else_is(members: set[int], others: list[int]) -> None:
    ordered = np.array(sorted(members), np.int64)
    wanted = np.array([*others, *members], np.int64)
    found, ranks = Ranks(ordered).find(wanted)
    assert found.tolist() == [place for place, number in enumerate(wanted.tolist()) if number in members]
    assert ranks.tolist() == ordered.searchsorted(wanted[found]).tolist()
