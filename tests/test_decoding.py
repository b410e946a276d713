"""Decoding: bytes made from a text come back as that text, whatever their labels say; no bytes at all are too bad."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from scraper import tables
from scraper.decoding import decode, looks_binary
from scraper.decoding.encodings import encodings, name_of, read

CASES = Path(__file__).parent / "cases"
CODECS = {"utf-8": "utf-8", "gbk": "gb18030", "gb18030": "gb18030", "cp950": "big5", "big5hkscs": "big5",
          "utf-16-le": "utf-16le", "utf-16-be": "utf-16be", "hz": "hz-gb-2312"}  # fmt: skip
LANGUAGES = json.loads((CASES / "decoding_languages.json").read_text("utf-8"))


def load(name: str) -> list:
    return json.loads((CASES / name).read_text("utf-8"))


def assemble(parts: list[list[str]]) -> tuple[bytes, str]:
    """The bytes of a case, and the text that they were made from."""
    body = b"".join(bytes.fromhex(text) if codec == "hex" else text.encode(codec) for codec, text in parts)
    return body, "".join(text for codec, text in parts if codec != "hex")


@pytest.mark.parametrize("case", load("decoding.json"), ids=lambda case: case["about"])
def test_case(case: dict) -> None:
    body, text = assemble(case["parts"])
    decoded = decode(body, case.get("content_type"))
    assert decoded.text == case.get("text", text)
    assert decoded.encoding == case["encoding"]
    assert decoded.lossy == case.get("lossy", False)


FOREIGN = [(name, text) for name, texts in LANGUAGES["foreign"].items() for text in texts]


@pytest.mark.parametrize(("name", "text"), FOREIGN)
def test_other_languages_stay_what_they_are(name: str, text: str) -> None:
    decoded = decode(text.encode(encodings()[name].codec))
    assert (decoded.text, decoded.encoding) == (text, name)


SENTENCES = st.sampled_from(LANGUAGES["chinese"]) | st.sampled_from(LANGUAGES["traditional"])


@st.composite
def natural(draw: st.DrawFn, shortest: int = 20) -> str:
    """Sentences of one script, joined, and a slice of that."""
    script = draw(st.sampled_from(["chinese", "traditional"]))
    text = draw(st.sampled_from(["", " ", "\n", "<br>"])).join(
        draw(st.lists(st.sampled_from(LANGUAGES[script]), min_size=2, max_size=12))
    )
    start = draw(st.integers(0, len(text) - shortest))
    return text[start : start + draw(st.integers(shortest, 400))]


@given(natural(), st.sampled_from(sorted(CODECS)))
@settings(max_examples=400, deadline=None)
def test_every_encoding_that_can_hold_a_text_gives_it_back(text: str, codec: str) -> None:
    assume(encodable(text, codec))
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.encoding == (CODECS[codec] if not text.isascii() else "utf-8")
    assert not decoded.lossy


@given(
    natural(), st.sampled_from(["utf-8", "gbk", "cp950"]), st.sampled_from(["utf-8", "gb2312", "big5", "iso-8859-1"])
)
@settings(max_examples=200, deadline=None)
def test_a_label_is_a_hint_and_never_the_judge(text: str, codec: str, label: str) -> None:
    assume(encodable(text, codec))
    page = f'<html><head><meta charset="{label}"></head><body>{text}</body></html>'
    assert decode(page.encode(codec), f"text/html; charset={label}").text == page


@given(natural(40), st.sampled_from(["utf-8", "gbk", "cp950"]), st.data())
@settings(max_examples=200, deadline=None)
def test_the_beat_is_found_again_after_an_overwritten_byte(text: str, codec: str, data: st.DataObject) -> None:
    assume(encodable(text, codec))
    body = bytearray(text.encode(codec))
    at = data.draw(st.sampled_from([i for i, byte in enumerate(body) if byte >= 0x80]))
    body[at] = 0xFF
    decoded = decode(bytes(body))
    assert decoded.lossy
    assert "\ufffd" in decoded.text
    before = len(body[:at].decode(codec, "ignore"))
    kept = max(0, before - 1)
    assert decoded.text[:kept] == text[:kept]
    assert decoded.text.endswith(text[before + 3 :])


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-16", "surrogatepass")))
@example(b"\xff\xfe\x00\xd8")
@example(b"~{")
@example(b"\x84\x31\xa4\x37\xff")
@settings(max_examples=500, deadline=None)
def test_any_bytes_give_text_that_can_be_written(body: bytes) -> None:
    decoded = decode(body)
    decoded.text.encode("utf-8")
    assert decoded.encoding == "mixed" or decoded.encoding in encodings()


@pytest.mark.parametrize(
    "body",
    [
        bytes(200_000),
        b"\xff" * 200_000,
        b"\x81\x30" * 100_000,
        b"<meta " * 50_000,
        b"~{" * 100_000,
        "新".encode("gbk") * 100_000 + b"\xff" + "闻".encode("gbk") * 100_000,
    ],
    ids=lambda body: repr(body[:6]),
)
def test_long_monotonous_bytes(body: bytes) -> None:
    assert decode(body).text


def test_damage_far_inside_a_long_body_without_a_break_is_read_around() -> None:
    sentence = "".join(LANGUAGES["chinese"][:1]).replace("\n", "")
    body = bytearray((sentence * 3000).encode("gbk"))
    body[100_001] = body[150_000] = 0xFF
    text = decode(bytes(body)).text
    assert text.endswith(sentence * 400)
    assert text.startswith(sentence * 1000)


def test_what_was_heard_is_kept_as_evidence() -> None:
    page = '<meta charset="big5"><p>河边的柳树已经发芽了</p>'.encode("gbk")
    evidence = decode(page, "text/html; charset=latin1").evidence
    assert [(item.voice, item.said) for item in evidence] == [
        ("HTTP header", "latin1"),
        ("meta", "big5"),
        ("language model", "gb18030"),
    ]


def encodable(text: str, codec: str) -> bool:
    return text.encode(codec, "ignore").decode(codec) == text


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", True),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", True),
        (b"\x1f\x8b\x08\x00", True),
        (b"\x00\x00\x00\x18ftypmp42", True),
        (bytes(range(256)) * 20, True),
        ("菜市场里已经很热闹".encode(), False),
        ("菜市场里已经很热闹".encode("gbk"), False),
        ("菜市场里已经很热闹".encode("utf-16-le"), False),
        ("<p>菜市场</p>".encode("utf-16-be"), False),
        (b"plain text", False),
        (b"", False),
    ],
)
def test_binary(body: bytes, binary: bool) -> None:
    assert looks_binary(body) == binary
    if binary and not body.isascii():
        assert decode(body).lossy


class TestTables:
    labels = json.loads(tables.path("encodings", "labels.json").read_text("utf-8"))
    private = json.loads(tables.path("encodings", "gb18030-private.json").read_text("utf-8"))

    def test_a_label_means_one_encoding(self) -> None:
        labels = [label for row in self.labels for label in row["labels"]]
        assert len(labels) == len(set(labels))
        assert all(label == label.lower().strip() for label in labels)

    @pytest.mark.parametrize("row", labels, ids=lambda row: row["name"])
    def test_an_encoding_is_its_own_label_and_has_a_codec(self, row: dict) -> None:
        assert name_of(row["name"]) == row["name"]
        assert read(b"ascii", row["name"]) == "ascii" if not row["name"].startswith("utf-16") else True

    @pytest.mark.parametrize("row", private, ids=lambda row: row["bytes"])
    def test_private_use_is_what_python_gives_and_the_standard_no_longer_has(self, row: dict) -> None:
        body = bytes.fromhex(row["bytes"])
        assert f"U+{ord(body.decode('gb18030')):04X}" == row["private"]
        assert f"U+{ord(row['character']):04X}" == row["now"]
        assert read(body, "gb18030") == row["character"]
        assert row["character"].isprintable()
