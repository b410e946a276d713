"""UTF-8 read byte by byte, mostly as windows-1252: 中 became ``ä¸\\xad``. Every byte is there, so it comes back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from random import Random

from scraper.model import Step
from scraper.mojibake.channels.channel import Change, Repair, make_steps
from scraper.mojibake.channels.single_bytes import OTHERS, WESTERN, as_bytes, has_own, read, table
from scraper.mojibake.citation import is_citation, speaks_of_encodings, surroundings
from scraper.mojibake.scan import Sign

# Table 3-7 of the Unicode Standard: well-formed UTF-8.
_TWO = r"[\xc2-\xdf][\x80-\xbf]"
_LONG = (
    r"\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    r"|\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]"  # nor is this, but some write emoji so, as two surrogates
    r"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_BEGINS = re.compile("[\xc2-\xf4][\x80-\xbf]")  # as every sequence does: one fast search tells that there is none
_SEQUENCES = re.compile(f"(?:{_TWO}|{_LONG})+")
STRETCH = re.compile(f"(?:{_TWO}|{_LONG})(?:[\\x00-\\x09\\x0b-\\x7f]*(?:{_TWO}|{_LONG}))*")
CHARACTER = re.compile(_LONG)
_PROOF = re.compile(f"(?:{_LONG}){{2}}|(?:{_TWO}){{4}}")
_HIGH = re.compile("[\x80-\xff\ufffd]")
THROUGHOUT = 20  # characters: on a page with so many a block may be a single one
LOST = "ï¿½"  # U+FFFD: to read it rightly helps nobody
_CONTROL = re.compile("[\xe2-\xef](?:[\x80-\x9f][\x80-\xbf]|[\xa0-\xbf][\x80-\x9f])")  # nobody types C1 controls


@dataclass(frozen=True, slots=True)
class Utf8AsSingleBytes:
    """Undoes one reading with ``tables``; what was read wrongly twice takes two layers.

    With other tables than the Western ones only lines that are UTF-8 from end to end are read.
    """

    id: str
    tables: tuple[str, ...]
    signs: Sign = Sign.LATIN
    exact: bool = True

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read wrongly, once or (with the Western tables) twice.

        >>> CHANNELS[0].damage("€", Random(3))
        'â\\x82¬'
        """
        wrong = rng.choice(self.tables)
        for _ in range(rng.randint(1, 2) if self.tables == WESTERN else 1):
            text = read(text.encode("utf-8", "ignore"), wrong)
        return text

    def judge(self, text: str) -> Repair | None:
        """A stretch of well-formed UTF-8 in Latin letters is proof enough, wherever it stands, unless it is cited."""
        if self.tables != WESTERN and not (_han_in(self.tables[0]).search(text) and has_own(text, self.tables)):
            return None
        written = as_bytes(text, self.tables)
        if not _BEGINS.search(written):
            return None
        subject = partial(speaks_of_encodings, text)
        throughout = len(CHARACTER.findall(written.replace(LOST, ""))) >= THROUGHOUT
        return lambda block: self._repair(block, subject, throughout)

    def _repair(self, block: str, subject: Callable[[], bool], throughout: bool) -> list[Step]:
        written = as_bytes(block, self.tables)
        changes: list[Change] = []
        for stretch in STRETCH.finditer(written):
            proof = _PROOF.search(stretch[0].replace(LOST, "")) or _CONTROL.search(block, *stretch.span())
            alone = throughout and "".join(surroundings(block, stretch.span())).isascii()
            if not (proof or alone) or not (self.tables == WESTERN or _is_whole_line(written, stretch.span())):
                continue
            length = len(_SEQUENCES.sub(_read, stretch[0]))
            if is_citation(block, stretch.span(), length=length, subject=subject):
                continue
            changes += [Change(*run.span(), _read(run)) for run in _SEQUENCES.finditer(written, *stretch.span())]
        return make_steps(self.id, block, changes)


@cache
def _han_in(wrong: str) -> re.Pattern[str]:
    """Finds a Han character that was read with the table ``wrong``: far faster than to write the text back."""
    leads, trails = re.escape(wrong[0xE3:0xEA]), re.escape(wrong[0x80:0xC0])
    return re.compile(f"[{leads}][{trails}]{{2}}")


def _is_whole_line(written: str, span: tuple[int, int]) -> bool:
    """Whether the line in which ``span`` lies is well-formed throughout."""
    start, end = written.rfind("\n", 0, span[0]) + 1, written.find("\n", span[1])
    return not _HIGH.search(_SEQUENCES.sub("", written[start : end if end >= 0 else None]))


def _read(run: re.Match[str]) -> str:
    text = run[0].encode("latin-1").decode("utf-8", "surrogatepass")
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


CHANNELS = (
    Utf8AsSingleBytes(id="utf-8 as windows-1252", tables=WESTERN),
    *(
        Utf8AsSingleBytes(id=f"utf-8 as {wrong}", tables=(table(codec),), signs=Sign.LATIN | Sign.ALPHABET)
        for wrong, codec in OTHERS.items()
    ),
)
