"""The spider pool: what it does to an article is undone, and nobody else's readings are touched."""

import json
import re
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper import tables
from scraper.mojibake import repair, replay
from scraper.mojibake.channels.spider_pool import CHANNELS, judgement, readings, script
from scraper.mojibake.channels.spider_pool.damage import Habits, damage, random_habits

CASES = json.loads((Path(__file__).parent / "cases" / "spider_pool.json").read_text("utf-8"))
DAMAGED = [(case, kind) for kind in ("repaired", "guessed") for case in CASES[kind]]
DATA = Path(__file__).parents[2] / "shared" / "data" / "damaged"
VOCABULARY = list(script.simplified())
FREQUENT = Habits(annotated=frozenset(VOCABULARY[:200]))

PARAGRAPHS = (
    "本报讯记者从市教育局获悉，今年秋季学期起，全市中小学将统一推行课后服务。学校不得以任何方式强制学生参加，家长可以自愿选择。",
    "据介绍，这条铁路全长三百二十公里，设计时速二百五十公里。建成后，两地之间的旅行时间将缩短到一个半小时，对于推动区域经济发展具有重要意义。",
    "随着气温下降，供暖企业开始对管网进行检修。截至目前，全市已有八成以上的换热站完成了设备调试，市民如果发现管道漏水，可以随时拨打服务电话。",
    "“过去出门要走很远的山路，现在公共汽车开到了村口。”村民说，农产品当天就能运进城里的市场，价格也比从前好得多。",
    "比赛进行到第七十八分钟，主队九号队员头球破门，把比分改写为二比一。终场前，客队获得一次点球机会，但被守门员扑出。",
)
articles = st.lists(st.sampled_from(PARAGRAPHS), min_size=2, max_size=5, unique=True).map("\n".join)
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize(("case", "kind"), DAMAGED, ids=[case["name"] for case, _ in DAMAGED])
def test_damage_is_undone(case: dict[str, str], kind: str) -> None:
    repaired = repair(case["damaged"])
    assert (repaired.text, repaired.damage) == (case["text"], kind)
    assert {step.channel for step in repaired.steps} == {"spider_pool"}
    assert repair(repaired.text).steps == ()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["name"], marks=pytest.mark.xfail(strict=True, reason=case["why"]))
        for case in CASES["known_failures"]
    ],
)
def test_known_failures(case: dict[str, str]) -> None:
    assert repair(case["damaged"]).text == case["text"]


@pytest.mark.parametrize("text", CASES["clean"])
def test_readings_that_a_person_wrote_stay(text: str) -> None:
    assert (repair(text).text, repair(text).damage) == (text, "none")


@settings(max_examples=30, deadline=None)
@given(text=articles, seed=seeds, form=st.sampled_from(["({})", "({} )", "({0})({0})"]), toned=st.booleans())
def test_readings_of_frequent_characters_give_everything_back(text: str, seed: int, form: str, toned: bool) -> None:
    damaged = damage(text, replace(FREQUENT, form=form, toned=toned), Random(seed))
    assert repair(damaged).text == text


@settings(max_examples=30, deadline=None)
@given(text=articles, seed=seeds)
def test_whatever_the_habits_the_steps_give_the_text_and_a_second_repair_nothing(text: str, seed: int) -> None:
    rng = Random(seed)
    damaged = damage(text, random_habits(rng), rng)
    repaired = repair(damaged)
    assert replay(damaged, repaired.steps) == repaired.text
    assert [step.start for step in repaired.steps] == sorted(step.start for step in repaired.steps)
    assert all(damaged[step.start : step.end] == step.before != step.after for step in repaired.steps)
    assert repair(repaired.text).steps == ()


@settings(max_examples=30, deadline=None)
@given(text=articles, seed=seeds)
def test_most_characters_come_back_whatever_the_habits(text: str, seed: int) -> None:
    rng = Random(seed)
    habits = replace(random_habits(rng), half_width=False)
    if (repaired := repair(damage(text, habits, rng))).damage == "none":
        return  # few readings: the judgement is not sure
    wanted, got = set(pairwise(text)), set(pairwise(repaired.text))
    assert len(wanted & got) > 0.93 * len(wanted)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("國会(guó)?\ufffdǐ\x07，。A\ue0003 \n•é"), max_size=40))
def test_any_text_is_read_to_its_end(text: str) -> None:
    steps = CHANNELS[0].judge("法制日?qǐng)?bào)記者從當(dāng)地公安局了解到，案件發(fā)生後，當(dāng)地開(kāi)會(huì)")
    assert steps is not None
    assert replay(text, steps(text)).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "rest", ["(" * 3000, "?" * 3000, "?a)" * 2000, "\ufffd" * 3000, "\ue000" * 2000, "a" * 3000 + ")"]
)
def test_what_nobody_can_read_is_left(rest: str) -> None:
    damaged = CASES["repaired"][0]["damaged"]
    found = CHANNELS[0].judge(damaged)
    assert found is not None
    assert replay(damaged + rest, found(damaged + rest)).startswith(CASES["repaired"][0]["text"][:80])


