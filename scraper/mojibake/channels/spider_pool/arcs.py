"""What may have stood where a character of the damaged text stands: arcs for the lattice, and their prices."""

from functools import cache
from typing import NamedTuple

from scraper.mojibake.channels.spider_pool.readings import likeliest
from scraper.mojibake.lattice import ANY, Arc, Element, arc

HALF_WIDTH = {byte: bytes((0xA3, byte | 0x80)) for byte in range(0x21, 0x7F)}

# Prices in tenths of a nat, chosen on news_xwlb and news_rmrb of the corpora.
STOP_GONE = 5  # both bytes of a full stop, where lines or numbers follow on pages that lose them
STOP_LOST_OFTEN = 15  # the first byte of a full stop, on such pages
STOP_LOST_SOMETIMES = 20  # the same on pages where it happened before
STOP_LOST = 40  # the first byte of a full stop, before A3
MARKED = 5  # a byte, where a mark stands for it
MARKED_ODDLY = 25  # a byte that is not of a full stop, where a mark stands for it that usually stands for those
TORN = 25  # a byte, where something was inserted
LEFT_ALONE = 5  # the second byte of a character that ASCII follows
LEFT_ALONE_UNMARKED = 8  # the same where others leave a mark
NO_LEAD = 25  # a byte that cannot lead, which some decoders drop alone
ODD = 50  # a full-width letter or digit, on a page that has no others
WIDENED = 2  # a half-width mark that was full-width
VANISHED = 25  # a pair that is no character
SWALLOWED = 30  # a byte, together with the ASCII after it
DIGITS = b"2134567890"  # the language model knows no difference: the first digit of most years first
MOST_HEARD = 12  # characters to try where only a reading is left
STOP = (0xA1, 0xA3)
LOW = bytes(range(0x81, 0xA1))
LEADS_LOW = bytes(range(0xA1, 0xA8))  # with a byte of LOW after them: no character
LEADS_HIGH = bytes((*range(0xAA, 0xB0), *range(0xF8, 0xFF)))  # with a byte of HIGH after them: no character
HIGH = bytes(range(0xA1, 0xFF))
VANISHING: tuple[tuple[tuple[Element, ...], int], ...] = (  # pairs of no character: GBK leaves them to its users
    ((0xAC, HIGH), 10),  # the end of a comma
    ((0xAC, HIGH, bytes(range(0xF8, 0xFF)), HIGH), 10 + VANISHED),
    ((bytes((0xA2, *range(0xA4, 0xAA))), HIGH), VANISHED + 20),  # smaller holes among the symbols
    ((bytes((0xAA, 0xAB, 0xAD, 0xAE, 0xAF)), HIGH), VANISHED),
    ((bytes(range(0xF8, 0xFF)), HIGH), VANISHED),
    ((LEADS_LOW, bytes(range(0x40, 0xA1))), VANISHED + 10),
)
DROPPED = 90  # a byte that should not be there


class Traits(NamedTuple):
    """What is known of the whole page.

    ``half_width``: so is its punctuation. ``stops_lost``: many of its full stops lost bytes. ``stop_lost``: some
    did. ``marked``: something stands wherever a byte was left alone. ``swallows``: and it took the next byte with it.
    ``wide``: it writes full-width digits or letters. ``spaced``: its sentences stand apart by spaces, not lines.
    ``toned``: its readings have tone marks. ``brackets``: they stand in any brackets, not in round ones alone.
    """

    half_width: bool = False
    stops_lost: bool = False
    stop_lost: bool = False
    marked: bool = False
    swallows: bool = False
    wide: bool = False
    spaced: bool = False
    toned: bool = True
    brackets: bool = False


