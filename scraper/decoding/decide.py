"""Which encoding a body is in: all the evidence together. A label is a hint, never the judge."""

import re

import chardet

from scraper import language_model
from scraper.decoding.declarations import byte_order_mark, declarations
from scraper.decoding.encodings import encodings, name_of, read
from scraper.decoding.patchwork import read_body
from scraper.decoding.weighing import Price, sample, utf16_pattern, weigh
from scraper.model import Decoded, Evidence

CHINESE = ("utf-8", "gb18030", "big5")
FOREIGN = ("shift_jis", "euc-jp", "euc-kr", "windows-1252", "windows-1251", "koi8-r")
SURE = 60  # bytes of longer characters, all valid UTF-8, that no other encoding gives by accident
SHORT = 400  # bytes of ASCII that may be UTF-16
HINT = 30  # what a declaration is worth, in tenths of a nat
FOREIGN_CHARGE = 60
CLOSE = 1.05  # prices so close that chardet is asked

_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+(?:~\}|$)")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Read ``body`` as text, whatever its labels say; ``content_type`` is the value of the HTTP header.

    Never raises, in time linear in the length. ``.encoding`` is a WHATWG name, ``hz-gb-2312``, or ``mixed`` where pieces
    are in another encoding than the rest. ``.lossy`` says that some bytes could not be read: U+FFFD stands for them.
    Bytes that are no text at all (see ``looks_binary``) come back as some text that is lossy. A byte-order mark is not part of the text.

    >>> decode("记者从会上了解到".encode("gbk"), "text/html; charset=utf-8").text
    '记者从会上了解到'
    """
    evidence = [
        Evidence(voice=voice, said=said, note=name or "unknown label")
        for voice, said, name in declarations(body, content_type)
    ]
    mark = byte_order_mark(body)
    if mark:
        evidence.insert(0, Evidence(voice="byte-order mark", said=mark[0]))
        body = body[mark[1] :]
    hints = [item.note for item in evidence if item.note in encodings()]
    if mark and mark[0] != "utf-8":
        return _decoded(body, mark[0], evidence)
    pattern = utf16_pattern(body) if b"\0" in body[:1024] or len(body) <= SHORT or not mark else None
    if pattern and pattern[1]:
        evidence.append(Evidence(voice="NUL bytes", said=pattern[0]))
        return _decoded(body, pattern[0], evidence)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        pass
    else:
        longer = len(body) - len(text)
        if longer >= SURE or mark:
            evidence.append(Evidence(voice="bytes", said="utf-8", note="valid throughout"))
            return Decoded(text=text, encoding="utf-8", evidence=tuple(evidence))
        if not longer:
            escaped = _escaped(body, evidence)
            if escaped or not pattern or len(body) > SHORT:
                return escaped or Decoded(text=text, encoding="utf-8", evidence=tuple(evidence))
    return _decoded(body, _judge(body, hints, pattern, evidence), evidence)


def _escaped(body: bytes, evidence: list[Evidence]) -> Decoded | None:
    """ASCII that is HZ or ISO-2022-JP."""
    if _ISO_2022_JP.search(body):
        evidence.append(Evidence(voice="bytes", said="iso-2022-jp", note="escape sequences"))
        return _decoded(body, "iso-2022-jp", evidence)
    runs = _HZ.findall(body[: 1 << 16])
    if runs:
        data = b"\n".join(runs)[:1000]
        model = language_model.load()
        if model.costs(read(data, "hz-gb-2312")).sum() < model.costs(data.decode()).sum():
            evidence.append(Evidence(voice="bytes", said="hz-gb-2312", note="~{ ... ~}"))
            return _decoded(body, "hz-gb-2312", evidence)
    return None


def _judge(body: bytes, hints: list[str], pattern: tuple[str, bool] | None, evidence: list[Evidence]) -> str:
    model = language_model.load()
    names = dict.fromkeys((*CHINESE, *FOREIGN, *hints))
    for name in ("utf-16le", "utf-16be", "iso-2022-jp", "hz-gb-2312"):
        names.pop(name, None)
    data = sample(body)
    if pattern:
        names[pattern[0]] = None
        data = body[:2000]
    prices = weigh(data, tuple(names), model)

    def charged(found: Price) -> int:
        foreign = found.encoding not in CHINESE and not found.encoding.startswith("utf-16")
        return found.cost + FOREIGN_CHARGE * foreign - HINT * hints.count(found.encoding)

    prices.sort(key=charged)
    said = ", ".join(f"{found.encoding} {found.cost / max(1, found.characters) / 10:.1f}" for found in prices[:3])
    evidence.append(Evidence(voice="language model", said=prices[0].encoding, note=f"nats a character: {said}"))
    best = prices[0].encoding
    if best in CHINESE or best.startswith("utf-16"):
        return best
    opinion = chardet.detect(body[: 1 << 17])["encoding"]
    named = name_of(opinion) if opinion else None
    evidence.append(Evidence(voice="chardet", said=opinion, note=named or ""))
    close = [found.encoding for found in prices if charged(found) <= CLOSE * charged(prices[0])]
    return named if named in close else best


def _decoded(body: bytes, name: str, evidence: list[Evidence]) -> Decoded:
    found = read_body(body, name, language_model.load())
    encoding = name
    if found.others:
        evidence.append(
            Evidence(
                voice="pieces",
                said="mixed",
                note=", ".join(f"{n} characters of {e}" for e, n in found.others.items()) + f" in {name}",
            )
        )
        encoding = "mixed"
    return Decoded(text=found.text, encoding=encoding, evidence=tuple(evidence), lossy=found.bad > 0)
