"""Each channel beside its inverse: what it damages, the repair gives back."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from scraper.mojibake import repair
from scraper.mojibake.channels import channels
from scraper.mojibake.channels.channel import Channel
from scraper.mojibake.scan import WINDOW, Sign, scan

TRADITIONAL = OpenCC("s2tw")
EXACT = [channel for channel in channels() if channel.exact]
GUESSING = [channel for channel in channels() if not channel.exact]

SENTENCES = (
    "县气象台今天下午五点发布暴雨预警，预计未来六小时雨量将达五十毫米以上。",
    "“我们村的路终于修通了！”村民李大爷高兴地说，“以后卖水果再也不愁了。”",
    "新馆建筑面积1.2万平方米，藏书30万册，周一闭馆（节假日除外）。",
    "记者从市教育局获悉，今年全市中小学将于9月1日开学，8月30日报到。",
    "该公司新款手机采用6.1英寸屏幕，支持5G网络与Wi-Fi 6，售价2999元起。",
    "德国总理安格拉·默克尔在会谈后表示，双方将继续扩大贸易往来。",
    "比赛进行到第七十八分钟，主队九号队员头球破门，把比分改写为二比一。",
    "专家提醒：高温天气要多喝水，避免在上午十一点至下午三点之间外出。",
    "经过三个多月的修缮，古镇老街重新开放，国庆假期首日迎来游客三万人次。",
    "《山海之间》讲述了一群年轻人返乡创业的故事，每晚八点播出两集……",
)
articles = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4, unique=True).map("".join)
seeds = st.integers(0, 2**32)


def carried(channel: Channel, text: str) -> str:
    """``text`` as the right codec can hold it: Big5 has no Simplified characters."""
    if not channel.id.startswith("big5"):
        return text
    return TRADITIONAL.convert(text).encode("cp950", "ignore").decode("cp950")


def test_every_channel_is_found_and_has_its_own_name() -> None:
    names = [channel.id for channel in channels()]
    assert len(names) == len(set(names)) > 5


@pytest.mark.parametrize("channel", EXACT, ids=[channel.id for channel in EXACT])
@settings(deadline=None, max_examples=40)
@given(text=articles, seed=seeds)
def test_exact_channels_give_everything_back(channel: Channel, text: str, seed: int) -> None:
    text = carried(channel, text)
    damaged = channel.damage(text, Random(seed))
    repaired = repair(damaged)
    assert repaired.text == text
    assert repaired.damage == ("none" if damaged == text else "repaired")


@pytest.mark.parametrize("channel", EXACT, ids=[channel.id for channel in EXACT])
@settings(deadline=None, max_examples=15)
@given(before=articles, text=articles, seed=seeds)
def test_a_damaged_paragraph_among_clean_ones(channel: Channel, before: str, text: str, seed: int) -> None:
    text = carried(channel, text)
    page = f"{before}\n{{}}\n{before}"
    assert repair(page.format(channel.damage(text, Random(seed)))).text == page.format(text)


@pytest.mark.parametrize("channel", GUESSING, ids=[channel.id for channel in GUESSING])
@settings(deadline=None, max_examples=10)
@given(text=articles, seed=seeds)
def test_where_bytes_are_lost_the_repair_owns_up(channel: Channel, text: str, seed: int) -> None:
    text = carried(channel, text)
    repaired = repair(channel.damage(text, Random(seed)))
    # A stop that the spider pool swallowed leaves no mark: there nobody can know.
    assert repaired.text == text or repaired.damage != "repaired" or channel.id == "spider_pool"
    assert repair(repaired.text).text == repaired.text


@pytest.mark.parametrize("channel", channels(), ids=[channel.id for channel in channels()])
@settings(deadline=None, max_examples=15)
@given(text=articles, seed=seeds)
def test_the_scan_sees_every_damage(channel: Channel, text: str, seed: int) -> None:
    damaged = channel.damage(text, Random(seed))
    if damaged != text:
        assert scan(damaged) & channel.signs


@settings(deadline=None)
@given(st.text(st.sampled_from("éü中文·"), max_size=30))
def test_the_scan_sees_three_letters_in_a_window_wherever_they_stand(text: str) -> None:
    windows = [text[start : start + WINDOW] for start in range(len(text))]
    close = any(sum(character in "éü" for character in window) >= 3 for window in windows)
    assert (Sign.LATIN in scan(text)) == close


@pytest.mark.parametrize("text", SENTENCES)
def test_no_channel_finds_itself_in_clean_text(text: str) -> None:
    assert repair(text).damage == "none"
