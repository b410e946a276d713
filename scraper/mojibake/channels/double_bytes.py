"""Text read with a codec of double bytes that was not its own: UTF-8 as GBK, Big5, Shift_JIS or EUC-KR and so on.

Where the wrong codec had no character for the bytes, they became U+FFFD and are lost: the lattice offers what can have
stood there, and the language model chooses. Where too many are lost it would be telling tales, and the text is left: so
it is with a headline in UTF-8 read as Big5, which keeps half of the bytes. In a long text those tell what it is about,
and two of three pairs of characters come out right; that is as much as ``guessed`` promises.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from scraper import language_model
from scraper.model import Step
from scraper.mojibake.channels.channel import Change, Repair, changes_of, make_steps
from scraper.mojibake.channels.misreading import Misreading
from scraper.mojibake.citation import is_citation, speaks_of_encodings
from scraper.mojibake.garbled import garbled, is_credible
from scraper.mojibake.lattice import Piece, search
from scraper.mojibake.layers import replay
from scraper.mojibake.reader import reader_of
from scraper.mojibake.scan import Sign

END_OF_TEXT = "\n"
LINE = 300  # characters before a stretch that may hold an open quotation mark
BORDER = 5  # characters beyond a garbled stretch that may belong to it, and within it that may not
HAN = 0.6  # of the characters beyond ASCII at least, once read rightly
GAIN = 3.0  # nats a garbled character at least, and
CHANGED = 0.6  # of a garbled stretch at least
LEAST_GAIN = 40.0  # in all: four rare characters in a row may be a name
LOST = 0.2  # marks of a loss by the character: clean text has none, and what is left reads badly without the lattice
THROUGHOUT = 60  # garbled characters: on a page with so many a block may be too short to be garbled
MOST_STRAY = 0.06  # of the characters: letters between Chinese ones
SAMPLE = 80  # characters of a stretch are enough to tell
LEAST_KNOWN = 3  # different characters
LEAST_KNOWN_LOSSY = 5  # the same beside a loss, where pairs of any codec may become pairs of any other
# By the character: some that the wrong codec does not have, or breaches of the right one's form. Clean text has 0.6.
STRANGE = 0.35
# Chinese in UTF-8 is one of E2 to E9 or EF, then two of 80 to BF; NUL marks a loss and may stand for any of them.
_NOT_UTF_8 = re.compile(
    rb"[\x01-\x3e\x40-\x7f][\x80-\xbf]|[\xe2-\xef][^\x80-\xbf\0]|[\xe2-\xef][\x80-\xbf][^\x80-\xbf\0]|[\x80-\xbf]{3}"
    rb"|[\xc0\xc1\xc4-\xe1\xf1-\xff]"
)
_CHINESE = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
_STRAY = re.compile(f"(?<=[{_CHINESE}])[@-~](?=[{_CHINESE}])")
_ALL_HAN = re.compile(rb"(?:[\x00-\x7f]|[\xe2-\xe9\xef][\x80-\xbf]{2})+")  # no two bytes: 图 in GBK is one in UTF-8
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class DoubleBytes:
    """``right`` is the codec that the bytes were written in, ``misreading`` what they were read with, ``known`` the
    share of the bytes that must be left, in a stretch of at least so many characters (``least``).
    """

    id: str
    right: str
    misreading: Misreading
    known: float
    least: int = 0
    signs: Sign = Sign.GARBLED
    exact: bool = False

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read wrongly, with U+FFFD for what the wrong codec does not know."""
        return text.encode(self.right, "ignore").decode(rng.choice(self.misreading.codecs), "replace")

    def judge(self, text: str) -> Repair | None:
        """Garbled stretches whose bytes look like the right codec, and become credible when they are read in it."""
        found = [span for span in garbled(text) if self._may_be(text[slice(*span)])]
        if not found:
            return None
        subject = partial(speaks_of_encodings, text)
        throughout = self.right == "utf-8" and sum(end - start for start, end in found) >= THROUGHOUT

        def repair(block: str) -> list[Step]:
            if throughout and (whole := self._whole(block)):
                return make_steps(self.id, block, [whole])
            steps: list[Step] = []
            for span in garbled(block):
                if self._may_be(block[slice(*span)]):
                    steps += self._repair(block, span, steps[-1].end if steps else 0, subject)
            return [] if _is_torn(replay(block, steps)) else steps

        return repair

    def _whole(self, block: str) -> Change | None:
        """The change to a block that is UTF-8 from end to end: on a damaged page it may be a name of two characters."""
        known = self.misreading.known(block)
        if known.strange or known.lost or not known.characters or not _ALL_HAN.fullmatch(known.data):
            return None
        return Change(0, len(block), known.data.decode("utf-8"))

    def _may_be(self, stretch: str) -> bool:
        """Whether the bytes behind ``stretch``, as far as they are known, could be text in the right codec."""
        if len(stretch) < self.least:
            return False
        known = self.misreading.known(stretch[:SAMPLE])
        strange = known.strange + len(_NOT_UTF_8.findall(known.data)) * (self.right == "utf-8")
        least = LEAST_KNOWN_LOSSY if known.lost and self.right != "utf-8" else LEAST_KNOWN
        if known.different < least or known.characters < self.known * (known.characters + known.lost / 2):
            return False
        if strange > STRANGE * known.characters:
            return False
        if self.right == "utf-8" or known.lost > LOST * known.characters:
            return True
        return is_credible(self._read(known.data))

    def _read(self, data: bytes) -> str:
        """``data`` in the right codec of double bytes; what follows a loss may begin with the second byte of a pair."""
        first, *others = data.split(b"\0")
        cost = language_model.load().bigram_costs
        runs = [(run.decode(self.right, "ignore"), run[1:].decode(self.right, "ignore")) for run in others]
        return " ".join(
            [first.decode(self.right, "ignore"), *(min(pair, key=lambda run: cost(run).sum()) for pair in runs)]
        )

    def _repair(self, block: str, span: tuple[int, int], behind: int, subject: Callable[[], bool]) -> list[Step]:
        """The steps for one garbled stretch; what lies before ``behind`` is repaired already."""
        place = (max(behind, span[0] - BORDER), min(len(block), span[1] + BORDER))
        if place[0] >= span[1]:
            return []
        pieces = self._search(block, place, silent=False) or self._search(block, place, silent=True)
        steps = make_steps(self.id, block, changes_of(block, pieces or ()))
        if not steps:
            return []
        whole = (steps[0].start, steps[-1].end)
        after = "".join(step.after for step in steps)
        changed = sum(_beyond_ascii(step.before) for step in steps)
        if (
            not is_credible(after)
            or len(_HAN.findall(after)) < HAN * _beyond_ascii(after)
            or sum(step.gain for step in steps) < max(LEAST_GAIN, GAIN * changed)
            or changed < CHANGED * _beyond_ascii(block[slice(*span)])
            or is_citation(block, whole, length=len(after), subject=subject)
        ):
            return []
        return steps

    def _search(self, block: str, place: tuple[int, int], *, silent: bool) -> list[Piece] | None:
        slots = list(self.misreading.slots(block, place, border=2 * BORDER, silent=silent))
        return search(
            slots,
            reader_of(self.right),
            before=block[max(0, place[0] - LINE) : place[0]],
            after=block[place[1] : place[1] + LINE] or END_OF_TEXT,
        )


