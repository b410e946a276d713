"""Characters written as references or escapes that nobody read: ``&#20013;``, ``&amp;#20013;``, ``\\u4e2d``.

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
from scraper.mojibake.scan import Sign

_CHINESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
LEAST = 4  # fewer Han as references may be an example, or a rare character of a name
LEAST_ALONE = 2  # where they are the whole line
MOST_ESCAPES = 4  # &amp;amp;#20013;


@dataclass(frozen=True, slots=True)
class References:
    """``reference`` is the pattern of one, ``read`` gives its character, ``write`` writes a text of them."""

    id: str
    signs: Sign
    reference: str
    read: Callable[[str], str]
    write: Callable[[str, Random], str]
    exact: bool = True

    def damage(self, text: str, rng: Random) -> str:
        """``text`` with every character beyond ASCII written out, and perhaps escaped once more."""
        return self.write(text, rng)

    def judge(self, text: str) -> Repair | None:
        """Stretches that are written out throughout, unless they are cited as examples."""
        subject = partial(speaks_of_programming, text)
        stretch = re.compile(f"{self.reference}(?:[\\x00-\\x09\\x0b-\\x7f]*?{self.reference})*")
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
        chinese = len(_CHINESE.findall(text)) + len(CHARACTER.findall(as_bytes(text)))  # also one layer down
        if any(surroundings(block, span)):
            return chinese >= LEAST
        return chinese >= LEAST_ALONE or sum(character > "\x7f" for character in text) > len(text) / 2


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
    units = bytes.fromhex("".join(escape.replace("\\", "").split("u")))
    try:
        return units.decode("utf-16-be")
    except UnicodeDecodeError:
        return escape


def write_escapes(text: str, rng: Random) -> str:
    """``text`` with an escape for every character beyond ASCII, one for each of two surrogates."""

    def escape(character: str) -> str:
        units = character.encode("utf-16-be").hex()
        return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))

    return "".join(escape(character) if character > "\x7f" else character for character in text)


CHANNELS = (
    References(
        id="character references",
        signs=Sign.REFERENCE,
        reference=r"&(?:#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6}|[A-Za-z][A-Za-z0-9]{1,9});",
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
)
