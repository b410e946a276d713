"""How a finished run is judged."""

import pytest

from scraper.crawl.ledger import Run
from scraper.crawl.verdict import judge


def past(**counts: int) -> list[Run]:
    return [Run(started="", finished="", outcome="", sites={"example.org": counts}, stats={})] * 3


@pytest.mark.parametrize(
    ("reason", "counts", "stats", "before", "code"),
    [
        ("finished", {"article": 3, "list": 1}, {}, [], 0),
        ("limit", {"article": 3}, {}, [], 0),
        ("closespider_timeout", {"article": 3}, {}, [], 0),
        ("closespider_pagecount", {"article": 3}, {}, [], 0),
        ("closespider_errorcount", {"article": 3}, {}, [], 1),
        ("closespider_timeout_no_item", {"article": 3}, {}, [], 1),
        ("finished", {"list": 4}, {}, [], 0),  # nothing new this hour
        ("finished", {"article": 9, "failed": 1}, {}, [], 0),
        ("finished", {"article": 1, "failed": 9}, {}, [], 1),
        ("finished", {"failed": 1}, {}, [], 1),
        ("finished", {"forbidden": 1}, {}, [], 1),
        ("finished", {"redirected": 9, "forbidden": 1}, {}, [], 1),
        ("shutdown", {"article": 3}, {}, [], 1),
        ("finished", {"article": 3}, {"spider_exceptions/count": 1}, [], 1),
        ("finished", {"article": 3}, {"pipeline/errors": 1}, [], 1),
        ("finished", {"rejected": 9}, {}, past(article=90, rejected=10), 1),
        ("finished", {"rejected": 9}, {}, past(article=10, rejected=90), 0),  # it never gave much
        ("finished", {"rejected": 2}, {}, past(article=90, rejected=10), 0),  # too few to tell
        ("finished", {"list": 4, "links": 0}, {}, past(list=4, links=200), 1),
        ("finished", {"list": 4, "links": 180}, {}, past(list=4, links=200), 0),
    ],
)
def test_the_verdict(reason: str, counts: dict[str, int], stats: dict[str, int], before: list[Run], code: int) -> None:
    assert judge(reason, {"example.org": counts}, stats, before).code == code


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({"failed": 1}, "failed: nothing of example.org could be fetched"),
        ({"failed": 1, "forbidden": 2}, "failed: nothing of example.org could be fetched"),
        ({"failed": 2, "list": 1, "links": 90}, "done: 9 articles, 0 rejected, 2 failed"),
        ({"failed": 2, "article": 1}, "done: 10 articles, 0 rejected, 2 failed"),
        ({"redirected": 1}, "done: 9 articles, 0 rejected, 0 failed"),
    ],
)
def test_a_site_among_others_that_cannot_be_reached_any_more_is_told(counts: dict[str, int], says: str) -> None:
    before = past(list=4, links=200)
    assert judge("finished", {"example.org": counts, "other.org": {"article": 9}}, {}, before).line == says
    unknown = judge("finished", {"new.org": counts, "other.org": {"article": 9}}, {}, before)
    assert unknown.code == 0


def test_a_network_that_is_down_is_told_once_and_of_many_sites_some_are_named() -> None:
    down = {f"{name}.org": {"failed": 1} for name in "abcde"}
    before = [Run(started="", finished="", outcome="", sites={key: {"list": 1, "links": 9} for key in down}, stats={})]
    none = judge("finished", down, {"ledger/failed/DNSLookupError": 5}, before)
    assert none.line == "failed: none of 5 page(s) could be fetched (DNSLookupError)"
    some = judge("finished", down | {"f.org": {"article": 9}}, {}, before)
    assert some.line == "failed: nothing of a.org, b.org, c.org and 2 other(s) could be fetched"


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({"list": 1}, "done: 0 articles, 0 rejected, 0 failed; no list named an article"),
        ({"list": 1, "links": 9}, "done: 0 articles, 0 rejected, 0 failed"),  # all of them known
        ({"article": 9}, "done: 9 articles, 0 rejected, 0 failed"),  # of a list of URLs
    ],
)
def test_lists_that_name_no_article_are_told(counts: dict[str, int], says: str) -> None:
    assert judge("finished", {"example.org": counts}, {}, []).line == says