def test_clean_blocks_of_a_damaged_page_stay() -> None:
    found = CHANNELS[0].judge(CASES["repaired"][0]["damaged"])
    assert found is not None
    for block in (
        *PARAGRAPHS,
        "鸑鷟、狴犴、貔貅、饕餮、魑魅魍魉",
        "价格：￥１２，３００．００（含税）",
        "联系我们|网站地图|ICP备12345678号-1",
    ):
        assert found(block) == []


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ("法制日?qǐng)?bào)", "法制日報"),
        ("法制日\ufffd(qǐng)\ufffd(bào)", "法制日報"),
        ("法制日(qǐng)(bào)", "法制日報"),
        ("新聞?dòng)浾咦C", "新聞記者證"),
        ("當?shù)貧庀笈_", "當地氣象臺"),
        ("永宏P(guān)LC", "永宏PLC"),
        ("網(wǎng)絡(luò )", "網絡"),
        ("系(xi)(xi)統(tong)", "系統"),
        ("产(Chan)品(Pin)", "产品"),
        ("技術\x07\x06、設備", "技術、設備"),
        ("昨日,,記者", "昨日,記者"),
        ("國(guó)家發(fā)展說(shuō)明圖(a)", "國家發展說明圖(a)"),
    ],
)
def test_readings_are_taken_out_on_the_bytes(damaged: str, text: str) -> None:
    assert bytes(readings.take_out(damaged, toned=readings.are_toned(damaged)).data).decode("gbk") == text


@settings(deadline=None)
@given(st.text(st.sampled_from("(())guǐ ?\ufffd國"), max_size=40))
def test_readings_are_found_by_their_brackets_as_by_a_search_of_the_whole_text(text: str) -> None:
    whole = [
        found.span()
        for found in readings.READING.finditer(text)
        if found["syllable"] in script.read_aloud()
        and (found["bracket"] or (found.start() and text[found.start() - 1] in "?\ufffd"))
    ]
    assert [found.span() for found in readings.marks(text)] == whole


def test_a_reading_tells_how_it_fits() -> None:
    stream = readings.take_out("國(guó)家日?qǐng)(hé)", toned=True)
    assert [fit.name for _, fit in stream.fits] == ["CHARACTER", "HALVES", "NOTHING"]


def test_the_evidence_counts_every_occurrence() -> None:
    every = "國(guó)會(huì)開(kāi)會(huì)，國(guó)家發(fā)展，學(xué)生開(kāi)學(xué)"
    first = "國(guó)會(huì)開(kāi)會，國家發(fā)展，學(xué)生開學，國學開課，會開"
    assert judgement.is_spider_pool(every)
    assert not judgement.is_spider_pool(first)


def test_tables_are_sorted_unique_and_agree() -> None:
    simplified = script.simplified()
    assert len(simplified) > 2500
    for written, may_be in simplified.items():
        assert len(written) == 1 and len(set(may_be)) == len(may_be)
        assert written.encode("gbk") and may_be.encode("gbk")
        assert may_be != written
        assert written in script.readings()
    converted, heard = (
        [line.split("\t")[0] for line in tables.path("mojibake", name).read_text("utf-8").splitlines()]
        for name in ("simplified.tsv", "readings.tsv")
    )
    assert len(converted) == len(simplified)
    assert heard == sorted(set(heard))
    for character, syllable in (("國", "guó"), ("說", "shuō"), ("綠", "lǜ"), ("產", "chǎn")):
        assert character.encode("gbk") in script.pairs_read(syllable)
        assert character.encode("gbk") in script.pairs_read(script.toneless(syllable))


SEED = DATA / "seed.txt"
FACTS = (
    "中国台湾网移动版",
    "24小时围着群众转",
    "2018-10-05 16:09:00",
    "来源:法制日报",
    "[责任编辑:韩静]",
    "的重点。“今年我所筹建了",
    "打击。”张翀说。",
    "倍增。” 张翀说",
    "案件。”张翀说",
    "不够。”采访",
    "白吃。”",
    "足矣!”",
)


@pytest.mark.skipif(not SEED.is_file(), reason="the shared data is not here")
def test_the_seed() -> None:
    damaged = SEED.read_text("utf-8")
    repaired = repair(damaged)
    assert [fact for fact in FACTS if fact not in repaired.text] == []
    assert not re.search(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)", repaired.text)
    assert script.convert(repaired.text) == repaired.text
    assert not any(unicodedata.category(character) in ("Co", "Cc") for character in repaired.text.replace("\n", ""))
    assert repaired.text.count("“") == repaired.text.count("”")
    assert len([step for step in repaired.steps if step.guessed]) <= 6
    assert repaired.text.endswith(damaged[damaged.index("桂林市|") :])
    assert replay(damaged, repaired.steps) == repaired.text
    assert repair(repaired.text).steps == ()


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here")
@pytest.mark.parametrize("name", ["excerpts", "common_crawl"])
def test_no_damage_is_left_in_real_samples(name: str) -> None:
    left = []
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        repaired = repair(record["text"])
        assert (repaired.damage == "none") == (record["text"] == repaired.text)
        if repaired.damage == "none":
            continue
        if any(readings.marks(repaired.text)) or re.search("[\x05-\x08\ufffd\ue000-\uf8ff]|[,，]{2}", repaired.text):
            left.append(record["id"])
    assert left == []
