"""Which encoding a body is in: all the evidence together. A label is a hint, never the judge."""

import re
from dataclasses import dataclass, field

import chardet

from scraper import language_model
from scraper.decoding.big5 import order_of
from scraper.decoding.binary import has_controls, has_magic
from scraper.decoding.declarations import byte_order_mark, declarations
from scraper.decoding.encodings import ESCAPED, UTF16, name_of, read
from scraper.decoding.patchwork import Patchwork, has_utf8_run
from scraper.decoding.pricing import CHINESE, Price, price
from scraper.decoding.utf16 import certainly_utf16, possibly_utf16
from scraper.decoding.weighing import FOREIGN, sample, weigh
from scraper.model import Decoded, Evidence

SURE = 60  # bytes of longer characters, all valid UTF-8, that no other encoding gives by accident
SHORT, RAW = 400, 2000  # bytes of ASCII that may be UTF-16, and of a body that is priced as such
HINT = 30  # what a declaration is worth, in tenths of a nat
FOREIGN_CHARGE = 60  # what another language than Chinese must be likelier by
# Nats a character from which chardet is believed instead: no model knows the text, and Chinese is nonsense.
UNKNOWN, NONSENSE = 9.0, 12.0
CHARDET_BYTES = 1 << 17

_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+(?:~\}|$)")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")


@dataclass
class Case:
    """The bytes after their mark, what they claim to be, and the evidence heard so far; ``text`` if they are UTF-8."""

    body: bytes
    mark: str | None
    hints: list[str]
    evidence: list[Evidence] = field(default_factory=list)
    text: str | None = None

    def hear(self, voice: str, said: str | None, note: str = "") -> None:
        """Note what a voice said."""
        self.evidence.append(Evidence(voice=voice, said=said, note=note))


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Read ``body`` as text, whatever its labels say; ``content_type`` is the value of the HTTP header.

    Never raises, in time linear in the length. ``.encoding`` is a WHATWG name, ``hz-gb-2312``, or ``mixed`` where
    pieces are in another encoding than the rest. ``.lossy`` says that bytes could not be read: U+FFFD stands for them.
    A byte-order mark is not part of the text. Bytes that are no text at all come back as lossy UTF-8; ask
    ``looks_binary`` before using it.

    >>> decode("记者从会上了解到".encode("gbk"), "text/html; charset=utf-8").text
    '记者从会上了解到'
    """
    mark, length = byte_order_mark(body) or (None, 0)
    case = Case(body[length:], mark, [mark] if mark else [])
    if mark:
        case.hear("byte-order mark", mark)
    for voice, label, name in declarations(case.body, content_type):
        case.hear(voice, label, name or "unknown label")
        case.hints += [name] if name else []
    name = _by_mark(case) or _by_validity(case) or _by_nul(case) or _by_likelihood(case)
    if name is None:
        case.hear("bytes", None, "no text in any encoding")
        return Decoded(text=read(body, "utf-8"), encoding="utf-8", evidence=tuple(case.evidence), lossy=True)
    if name == "utf-8" and case.text is not None:
        return Decoded(text=case.text, encoding=name, evidence=tuple(case.evidence))
    result = Patchwork(order_of(case.body) if name == "big5" else name)
    result.read(case.body)
    if result.mixed:
        pieces = ", ".join(f"{count} characters of {other}" for other, count in result.others.items())
        case.hear("pieces", "mixed", f"{pieces} in {name}")
        name = "mixed"
    return Decoded(text=result.text, encoding=name, evidence=tuple(case.evidence), lossy=result.lossy)


def _by_mark(case: Case) -> str | None:
    """A mark of UTF-16 settles it; one of UTF-8 is often left before something else."""
    return case.mark if case.mark in UTF16 else None


def _by_validity(case: Case) -> str | None:
    """Bytes that are valid UTF-8, enough of them; or ASCII, with or without escape sequences."""
    try:
        case.text = case.body.decode()
    except UnicodeDecodeError:
        return None
    if longer := len(case.body) - len(case.text):
        if longer < SURE and not case.mark:
            return None
        case.hear("bytes", "utf-8", "valid throughout")
        return "utf-8"
    if case.body.count(0, 0, 4096) and certainly_utf16(case.body):
        return None
    if escapes := _escapes(case.body):
        case.hear("bytes", escapes, "escape sequences")
        return escapes
    if len(case.body) <= SHORT and possibly_utf16(case.body):
        return None
    case.hear("bytes", "utf-8", "ASCII throughout")
    return "utf-8"


def _escapes(body: bytes) -> str | None:
    """Which encoding ASCII escapes to, if its text is likelier than the ASCII."""
    if _ISO_2022_JP.search(body):
        return "iso-2022-jp"
    runs = b"\n".join(_HZ.findall(body[: 1 << 20]))[:1000]
    model = language_model.load()
    if runs and model.costs(read(runs, "hz-gb-2312")).sum() < model.costs(runs.decode()).sum():
        return "hz-gb-2312"
    return None


def _by_nul(case: Case) -> str | None:
    """UTF-16 without a mark, where the NULs of its ASCII characters prove it."""
    name = certainly_utf16(case.body)
    if name:
        case.hear("NUL bytes", name)
    return name


def _by_likelihood(case: Case) -> str | None:
    """The encoding in which a sample is likeliest, by the language models; chardet is asked where they know no text.

    None for a binary.
    """
    if has_magic(case.body):
        return None
    data = sample(case.body)
    hints = [hint for hint in case.hints if hint not in UTF16 | ESCAPED]
    names = tuple(dict.fromkeys((*CHINESE, *FOREIGN, *hints)))

    def charged(found: Price) -> int:
        charge = 0 if found.encoding in CHINESE else FOREIGN_CHARGE
        return found.cost + charge - HINT * hints.count(found.encoding)

    prices = sorted(weigh(data, names), key=charged)
    best = prices[0]
    others = ", ".join(f"{found.encoding} {found.nats:.1f}" for found in prices[:4])
    case.hear("language model", best.encoding, f"nats a character: {others}")
    if (wide := possibly_utf16(case.body)) and _cheaper(case.body[:RAW], wide, best.encoding):
        case.hear("language model", wide, f"likelier than {best.encoding} over all bytes")
        return wide
    known = best.encoding in CHINESE
    if best.nats < (NONSENSE if known else UNKNOWN) or (known and has_utf8_run(data)):
        return best.encoding
    if has_controls(case.body):
        return None
    opinion = chardet.detect(case.body[:CHARDET_BYTES])["encoding"]
    named = name_of(opinion) if opinion else None
    case.hear("chardet", opinion, "" if named else "not a name of the web")
    return named or best.encoding


def _cheaper(data: bytes, name: str, than: str) -> bool:
    return price(data, name).cost < price(data, than).cost
