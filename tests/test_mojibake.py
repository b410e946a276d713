"""Damaged text comes back, clean text is left alone, and every step says what it did."""

import gzip
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.model import Block, Document, Reference, Step
from scraper.mojibake import repair, repair_document, replay
from scraper.mojibake.channels.single_bytes import WINDOWS_1252, read, table
from scraper.mojibake.layers import compose

CASES = Path(__file__).parent / "cases"
DATA = Path(__file__).parents[2] / "shared" / "data" / "clean"
MOJIBAKE = json.loads((CASES / "mojibake.json").read_text("utf-8"))
DAMAGED = [(case, kind) for kind in ("repaired", "guessed") for case in MOJIBAKE[kind]]


@pytest.mark.parametrize(("case", "damage"), DAMAGED, ids=[case["name"] for case, _ in DAMAGED])
def test_damage_is_undone(case: dict[str, str], damage: str) -> None:
    repaired = repair(case["damaged"])
    assert (repaired.text, repaired.damage) == (case["text"], damage)
    assert replay(case["damaged"], repaired.steps) == repaired.text
    assert any(step.guessed for step in repaired.steps) == (damage == "guessed")
    assert repair(repaired.text).steps == ()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case["name"], marks=pytest.mark.xfail(strict=True, reason=case["why"]))
        for case in MOJIBAKE["known_failures"]
    ],
)
def test_known_failures(case: dict[str, str]) -> None:
    assert repair(case["damaged"]).text == case["text"]


@pytest.mark.parametrize("case", MOJIBAKE["lost"], ids=[case["name"] for case in MOJIBAKE["lost"]])
def test_lost_text_is_called_lost_and_left(case: dict[str, str]) -> None:
    repaired = repair(case["text"])
    assert (repaired.text, repaired.damage, repaired.steps) == (case["text"], "lost", ())


@pytest.mark.parametrize("text", MOJIBAKE["clean"])
def test_clean_text_is_left(text: str) -> None:
    repaired = repair(text)
    assert (repaired.text, repaired.damage) == (text, "none")


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not here")
@pytest.mark.parametrize("name", ["japanese", "classical", "traditional_ud", "pinyin_legit", "law_gov"])
def test_clean_corpora_are_left(name: str) -> None:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    assert [text[:60] for text in texts if repair(text).damage != "none"] == []


