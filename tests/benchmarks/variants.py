"""How well extraction holds where pages are built otherwise: the same articles in other markup, among other things.

    python tests/benchmarks/variants.py [--pages FOLDER] [VARIANT ...]

Every page is cleaned as it is and in each variant: without the names of classes, with other elements for paragraphs and
headings, with the site's title, with teasers and links put in. For each variant: how many articles are rejected, the
mean F1 of the text's 4-grams, the share of articles with an F1 of 0.98, and for each field the share in which both
readings give the same. What a variant takes away (a title that only the page's own title gave) cannot come back.
"""

import argparse
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from dumps import FIELDS, PAGES, grams

from scraper import Article, Page, clean, decode

CHARSET = re.compile(r"charset\s*=\s*[\"']?[\w-]+", re.IGNORECASE)
NAMES = re.compile(r"\s(?:class|id)\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
TITLE = re.compile(r"<title\b.*?</title\s*>", re.IGNORECASE | re.DOTALL)
BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
TEASERS = [
    ("河西码头今起恢复夜航", "河西码头昨晚恢复夜航，头班船坐满了下夜班的工人，票价和白天一样，周末再加两班……"),
    ("两条公交线路下月延长", "六路和十一路下月起延长到新区北门，首班车提前到五点半，末班车推迟半小时……"),
    ("社区食堂中午开始排队", "社区食堂开张一个月，中午要排二十分钟的队，管理员说还要再招两个人帮厨……"),
    ("城北旧书市每月开两次", "旧书市开了半年，摊位从四十个涨到一百二十个，主办方决定往后每月开两次……"),
    ("老桥改成步行桥的第一周", "老桥上周封了机动车道，桥头多了六条长椅，傍晚来散步的人比从前多了一倍……"),
    ("种了三十年的梧桐要不要移", "新路要穿过梧桐林，园林局说能移的都移，居民提了十七条意见，下周开听证会……"),
]


def renamed(tag: str, to: str) -> Callable[[str], str]:
    """Writes other elements for some."""
    pattern = re.compile(rf"<(/?){tag}\b", re.IGNORECASE)
    return lambda page: pattern.sub(rf"<\g<1>{to}", page)


def wrapped(page: str) -> str:
    """Every paragraph in a table of one cell."""
    page = re.sub(r"<p\b([^>]*)>", r"<table><tr><td\1>", page, flags=re.IGNORECASE)
    return re.sub(r"</p\s*>", "</td></tr></table>", page, flags=re.IGNORECASE)


def teasers(number: int, rng: Random, heading: str = "") -> str:
    chosen = rng.sample(TEASERS, number)
    cards = (
        f"<div><h4><a href='/t/{at}.html'>{one}</a></h4><p>{more}</p></div>" for at, (one, more) in enumerate(chosen)
    )
    return f"<div>{heading and f'<div>{heading}</div>'}{''.join(cards)}</div>"


def links(number: int, rng: Random, heading: str) -> str:
    rows = (f"<li><a href='/l/{at}.html'>{one}</a></li>" for at, (one, _) in enumerate(rng.sample(TEASERS, number)))
    return f"<p>{heading}</p><ul>{''.join(rows)}</ul>"


def below(page: str, article: Article, added: str, share: float) -> str:
    """``added`` right below the paragraph at ``share`` of the article's."""
    paragraphs = article.text.split("\n")
    for text in paragraphs[int(share * (len(paragraphs) - 1)) :: 1 if share < 1 else -1]:
        place = page.find(text[-12:])
        end = page.find("</p>", place) if place >= 0 else -1
        if 0 <= end - place < 300:
            return page[: end + 4] + added + page[end + 4 :]
    return page


def site_titled(page: str) -> str:
    """The page as one of a site that gives all of them its own title."""
    return TITLE.sub("<title>城北新闻网</title>", META.sub("", page))


Variant = Callable[[str, Article, Random], str]
VARIANTS: dict[str, Variant] = {
    "as it is": lambda page, _, __: page,
    "no names": lambda page, _, __: NAMES.sub("", page),
    "paragraphs as div": lambda page, _, __: renamed("p", "div")(page),
    "paragraphs in tables": lambda page, _, __: wrapped(page),
    "div as section": lambda page, _, __: renamed("div", "section")(page),
    "headings as div": lambda page, _, __: renamed("h[1-6]", "div")(page),
    "site's title": lambda page, _, __: site_titled(page),
    "site's title, headings as div": lambda page, _, __: renamed("h[1-6]", "div")(site_titled(page)),
    "the same, no names": lambda page, _, __: NAMES.sub("", renamed("h[1-6]", "div")(site_titled(page))),
    "no meta, no scripts": lambda page, _, __: SCRIPT.sub("", META.sub("", page)),
    "white space removed": lambda page, _, __: re.sub(r">\s+<", "><", page),
    "today's day above": lambda page, _, __: BODY.sub(r"\g<0><div>今天是2026年11月3日 星期二</div>", page, count=1),
    "links inside": lambda page, article, rng: below(page, article, links(4, rng, "相关阅读："), 0.6),
    "teasers inside": lambda page, article, rng: below(page, article, teasers(2, rng, "延伸阅读"), 0.6),
    "teasers below": lambda page, article, rng: below(page, article, teasers(4, rng), 1),
    "teasers above": lambda page, _, rng: BODY.sub(lambda body: body[0] + teasers(4, rng), page, count=1),
}


def measure(name: str, pages: list[tuple[str, str, Article]]) -> str:
    """A line of figures on one variant, of pages given as (address, markup, article)."""
    scores, same = [], Counter[str]()
    rejected = 0
    for number, (url, markup, whole) in enumerate(pages):
        body = VARIANTS[name](markup, whole, Random(number)).encode("utf-8", "replace")
        found = clean(Page(url=url, body=body, content_type="text/html; charset=utf-8"))
        if not isinstance(found, Article):
            rejected += 1
            scores.append(0.0)
            continue
        wanted, got = grams(whole), grams(found)
        scores.append(2 * (wanted & got).total() / max(1, wanted.total() + got.total()))
        same.update(field for field in FIELDS if getattr(found, field) == getattr(whole, field))
    fields = ", ".join(f"{field} {same[field] / len(pages):.1%}" for field in FIELDS)
    near = sum(score >= 0.98 for score in scores) / len(scores)
    return f"{name:30} rejected {rejected}, F1 {sum(scores) / len(scores):.1%}, of 0.98 {near:.1%}, {fields}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, default=PAGES)
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help=f"of {', '.join(VARIANTS)}")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.variants if name not in VARIANTS]:
        parser.error(f"no variant {unknown[0]!r}; there are {', '.join(VARIANTS)}")
    if not arguments.pages.is_dir():
        parser.exit(0, f"no pages to measure on: {arguments.pages} is no folder; name one with --pages\n")
    pages = []
    for file in sorted(arguments.pages.glob("*.html")):
        url, markup = (
            f"http://www.example.cn/{file.stem}.html",
            CHARSET.sub("charset=utf-8", decode(file.read_bytes()).text),
        )
        whole = clean(Page(url=url, body=markup.encode("utf-8", "replace"), content_type="text/html; charset=utf-8"))
        if isinstance(whole, Article):
            pages.append((url, markup, whole))
    if not pages:
        parser.exit(0, f"no pages to measure on: {arguments.pages} has no article in a file *.html\n")
    print(f"{len(pages)} articles")
    for name in arguments.variants or VARIANTS:
        print(measure(name, pages), flush=True)


if __name__ == "__main__":
    main()