@cache
def of_bytes(data: bytes, torn: bool, traits: Traits) -> tuple[Arc, ...]:
    """For a character with these bytes; ``torn`` where something was inserted before it."""
    own = tuple(data)
    arcs = [arc(own)]
    if torn:
        arcs.append(arc((ANY, *own), TORN, True))
    elif data[0] < 0x40:
        arcs.append(arc((ANY, *own), LEFT_ALONE_UNMARKED if traits.marked else LEFT_ALONE, True))
    elif data[0] >= 0x80:
        arcs.append(arc((LEADS_LOW if own[0] <= 0xA0 else LEADS_HIGH, *own), NO_LEAD, True))
    stop_lost = STOP_LOST_OFTEN if traits.stops_lost else STOP_LOST_SOMETIMES if traits.stop_lost else STOP_LOST
    if data[0] == 0xA3:
        arcs.append(arc((0xA1, *own), stop_lost, True))
    elif data[-1] == 0xA3 and traits.stops_lost:
        arcs.append(arc((own[0], *STOP), stop_lost, True))
    elif traits.stops_lost and not traits.marked and (torn or data[0] < 0x80):
        arcs.append(arc((*STOP, *own), STOP_GONE, True))
    if traits.half_width and (full := HALF_WIDTH.get(data[0])):
        price = WIDENED + ODD * chr(data[0]).isalnum()
        arcs += [
            arc(tuple(full), price),
            arc((0xA1, *full), price + stop_lost, True),
            arc((ANY, *full), price + TORN, True),
        ]
    arcs += [arc((*pair, *own), price, True) for pair, price in VANISHING]
    if traits.stops_lost:
        arcs.append(arc((*STOP, LOW, *own), STOP_LOST_OFTEN, True))
    return tuple(arcs)


@cache
def of_end(traits: Traits) -> tuple[Arc, ...]:
    """For the end of a block, where the last bytes may be missing."""
    arcs = (arc(()), arc((ANY,), TORN, True))
    return (*arcs, arc(STOP, STOP_GONE, True)) if traits.stops_lost and not traits.marked else arcs


@cache
def of_mark(data: bytes, closed: bool, traits: Traits) -> tuple[Arc, ...]:
    """For ``?`` and U+FFFD: a byte, a byte with what it swallowed, a pair that is no character, or only itself.

    ``closed`` says that nothing was swallowed, since what ends a line or a word still follows.
    """
    odd = MARKED_ODDLY if traits.stops_lost else MARKED
    arcs = [arc((0xA1,), MARKED, True), arc((ANY,), odd, True), arc((), DROPPED, True)]
    arcs += [arc(pair, price, True) for pair, price in VANISHING]
    if traits.stops_lost:
        arcs.append(arc(STOP, STOP_GONE + SWALLOWED * (traits.swallows and not closed), True))
    if data != b"?":
        return (*arcs, arc("\ufffd", DROPPED))
    arcs += [arc((ord("?"),), odd - MARKED), arc((0xA3, 0xBF), WIDENED), arc((ANY, 0xA3, 0xBF), WIDENED + TORN, True)]
    if traits.swallows:
        arcs += [arc((ANY, swallowed), SWALLOWED, True) for swallowed in b"<" + DIGITS]
    if traits.swallows and traits.stops_lost and not closed:
        arcs += [arc((*STOP, swallowed), STOP_GONE, True) for swallowed in b"\n " + DIGITS]
        arcs += [arc((*STOP[1:], swallowed), STOP_GONE, True) for swallowed in b"\n " + DIGITS]
    return tuple(arcs)


@cache
def of_half(own: tuple[int, ...], traits: Traits) -> tuple[Arc, ...]:
    """For a character whose first byte vanished, and with it the byte before that."""
    before = LEADS_LOW if own[0] <= 0xA0 else LEADS_HIGH
    arcs = [arc(own, TORN, True), arc((before, *own), MARKED, True)]
    arcs += [arc((*pair, before, *own), price, True) for pair, price in VANISHING]
    if traits.stops_lost and own[0] <= 0xA0:
        arcs.append(arc((*STOP, *own), MARKED, True))
    return tuple(arcs)


@cache
def of_reading(syllable: str, traits: Traits) -> tuple[Arc, ...]:
    """For a character of which only the reading is left."""
    arcs = [one for pair in likeliest(syllable)[:MOST_HEARD] for one in of_half(tuple(pair), traits)]
    return (*arcs, arc((), DROPPED, True))