def goldens(value: object, key: str = "") -> Iterator[str]:
    """Every text that a case file holds up as right."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from goldens(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from goldens(inner, key)
    elif isinstance(value, str) and key in {"text", "title", "expected", "clean", "after"}:
        yield value


@pytest.mark.parametrize("path", sorted(CASES.glob("*.json")), ids=lambda path: path.name)
def test_no_golden_contains_damage(path: Path) -> None:
    cases = json.loads(path.read_text("utf-8"))
    if isinstance(cases, dict):
        cases.pop("lost", None)
    assert [text for text in goldens(cases) if repair(text).damage != "none"] == []


WRONG = "县气象台今天下午发布暴雨预警，请山区群众注意防范。".encode().decode("latin-1")
RIGHT = "县气象台今天下午发布暴雨预警，请山区群众注意防范。"


def document(*texts: str) -> Document:
    return Document(
        url=None,
        blocks=tuple(Block(text=text, element=0) for text in texts),
        labels=("p",),
        parents=(-1,),
        metadata=(("title", texts[0]), ("author", "王小明")),
        references=(Reference(kind="image", url="a.jpg", text="资料图", before=1),),
    )


def test_a_clean_document_is_the_same_object() -> None:
    page = document("天气预报", RIGHT)
    repaired, report = repair_document(page)
    assert repaired is page
    assert (report.damage, report.steps) == ("none", ())


@pytest.mark.parametrize("texts", [(WRONG, RIGHT), (RIGHT, WRONG), (WRONG, WRONG), (RIGHT, RIGHT, WRONG, RIGHT)])
def test_only_damaged_blocks_change(texts: tuple[str, ...]) -> None:
    page = document(*texts)
    repaired, report = repair_document(page)
    assert [block.text for block in repaired.blocks] == [RIGHT] * len(texts)
    assert repaired.metadata == (("title", RIGHT), ("author", "王小明"))
    assert repaired.references == page.references
    assert repaired.blocks[0] == replace(page.blocks[0], text=RIGHT)
    whole = "\n".join([*texts, texts[0], "王小明", "资料图"])
    assert replay(whole, report.steps) == report.text == whole.replace(WRONG, RIGHT)
    assert report.damage == "repaired"


def test_a_lost_document_is_called_lost() -> None:
    lost = RIGHT.encode("gbk").decode("utf-8", "replace")
    page = document(lost, lost)
    repaired, report = repair_document(page)
    assert repaired is page
    assert report.damage == "lost"


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=60))
def test_any_text_at_all(text: str) -> None:
    repaired = repair(text)
    assert replay(text, repaired.steps) == repaired.text
    assert (repaired.text == text) == (repaired.damage in ("none", "lost"))
    again = repair(repaired.text)
    assert again.text == repaired.text


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=80), st.sampled_from(["latin-1", "gbk", "big5", "utf-8", "utf-16-le"]))
def test_any_bytes_at_all(data: bytes, codec: str) -> None:
    text = data.decode(codec, "replace")
    assert replay(text, repair(text).steps) == repair(text).text


def test_replay_refuses_steps_of_another_text() -> None:
    steps = repair(WRONG).steps
    with pytest.raises(ValueError, match="step at 0 expects"):
        replay(RIGHT, steps)


@st.composite
def layers(draw: st.DrawFn) -> tuple[str, list[Step], list[Step]]:
    """A text, steps on it, and steps on what they make of it."""

    def steps(text: str) -> list[Step]:
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
        return [
            Step(channel="c", start=start, end=end, before=text[start:end], after=draw(st.text("xyz", max_size=3)))
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]

    text = draw(st.text("abc", max_size=12))
    first = steps(text)
    return text, first, steps(replay(text, first))


@settings(deadline=None)
@given(layers())
def test_two_layers_become_one(case: tuple[str, list[Step], list[Step]]) -> None:
    text, first, second = case
    between = replay(text, first)
    assert replay(text, compose(first, second, between)) == replay(between, second)


LONG = "县气象台今天下午五点发布暴雨预警，预计未来六小时雨量将达五十毫米以上，请山区群众注意防范山洪和滑坡。"
LONG_IN_BIG5 = "縣氣象台今天下午五點發布暴雨警報，預計未來六小時雨量將達五十毫米以上，請山區民眾注意防範。".encode(
    "cp950"
)
LIKE_WINDOWS_1252 = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}


@pytest.mark.parametrize(
    ("damaged", "text", "damage"),
    [
        # a character that is cut off at the end is not invented
        (LONG.encode()[:-1].decode("latin-1"), LONG[:-1] + "ã\x80", "guessed"),
        # quotes made straight were bytes: islands of what is left would be no text
        (read(LONG.encode(), WINDOWS_1252).translate(str.maketrans(LIKE_WINDOWS_1252)), None, "lost"),
        (unicodedata.normalize("NFKC", read(LONG.encode(), WINDOWS_1252)), None, "lost"),
        # bytes read with a table that is not known here: what fits by accident are islands
        (read(LONG_IN_BIG5, table("cp1257")), None, "lost"),
        # Big5 read as GBK, and what that does not know left out: first bytes are gone without a mark
        (LONG_IN_BIG5.decode("gbk", "ignore"), None, "none"),
        # four characters beside a loss are pairs in any codec
        ("已有上百人在这次行动中受伤，边经贸人员往来� 菘硕曰�出口额增长近一倍。", None, "none"),
        # references and escapes of the bytes one layer down, in a line that begins with ASCII
        ("2012" + "".join(f"&#{byte};" for byte in LONG.encode()), "2012" + LONG, "repaired"),
        ("5G" + "".join(f"\\u{byte:04x}" for byte in LONG.encode()), "5G" + LONG, "repaired"),
    ],
    ids=["cut", "straight quotes", "NFKC", "windows-1257", "left out", "a short stretch", "references", "escapes"],
)
def test_what_is_not_exact_is_not_called_repaired(damaged: str, text: str | None, damage: str) -> None:
    repaired = repair(damaged)
    assert (repaired.text, repaired.damage) == (text or damaged, damage)


def test_bytes_that_windows_1254_does_not_have_are_guessed() -> None:
    text = "这些年轻人从沿海城市来到村里，办起了小学。" + LONG
    repaired = repair(text.encode().decode("cp1254", "replace"))
    assert (repaired.text, repaired.damage) == (text, "guessed")


SHORT = ("李明", "2019年", "来源")


@pytest.mark.parametrize(("right", "wrong"), [("utf-8", "latin-1"), ("gbk", "latin-1"), ("utf-8", "gb18030")])
def test_short_blocks_follow_the_page(right: str, wrong: str) -> None:
    def damage(text: str) -> str:
        return text.encode(right).decode(wrong, "replace")

    names = [name for name in SHORT if "\ufffd" not in damage(name)]
    repaired, _ = repair_document(document(*map(damage, [LONG, LONG, *names])))
    assert [block.text for block in repaired.blocks][2:] == names

    clean = ("图", "路", "联通", "Café Müller", "© 2019", "首页", "·")  # 图 and 路 in GBK are UTF-8, too
    repaired, _ = repair_document(document(damage(LONG), damage(LONG), *clean))
    assert [block.text for block in repaired.blocks] == [LONG, LONG, *clean]


@pytest.mark.parametrize(
    "text",
    [
        "&amp;" * 5000,
        "中&#20013;" * 3000,
        "ä" * 20000,
        "“ä½\xa0å¥½”中" * 1000,
        "中\ufffd" * 5000,
        "\\u" * 9000,
        "(" * 20000,
    ],
    ids=lambda text: text[:6],
)
def test_monotonous_text_takes_no_time(text: str) -> None:
    assert replay(text, repair(text).steps) == repair(text).text


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=6))
def test_stretches_close_together_do_not_overlap(cuts: list[tuple[int, int]]) -> None:
    text = "".join(
        LONG[: start % len(LONG)] + LONG[end:].encode().decode("gbk", "replace")[: 3 * start] for start, end in cuts
    )
    assert replay(text, repair(text).steps) == repair(text).text


def test_half_of_the_bytes_tell_what_a_long_text_is_about_and_not_what_a_headline_says():
    headline = "石桥镇修好了老码头"
    text = (
        "石桥镇修好了老码头，村民很高兴。从今天起，大家可以沿着河边的石板路一直走到镇口的老戏台，路上装了二十盏路灯。"
        "镇里说，这次修缮用了八个月的时间，花了三百多万元，其中一半是村民和在外工作的同乡捐的。"
        "下个月还要在码头上修一座亭子，让等船的人有个躲雨的地方。"
    )
    garbled, short = (one.encode().decode("big5", "replace") for one in (text, headline))
    assert repair(short).text == short
    found = repair(garbled)
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    assert found.damage == "guessed"
    assert sum(pair in found.text for pair in pairs) > len(pairs) / 2
