"""How likely the bytes are in each encoding: a sample of them, priced in every candidate."""

from scraper.decoding import lattice
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import MULTI_BYTE, read
from scraper.decoding.pricing import GOOD, Price, price
from scraper.decoding.stretches import STRETCH

FOREIGN = ("shift_jis", "euc-jp", "euc-kr", "windows-1252", "windows-1251", "koi8-r")

WINDOWS, WINDOW = 12, 4096  # where a long body is sampled, in bytes
LARGEST = 1 << 20  # bytes that are searched where the windows hold only ASCII
SAMPLE, LONGEST = 1500, 400  # bytes of a sample, and of a stretch in it
FIRST_LOOK = 300  # bytes of the sample that every candidate is priced on
ODDS = 1000  # a candidate stays in the race if it costs no more than twice the cheapest and this


def sample(body: bytes) -> bytes:
    """Some ``SAMPLE`` bytes of the stretches that are not ASCII, from all over the body."""
    step = len(body) // WINDOWS
    if step > WINDOW:
        windows = b"\n".join(body[at : at + WINDOW] for at in range(0, len(body), step))
        if len(found := _stretches(windows)) >= SAMPLE // 5:
            return found
    return _stretches(body[:LARGEST])


def _stretches(data: bytes) -> bytes:
    stretches = [stretch[:LONGEST] for stretch in STRETCH.findall(data)]
    stride = max(1, sum(map(len, stretches)) // SAMPLE)
    return b"\n".join(stretches[::stride])[: 2 * SAMPLE]


def price_with_damage(data: bytes, name: str) -> Price:
    """As ``price``, but after a bad byte the beat is found again."""
    cost = characters = 0
    for line in data.split(b"\n"):
        found = price(line, name)
        if REPLACEMENT in read(line, name):
            reading = lattice.best(line, (name,), name)
            found = Price(name, min(found.cost, reading.cost), len(reading.tokens))
        cost += found.cost
        characters += found.characters
    return Price(name, cost, characters)


def weigh(data: bytes, names: tuple[str, ...]) -> list[Price]:
    """The prices of ``data`` in the encodings ``names``, lowest first, of those that a first look leaves."""
    first = [price(data[:FIRST_LOOK], name, fine=False) for name in names]
    limit = 2 * min(found.cost for found in first) + ODDS
    names = tuple(found.encoding for found in first if found.cost <= limit)
    if len(names) == 1:
        return [found for found in first if found.encoding in names]
    fine = len(data) <= FIRST_LOOK
    prices = sorted((price(data, name, fine=fine) for name in names), key=lambda found: found.cost)
    if prices[0].cost <= GOOD * prices[0].characters:
        return prices
    for index, found in enumerate(prices):
        name = found.encoding
        if name in MULTI_BYTE and name != "utf-8" and REPLACEMENT in read(data, name):
            prices[index] = price_with_damage(data, name)
    return sorted(prices, key=lambda found: found.cost)
