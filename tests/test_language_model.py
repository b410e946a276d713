"""The language model tells Chinese from garbage, in both scripts, and its two views of the tables agree."""

import numpy as np
import pytest

from scraper.language_model import SPACE, UNITS_PER_NAT, load, pack_keys, unpack_keys

LIKELIER = [
    # natural text, and the same thing gone wrong
    ("记者昨天从市水务局了解到，新水厂下月通水。", "璁拌€呮槨澶╀粠甯傛按鍔″眬浜嗚В鍒"),
    ("新聞記者報道說，兩岸交流會議今天舉行。", "穝籇癘厨笵弧ㄢ└ユ瑈穦某さぱ羭︽"),
    ("今年我所筹建了智慧社区管控体系", "敖衲晡宜I建了智慧社区管控体系"),
    ("他说。“今年", "他说Ｋf今年"),
    ("天气预报", "气天报预"),
    ("3月12日上午9时", "3鏈12鏃ヤ笂鍗9鏃"),
]


@pytest.mark.parametrize(("natural", "garbled"), LIKELIER)
def test_natural_text_is_likelier(natural: str, garbled: str) -> None:
    model = load()
    assert model.costs(natural).mean() + UNITS_PER_NAT < model.costs(garbled).mean()


def test_empty_text_has_no_cost() -> None:
    assert len(load().costs("")) == 0


@pytest.mark.parametrize("text", ["\ud800", "\U0010ffff𠮷🙂", "\0\x05\ufffe", "ﾊﾝ한글Ω", "a" * 5000])
def test_any_characters_have_a_cost(text: str) -> None:
    costs = load().costs(text)
    assert len(costs) == len(text)
    assert (costs >= 0).all()


def test_search_loops_see_the_same_costs_as_arrays() -> None:
    model = load()
    text = "我们已习惯接受挑战，并体味由此带来的百般滋味，默默享受着其中的喜悦。"
    x = [SPACE, SPACE, *model.encode(text).tolist()]
    found = []
    for a, b, c in zip(x, x[1:], x[2:], strict=False):
        context = a * model.size + b
        backed = model.bigrams[b * model.size + c] + model.backoffs.get(context, 0)
        found.append(model.trigrams.get(context * model.size + c, backed))
    assert found == model.costs(text).tolist()
    assert all(model.code(character) == code for character, code in zip(text, x[2:], strict=True))


@pytest.mark.parametrize("before", ["", "浠婂ぉ", "今天  下雨", "\U00020000a"])
def test_after_two_spaces_a_text_costs_what_it_costs_alone(before: str) -> None:
    model = load()
    after = "今天𠮷下雨了。"
    costs = model.costs(f"{before}  {after}")
    assert costs[: len(before)].tolist() == model.costs(before).tolist()
    assert costs[len(before) + 2 :].tolist() == model.costs(after).tolist()


def test_rows_of_the_bigram_table_are_near_a_distribution() -> None:
    """Costs are rounded to a tenth of a nat and classes are charged, so the sums are near 1, not equal to it."""
    model = load()
    for character in "的中国，。着了":
        row = model.bigram[model.code(character)].astype(float)
        assert 0.7 < np.exp(-row / UNITS_PER_NAT).sum() < 1.2


def test_keys_are_sorted_and_unique() -> None:
    model = load()
    for keys in (model.trigram_keys, model.context_keys):
        assert (np.diff(keys) > 0).all()
        assert (unpack_keys(pack_keys(keys)) == keys).all()
    assert (np.unique(model.trigram_keys // model.size) == model.context_keys).all()
    assert len(model.trigram_costs) == len(model.trigram_keys)
    assert len(model.backoff_costs) == len(model.context_keys)