def _is_torn(text: str) -> bool:
    """Whether second bytes of characters stand all over ``text``, whose first bytes are gone without a mark."""
    return len(_STRAY.findall(text)) > MOST_STRAY * len(text)


def _beyond_ascii(text: str) -> int:
    return sum(character > "\x7f" for character in text)


AS_GBK = Misreading(("gbk", "gb18030"))
AS_BIG5 = Misreading(("cp950", "big5", "big5hkscs"))

AS_SHIFT_JIS = Misreading(("shift_jis", "cp932"))
AS_EUC_JP = Misreading(("euc_jp",))
AS_EUC_KR = Misreading(("euc_kr", "cp949"))

CHANNELS = (
    DoubleBytes(id="utf-8 as gbk", right="utf-8", misreading=AS_GBK, known=0.6),
    DoubleBytes(id="utf-8 as big5", right="utf-8", misreading=AS_BIG5, known=0.3, least=150),
    DoubleBytes(id="big5 as gbk", right="cp950", misreading=AS_GBK, known=0.5),
    DoubleBytes(id="gbk as big5", right="gbk", misreading=AS_BIG5, known=0.8),
    DoubleBytes(id="utf-8 as shift_jis", right="utf-8", misreading=AS_SHIFT_JIS, known=0.6),
    DoubleBytes(id="utf-8 as euc-kr", right="utf-8", misreading=AS_EUC_KR, known=0.6),
    DoubleBytes(id="gbk as shift_jis", right="gbk", misreading=AS_SHIFT_JIS, known=0.8),
    DoubleBytes(id="gbk as euc-jp", right="gbk", misreading=AS_EUC_JP, known=0.8),
    DoubleBytes(id="gbk as euc-kr", right="gbk", misreading=AS_EUC_KR, known=0.8),
)
