r"""Characters written as references or escapes that nobody read: ``&#20013;``, ``&amp;#20013;``, ``\u4e2d``,
``%u4E2D``, ``<U+4E2D>``, ``\xe4\xb8\xad``, and ``u4e2d``, whose backslash a database ate.

Escaping twice makes two layers, and each is undone by itself.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from scraper.model import Step
from scraper.mojibake.channels.channel import Change, Repair, make_steps
from scraper.mojibake.channels.single_bytes import as_bytes
from scraper.mojibake.channels.utf_8_as_single_bytes import CHARACTER
from scraper.mojibake.citation import is_citation, speaks_of_programming, surroundings
from scraper.mojibake.garbled import is_credible
from scraper.mojibake.scan import Sign

_CHINESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_GB_2312 = re.compile("(?:[\xa1-\xf7][\xa1-\xfe]){2,}")
_BETWEEN = r"[\x00-\x09\x0b-\xff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"  # ASCII, or bytes one layer down
_NOT_HEX = re.compile("[^0-9A-Fa-f]+")
LEAST = 4  # fewer Han as references may be an example, or a rare character of a name
LEAST_ALONE = 2  # where they are the whole line
MOST_ESCAPES = 4  # &amp;amp;#20013;


@dataclass(frozen=True, slots=True)
class References:
    """``reference`` is the pattern of one, ``read`` gives its character, ``write`` writes a text of them.

    Where they are ``bare``, nothing but what they say tells them from words and numbers.
    """

    id: str
    signs: Sign
    reference: str
    read: Callable[[str], str]
    write: Callable[[str, Random], str]
    exact: bool = True
    bare: bool = False

    def damage(self, text: str, rng: Random) -> str:
        """``text`` with every character beyond ASCII written out, and perhaps escaped once more."""
        return self.write(text, rng)

    def judge(self, text: str) -> Repair | None:
        """Stretches that are written out throughout, unless they are cited as examples."""
        subject = partial(speaks_of_programming, text)
        stretch = re.compile(f"{self.reference}(?:{_BETWEEN}*?{self.reference})*")
        run = re.compile(f"(?:{self.reference})+")

        def repair(block: str) -> list[Step]:
            changes = (
                Change(*found.span(), after)
                for place in stretch.finditer(block)
                if self._is_damage(block, place.span(), subject)
                for found in run.finditer(block, *place.span())
                if (after := re.sub(self.reference, lambda one: self.read(one[0]), found[0])) != found[0]
            )
            return make_steps(self.id, block, changes)

        return repair

    def _is_damage(self, block: str, span: tuple[int, int], subject: Callable[[], bool]) -> bool:
        text = block[slice(*span)]
        for _ in range(MOST_ESCAPES):
            text = re.sub(self.reference, lambda one: self.read(one[0]), text)
        if is_citation(block, span, length=len(text), subject=subject):
            return False
        if self.bare and not (is_credible(text) and len(_CHINESE.findall(text)) > len(text) / 2):
            return False
        chinese = len(_CHINESE.findall(text)) + _one_layer_down(as_bytes(text))
        if any(surroundings(block, span)):
            return chinese >= LEAST
        return chinese >= LEAST_ALONE or sum(character > "\x7f" for character in text) > len(text) / 2


def _one_layer_down(letters: str) -> int:
    """How many characters bytes stand for that were read one by one: in UTF-8, or in GBK where these are credible."""
    pairs = "".join(run.encode("latin-1").decode("gb18030", "ignore") for run in _GB_2312.findall(letters))
    return len(CHARACTER.findall(letters)) + len(pairs) * is_credible(pairs)


def read_reference(reference: str) -> str:
    """The character of ``&#20013;`` or ``&quot;``; numbers that are no character stay as they are.

    >>> read_reference("&amp;"), read_reference("&#55357;")
    ('&', '&#55357;')
    """
    character = html.unescape(reference)
    return reference if character == "\ufffd" and reference.lower() not in ("&#65533;", "&#xfffd;") else character


def write_references(text: str, rng: Random) -> str:
    """``text`` with a reference for every character beyond ASCII, perhaps escaped once more."""
    written = "".join(f"&#{ord(character)};" if character > "\x7f" else character for character in text)
    return html.escape(written) if rng.random() < 0.5 else written


def read_escape(escape: str) -> str:
    r"""The character of ``\u4e2d``, or of two surrogates; one surrogate alone stays as it is.

    >>> read_escape(r"\ud83d\ude00"), read_escape(r"\ud83d")
    ('😀', '\\ud83d')
    """
    units = bytes.fromhex(_NOT_HEX.sub("", escape))
    try:
        return units.decode("utf-16-be")
    except UnicodeDecodeError:
        return escape


def read_byte_escapes(escapes: str) -> str:
    r"""The character of ``\xe4\xb8\xad``; bytes that are none in UTF-8 stay as they are.

    >>> read_byte_escapes(r"\xe4\xb8\xad"), read_byte_escapes(r"\xed\xa0\x80")
    ('中', '\\xed\\xa0\\x80')
    """
    try:
        return bytes.fromhex(escapes.replace("\\x", "")).decode()
    except UnicodeDecodeError:
        return escapes


def read_code_point(reference: str) -> str:
    """The character of ``<U+4E2D>``; what is no character stays as it is.

    >>> read_code_point("<U+4E2D>"), read_code_point("<U+D83D>")
    ('中', '<U+D83D>')
    """
    number = int(reference[3:-1], 16)
    return reference if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF else chr(number)


def write_escapes(text: str, rng: Random, mark: str = "\\u") -> str:
    """``text`` with an escape for every character beyond ASCII, one for each of two surrogates."""

    def escape(character: str) -> str:
        units = character.encode("utf-16-be").hex()
        return "".join(mark + units[start : start + 4] for start in range(0, len(units), 4))

    return "".join(escape(character) if character > "\x7f" else character for character in text)


def write_byte_escapes(text: str, rng: Random) -> str:
    """``text`` with an escape for every byte beyond ASCII of its UTF-8."""
    return "".join(chr(byte) if byte < 0x80 else f"\\x{byte:02x}" for byte in text.encode())


def write_code_points(text: str, rng: Random) -> str:
    """``text`` with ``<U+4E2D>`` for every character beyond ASCII."""
    return "".join(f"<U+{ord(character):04X}>" if character > "\x7f" else character for character in text)


CHANNELS = (
    References(
        id="character references",
        signs=Sign.REFERENCE,
        reference=r"&(?:#[0-9]{2,7};|#(?:[1-6][0-9]{4}|82[0-9]{2})(?![0-9;])|#[xX][0-9A-Fa-f]{2,6};|[A-Za-z][A-Za-z0-9]{1,9};)",
        read=read_reference,
        write=write_references,
    ),
    References(
        id="unicode escapes",
        signs=Sign.ESCAPE,
        reference=r"(?:\\+u[dD][89abAB][0-9A-Fa-f]{2}\\+u[dD][c-fC-F][0-9A-Fa-f]{2}|\\+u[0-9A-Fa-f]{4})",
        read=read_escape,
        write=write_escapes,
    ),
    References(
        id="javascript escapes",
        signs=Sign.ESCAPE,
        reference=r"(?:%u[dD][89abAB][0-9A-Fa-f]{2}%u[dD][c-fC-F][0-9A-Fa-f]{2}|%u[0-9A-Fa-f]{4})",
        read=read_escape,
        write=partial(write_escapes, mark="%u"),
    ),
    References(
        id="escaped bytes",
        signs=Sign.ESCAPE,
        reference=r"\\x(?:[cCdD][0-9A-Fa-f]|[eE][0-9A-Fa-f]\\x[89abAB][0-9A-Fa-f]|[fF][0-4](?:\\x[89abAB][0-9A-Fa-f]){2})"
        r"\\x[89abAB][0-9A-Fa-f]",
        read=read_byte_escapes,
        write=write_byte_escapes,
    ),
    References(
        id="code points",
        signs=Sign.ESCAPE,
        reference=r"<U\+(?:[0-9A-Fa-f]{4,6})>",
        read=read_code_point,
        write=write_code_points,
    ),
    References(
        id="escapes without backslashes",
        signs=Sign.ESCAPE,
        reference="(?:ud[89ab][0-9a-f]{2}ud[c-f][0-9a-f]{2}|u(?:[4-9][0-9a-f]{3}|30[0-9a-f]{2}|ff[0-9a-f]{2}|201[0-9a-f]|2026|00b7))",
        read=read_escape,
        write=partial(write_escapes, mark="u"),
        bare=True,
    ),
)
