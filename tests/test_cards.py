"""What is a teaser of another article, by its form: a link and a few sentences, side by side with others like it."""

import pytest

from scraper.extraction.alone import prose_length
from scraper.extraction.cards import inside_cards
from scraper.extraction.outline import outline_of
from scraper.segmentation import segment

TEXT = "河西码头昨晚恢复夜航，头班船坐满了下夜班的工人，票价和白天一样。"
ARTICLE = f"<div><p>{TEXT * 2}</p><p>{TEXT * 3}</p></div>"
CARD = f"<div><h4><a href=1>河西码头今起恢复夜航</a></h4><p>{TEXT}</p></div>"
DATED = f"<div><a href=1>河西码头今起恢复夜航</a><p>2019-09-01</p><p>{TEXT}</p></div>"
CASES = [
    ("two cards beside an article", f"{ARTICLE}<div>{CARD}{CARD}</div>", 4),
    ("with a date in each", f"{ARTICLE}<ul>{DATED}{DATED}</ul>", 6),
    ("inside the article's element", f"<div><p>{TEXT * 3}</p><div>{CARD}{CARD}</div><p>{TEXT}</p></div>", 4),
    ("a single card may be anything", f"{ARTICLE}<div>{CARD}</div>", 0),
    ("nothing but cards: that is the page's text", f"<div>{CARD}{CARD}{CARD}</div>", 0),
    ("sections of an article are longer", ARTICLE + CARD.replace(TEXT, TEXT * 9) * 2, 0),
    ("sections without links", ARTICLE + f"<div><h4>夜航</h4><p>{TEXT}</p></div>" * 2, 0),
    ("links inside sentences", ARTICLE + f"<div><p>{TEXT}<a href=1>时刻表</a></p></div>" * 2, 0),
    ("no elements at all", TEXT * 3, 0),
]


@pytest.mark.parametrize(("page", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_how_many_blocks_lie_in_cards(page: str, expected: int) -> None:
    outline = outline_of(segment(page))
    prose = [prose_length(block.text, block.link_share) for block in outline.blocks]
    assert len(inside_cards(outline, prose)) == expected
