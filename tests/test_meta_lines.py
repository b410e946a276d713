"""The lines around an article, as sites write them: what each says of time, source and people, and what none says."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from scraper.extraction import extract
from scraper.model import Article
from scraper.segmentation import segment

CASES = json.loads((Path(__file__).parent / "cases" / "meta_lines.json").read_text("utf-8"))
TITLE = "城北新桥通车 两岸居民出行更方便"
PAGE = """<html><head><title>{name}</title></head><body><div>{above}</div>
<h1>{title}{behind}</h1><div>{line}</div>
<div><p>{first}城北新桥昨天上午正式通车，市民驾车过河的时间由四十分钟缩短到十分钟。</p>
<p>现场可以看到，桥面双向六车道，两侧设有非机动车道和人行步道，不少居民带着孩子前来参观。</p>
<p>据市交通局介绍，这座桥全长一千二百米，工期二十六个月，比原计划提前了三十天完成。</p></div>
<div>{below}</div></body></html>"""


@pytest.mark.parametrize(
    "case",
    [case for cases in CASES.values() for case in cases],
    ids=lambda case: " ".join(map(str, case.values()))[:60],
)
def test_line(case: dict) -> None:
    lines = {place: case.get(place, "") for place in ("behind", "above", "line", "first", "below")}
    page = PAGE.format(title=TITLE, name=case.get("name", TITLE), **lines)
    found = extract(segment(page, url=case.get("url")))
    assert isinstance(found, Article), found
    got = json.loads(json.dumps(asdict(found)))
    assert {name: got[name] for name in case["expected"]} == case["expected"]
    assert found.title == TITLE
