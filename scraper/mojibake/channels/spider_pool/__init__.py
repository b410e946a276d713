"""The spider pool: a stolen article turned Traditional, with readings inserted byte by byte and bytes lost."""

from collections.abc import Iterator, Sequence, Set
from random import Random

import numpy as np

from scraper import language_model
from scraper.model import Step
from scraper.mojibake.channels.channel import Channel, Repair
from scraper.mojibake.channels.spider_pool import judgement, page, readings, shifts
from scraper.mojibake.channels.spider_pool.arcs import Traits
from scraper.mojibake.channels.spider_pool.damage import damage, random_habits
from scraper.mojibake.channels.spider_pool.readings import Stream
from scraper.mojibake.channels.spider_pool.shifts import Stretch
from scraper.mojibake.scan import Sign

ID = "spider_pool"


class SpiderPool:
    """Pages of which ``judgement`` is sure that a machine inserted the readings."""

    id = ID
    signs = Sign.READING
    exact = False

    def damage(self, text: str, rng: Random) -> str:
        """``text`` after a pool with habits of its own."""
        return damage(text, random_habits(rng), rng)

    def judge(self, text: str) -> Repair | None:
        """The repair by the traits of the whole page; None where people may have written the readings."""
        if judgement.is_spider_pool(text):
            traits, familiar = page.look(text)
            return lambda block: repair(block, traits, familiar)
        plain = readings.in_round_brackets(text)
        if plain == text or not judgement.is_spider_pool(plain, strictly=True):
            return None
        traits, familiar = page.look(plain)
        return lambda block: repair(block, traits._replace(brackets=True), familiar)


def repair(block: str, traits: Traits, familiar: Set[str] = frozenset()) -> list[Step]:
    """What undoes the damage of a block of a page with these ``traits``, which uses the rare characters ``familiar``.

    >>> [(step.before, step.after) for step in repair("法制日?qǐng)?bào)", Traits())]
    [('日?qǐng)?bào)', '日报')]
    """
    plain = readings.in_round_brackets(block) if traits.brackets else block
    stream = readings.take_out(plain, traits.toned)
    return list(_steps(block, stream, shifts.read(stream, traits, familiar)))


def _steps(block: str, stream: Stream, pieces: Sequence[Stretch]) -> Iterator[Step]:
    """The stretches in which ``pieces`` differ from ``block``, each as one step."""
    result = "".join(piece.text for piece in pieces)
    if result == block:
        return
    before, after = _running_costs(block), _running_costs(result)
    changed: list[tuple[int, int, int, int, bool]] = []  # start and end in the block and in the result; guessed
    for start, end, low, high, guessed in _segments(block, stream, pieces):
        if block[start:end] == result[low:high]:
            continue
        if changed and changed[-1][1] == start and changed[-1][3] == low:
            start, low, guessed = changed[-1][0], changed[-1][2], guessed or changed[-1][4]
            changed.pop()
        changed.append((start, end, low, high, guessed))
    for start, end, low, high, guessed in changed:
        gain = (before[end] - before[start] - after[high] + after[low]) / language_model.UNITS_PER_NAT
        yield Step(
            channel=ID,
            start=start,
            end=end,
            before=block[start:end],
            after=result[low:high],
            gain=float(gain),
            guessed=guessed,
        )


def _segments(block: str, stream: Stream, pieces: Sequence[Stretch]) -> Iterator[tuple[int, int, int, int, bool]]:
    """The block and the result cut where a character of the block and a piece begin together."""
    origins, end = stream.origins, len(stream.origins)
    cut = start = low = 0
    guessed = False
    for place, _, text, doubtful in pieces:
        if 0 < place < end and (origin := origins[place]) > cut and origin > origins[place - 1]:
            yield cut, origin, start, low, guessed
            cut, start, guessed = origin, low, False
        guessed |= doubtful
        low += len(text)
    yield cut, len(block), start, low, guessed


def _running_costs(text: str) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(language_model.load().costs(text))))


CHANNELS: tuple[Channel, ...] = (SpiderPool(),)
