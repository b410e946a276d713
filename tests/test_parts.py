"""Parts of a crawl: every site in exactly one, the same one everywhere."""

from collections import Counter

import pytest

from scraper.crawl.arguments import Arguments, BadArgument
from scraper.parts import Part
from scraper.sites import names
from spiders.news import NewsSpider
from spiders.urls import UrlsSpider

SITES = [f"site{n}.example.org" for n in range(1600)]


@pytest.mark.parametrize("of", [1, 2, 16])
def test_every_site_is_in_exactly_one_part(of: int) -> None:
    parts = [Part(number, of) for number in range(1, of + 1)]
    found = Counter(site for part in parts for site in SITES if part.holds(site))
    assert found == Counter(SITES)
    sizes = [sum(map(part.holds, SITES)) for part in parts]
    assert max(sizes) < 2 * len(SITES) / of + 1


def test_the_part_of_a_site_never_changes() -> None:
    assert [part for part in range(1, 17) if Part(part, 16).holds("xinhuanet")] == [PART_OF_XINHUANET]


PART_OF_XINHUANET = 6
"""Written down: another value would make every crawl in parts fetch its sites again on other machines."""


@pytest.mark.parametrize("text", ["0/4", "5/4", "3", "a/b", "1/0", "-1/4", "1/2/3", "٣/٤"])
def test_other_parts_are_refused(text: str) -> None:
    with pytest.raises(BadArgument, match="as 3/16"):
        Arguments.parse({"part": text})


def test_spiders_take_their_part_of_the_sites() -> None:
    every = ",".join(names())
    spiders = [NewsSpider(site=every, part=f"{n}/3") for n in (1, 2, 3)]
    taken = Counter(site.key for spider in spiders for site in spider.sites)
    assert taken == Counter(names())
    assert len({spider.job for spider in spiders}) == 3, "each part has a ledger and an export of its own"


async def collected(spider: UrlsSpider) -> list[str]:
    return [request.url async for request in spider.start()]


def test_the_urls_of_a_site_stay_together(tmp_path: pytest.TempPathFactory) -> None:
    import asyncio

    file = tmp_path / "urls.txt"  # type: ignore[operator]
    file.write_text("".join(f"http://www{n}.site{n % 9}.com/{n}\n" for n in range(90)))
    spiders = [UrlsSpider(file=str(file), part=f"{n}/4") for n in (1, 2, 3, 4)]
    shares = [asyncio.run(collected(spider)) for spider in spiders]
    assert sum(map(len, shares)) == 90
    assert all(len(share) % 10 == 0 for share in shares)
