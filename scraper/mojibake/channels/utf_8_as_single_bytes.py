"""UTF-8 read as Latin-1 or windows-1252: 中 became ``ä¸\\xad``. Every byte is there, so what comes back is exact."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from scraper.model import Step
from scraper.mojibake.channels.channel import Change, Repair, make_steps
from scraper.mojibake.channels.single_bytes import as_bytes, read_latin_1, read_windows_1252
from scraper.mojibake.citation import is_citation, speaks_of_encodings, surroundings
from scraper.mojibake.scan import Sign

# Table 3-7 of the Unicode Standard: well-formed UTF-8.
_TWO = r"[\xc2-\xdf][\x80-\xbf]"
_LONG = (
    r"\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    r"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_BEGINS = re.compile("[\xc2-\xf4][\x80-\xbf]")  # as every sequence does: one fast search tells that there is none
_SEQUENCES = re.compile(f"(?:{_TWO}|{_LONG})+")
_STRETCH = re.compile(f"(?:{_TWO}|{_LONG})(?:[\\x00-\\x09\\x0b-\\x7f]*(?:{_TWO}|{_LONG}))*")
_LONG_SEQUENCE = re.compile(_LONG)
_PROOF = re.compile(f"(?:{_LONG}){{2}}|(?:{_TWO}){{4}}")
THROUGHOUT = 20  # characters: on a page with so many a block may be a single one
LOST = "ï¿½"  # U+FFFD: to read it rightly helps nobody
_CONTROL = re.compile("[\xe2-\xef](?:[\x80-\x9f][\x80-\xbf]|[\xa0-\xbf][\x80-\x9f])")  # nobody types C1 controls


@dataclass(frozen=True, slots=True)
class Utf8AsSingleBytes:
    """Undoes one reading; what was read wrongly twice takes two layers."""

    id: str = "utf-8 as windows-1252"
    signs: Sign = Sign.LATIN
    exact: bool = True

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read wrongly, once or twice.

        >>> Utf8AsSingleBytes().damage("€", Random(3))
        'â\\x82¬'
        """
        read = rng.choice((read_latin_1, read_windows_1252))
        for _ in range(rng.randint(1, 2)):
            text = read(text.encode("utf-8", "ignore"))
        return text

    def judge(self, text: str) -> Repair | None:
        """A stretch of well-formed UTF-8 in Latin letters is proof enough, wherever it stands, unless it is cited."""
        written = as_bytes(text)
        if not _BEGINS.search(written):
            return None
        subject = partial(speaks_of_encodings, text)
        throughout = len(_LONG_SEQUENCE.findall(written.replace(LOST, ""))) >= THROUGHOUT
        return lambda block: self._repair(block, subject, throughout)

    def _repair(self, block: str, subject: Callable[[], bool], throughout: bool) -> list[Step]:
        written = as_bytes(block)
        changes: list[Change] = []
        for stretch in _STRETCH.finditer(written):
            proof = _PROOF.search(stretch[0].replace(LOST, "")) or _CONTROL.search(block, *stretch.span())
            alone = throughout and "".join(surroundings(block, stretch.span())).isascii()
            if not (proof or alone):
                continue
            length = len(_SEQUENCES.sub(_read, stretch[0]))
            if is_citation(block, stretch.span(), length=length, subject=subject):
                continue
            changes += [Change(*run.span(), _read(run)) for run in _SEQUENCES.finditer(written, *stretch.span())]
        return make_steps(self.id, block, changes)


def _read(run: re.Match[str]) -> str:
    return run[0].encode("latin-1").decode("utf-8")


CHANNELS = (Utf8AsSingleBytes(),)
