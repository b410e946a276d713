"""The engine: bytes with alternatives, read by a codec, judged by the language model."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.mojibake.lattice import ANY, Piece, Reader, Slot, arc, search

READERS = {codec: Reader(codec) for codec in ("utf-8", "gbk", "cp950")}
SENTENCES = (
    "县城到省城的高速公路今天上午正式通车。",
    "“图书馆每周一闭馆。”工作人员说，“其他时间都开放。”",
    "今年前三个月，全市新增就业12万人，比去年同期增加8.5%。",
)


def slots(data: list[tuple[int | bytes, ...]]) -> list[Slot]:
    """One slot for each of ``data``, without alternatives."""
    return [Slot(number, number + 1, (arc(element),)) for number, element in enumerate(data)]


def bytes_of(text: str, codec: str) -> list[tuple[int | bytes, ...]]:
    return [(byte,) for byte in text.encode(codec)]


def text_of(pieces: list[Piece] | None) -> str | None:
    return None if pieces is None else "".join(piece.text for piece in pieces)


@pytest.mark.parametrize("codec", READERS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30))
def test_known_bytes_have_one_reading(codec: str, text: str) -> None:
    carried = text.encode(codec, "ignore").decode(codec)
    found = search(slots(bytes_of(carried, codec)), READERS[codec])
    assert text_of(found) == carried
    assert not any(piece.guessed for piece in found or ())


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_pieces_cover_the_slots_in_order(codec: str, text: str) -> None:
    found = search(slots(bytes_of(text, codec)), READERS[codec])
    assert found is not None
    assert [piece.start for piece in found] == [0, *(piece.end for piece in found[:-1])]
    assert found[-1].end == len(text.encode(codec))
    assert [piece.text for piece in found] == list(text)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("place", [8, 10, 16])
def test_an_unknown_byte_is_filled_by_the_language_model(text: str, place: int) -> None:
    data = bytes_of(text, "utf-8")
    data[3 * place + 2] = (ANY,)
    assert text_of(search(slots(data), READERS["utf-8"])) == text


def test_a_guess_is_marked_where_it_is() -> None:
    data = slots(bytes_of("今天下雨", "gbk"))
    data[5] = Slot(5, 6, (arc((ANY,), 0, True),))
    found = search(data, READERS["gbk"])
    assert text_of(found) == "今天下雨"
    assert [piece.text for piece in found or () if piece.guessed] == ["下"]


def test_the_dearer_arc_wins_only_where_it_reads_better() -> None:
    data = bytes_of("记者从会上了解到", "gbk")
    lost = [Slot(number, number + 1, (arc(own), arc((0xA1, *own), 40, True))) for number, own in enumerate(data)]
    assert text_of(search(lost, READERS["gbk"])) == "记者从会上了解到"


def test_a_literal_cannot_stand_inside_a_character() -> None:
    first, second = "中".encode("gbk")
    between = [Slot(0, 1, (arc((first,)),)), Slot(1, 2, (arc("x"),)), Slot(2, 3, (arc((second,)),))]
    assert search(between, READERS["gbk"]) is None
    after = [Slot(0, 1, (arc((first, second)),)), Slot(1, 2, (arc("x"),))]
    assert text_of(search(after, READERS["gbk"])) == "中x"


@pytest.mark.parametrize("data", [[(0x81,)], [(0xFF, 0xFF)], [(0xD6,), (0x20,)]])
def test_bytes_that_cannot_be_read_give_nothing(data: list[tuple[int | bytes, ...]]) -> None:
    assert search(slots(data), READERS["gbk"]) is None


def test_nothing_reads_as_nothing() -> None:
    assert search([], READERS["gbk"]) == []


@pytest.mark.parametrize(("before", "mark"), [("他说：“今天不去了。", "”"), ("他走了很久。", "“")])
def test_quotation_marks_are_balanced(before: str, mark: str) -> None:
    quotes = Slot(0, 1, (arc("“"), arc("”")))
    assert text_of(search([quotes], READERS["gbk"], before=before, after="我们")) == mark


def test_a_character_that_the_page_uses_is_preferred() -> None:
    options = Slot(0, 1, (arc("翀"), arc("龙", 50)))
    assert text_of(search([options], READERS["gbk"], before="民警张", after="说")) == "龙"
    assert text_of(search([options], READERS["gbk"], before="民警张", after="说", familiar={"翀"})) == "翀"


def test_spellings_are_alternatives_of_one_character() -> None:
    reader = Reader("gbk", {"著": (("著", 0), ("着", 0))})
    found = {text: text_of(search(slots(bytes_of(text, "gbk")), reader)) for text in ("随著时间", "著名作家")}
    assert found == {"随著时间": "随着时间", "著名作家": "著名作家"}
