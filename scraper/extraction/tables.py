"""The tables of data/extraction/, as the patterns that they are used as."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from scraper import tables

_WORD = re.compile(r"^[^#.]*|[A-Z]?[a-z]+|[A-Z]+")


@cache
def table(name: str) -> dict[str, Any]:
    """One table, as it is written."""
    with tables.path("extraction", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def alternatives(words: Iterable[str]) -> str:
    """A pattern that matches any of the words, the longest first; what several begin with is looked at once for all.

    >>> alternatives(["相关", "相关新闻", "推荐"])
    '推(?:荐)|相(?:关(?:新(?:闻))?)'
    """
    branches = []
    for first, same in groupby(sorted(set(words)), key=itemgetter(0)):
        rest = [word[1:] for word in same]
        longer = [word for word in rest if word]
        may_end = "?" if len(longer) < len(rest) else ""
        branches.append(re.escape(first) + (f"(?:{alternatives(longer)}){may_end}" if longer else ""))
    return "|".join(branches)


BOX, COMMENTS, CAPTION, PICTURE, PARAGRAPH, FRAME, LEAD, _DESCRIBING, _HOLDING = 1, 2, 4, 8, 16, 32, 64, 128, 256
"""What an element is by its name, as bits: no part of the article (navigation, tools, other articles), what readers
wrote, an image's caption, an image (perhaps with its caption), what a paragraph is made of, what frames either an
image or the article, or a paragraph that is the article's lead above its text and another's below. The rest lies
between a paragraph and the element that holds the article."""


@lru_cache(maxsize=4096)
def kind_of(label: str) -> int:
    """What the label of an element (``tag#id.class``) says that it is; 0 where it says nothing.

    Sites name their elements from a small stock of words, so the answers are remembered.

    >>> kind_of("div.article-share") == BOX, kind_of("div.shared-content"), kind_of("div.picDesc") & CAPTION == CAPTION
    (True, 0, True)
    >>> kind_of("div#img-box") == PICTURE, kind_of("div#img-content") == FRAME
    (True, True)
    >>> kind_of("p.tag") == BOX | PARAGRAPH, kind_of("p.insertfileTag") == PARAGRAPH
    (True, True)
    >>> kind_of("div.summary") == BOX, kind_of("p.summary") == LEAD | PARAGRAPH
    (True, True)
    >>> kind_of("section") == PARAGRAPH, kind_of("section.main")
    (True, 0)
    """
    for name in table("body")["misleading"]:
        label = label.replace(name, "")
    words = _kinds_of_words()
    kind = 0
    tag, *names = _WORD.findall(label)
    for name in map(str.lower, names):
        kind |= LEAD if tag == "p" and name in table("body")["leads"] else words.get(name, 0)
    if tag != "section" or not names:  # those that editors of WeChat wrap paragraphs in have no name
        kind |= _kinds_of_tags().get(tag, 0)
    if kind & PICTURE and kind & _HOLDING:
        kind = (kind | FRAME) & ~PICTURE
    elif kind & PICTURE and kind & _DESCRIBING:
        kind |= CAPTION
    return kind & ~(_DESCRIBING | _HOLDING)


@cache
def _kinds_of_words() -> dict[str, int]:
    body = table("body")
    lists = {
        "boxes": BOX,
        "comments": COMMENTS,
        "captions": CAPTION,
        "pictures": PICTURE,
        "describing": _DESCRIBING,
        "holding": _HOLDING,
    }
    words: dict[str, int] = {}
    for name, bit in lists.items():
        for word in body[name]:
            words[word] = words.get(word, 0) | bit
    return words


@cache
def _kinds_of_tags() -> dict[str, int]:
    body = table("body")
    kinds = dict.fromkeys(body["tags"], BOX) | {"figure": PICTURE, "figcaption": CAPTION}
    for tag in body["paragraph_tags"]:
        kinds[tag] = kinds.get(tag, 0) | PARAGRAPH
    return kinds


@cache
def menu() -> frozenset[str]:
    """The words of menus and tools, case folded."""
    return frozenset(map(str.casefold, table("body")["menu"]))


@cache
def places() -> frozenset[str]:
    """The names of places, in full and as people say them."""
    rows = tables.path("places.tsv").read_text("utf-8").splitlines()[1:]
    names = {row.partition("\t")[0] for row in rows}
    return frozenset(names | {name[:-1] for name in names if len(name) > 2})


@cache
def words_of_menus() -> re.Pattern[str]:
    """Splits a line of a menu into its words."""
    return re.compile(r"[\s|｜·•>»/\[\]【】]+")


@cache
def footer() -> re.Pattern[str]:
    """Finds what the foot of a page says."""
    return re.compile(alternatives(table("body")["footers"]))


@cache
def caption_cue() -> re.Pattern[str]:
    """Finds in a text what captions of images say."""
    return re.compile(alternatives(table("body")["caption_cues"]))


@cache
def credit() -> re.Pattern[str]:
    """Finds the credit that ends an image's caption (in brackets with one of its words, one of those alone, or behind
    ``图：``), or the sign or the words with which one begins.
    """
    body = table("body")
    words, ends = alternatives(body["credits"]), alternatives(body["credit_ends"])
    return re.compile(
        rf"(?:[（(【\[][^（()）【】]{{0,20}}(?:{words})[^（()）【】]{{0,20}}[）)】\]]|(?:{ends}))\W*$"
        r"|(?:^|[/／|｜。])\s?[图圖]\s?[:：/／|｜].{1,20}$|^[◎△↑▲]|^[图圖][为為]"
    )


@cache
def end_line() -> re.Pattern[str]:
    """Matches the line of the editor, which ends an article."""
    return re.compile(rf"^\W*(?:{alternatives(table('body')['ends'])})\s?[:：]")


@cache
def closing_line() -> re.Pattern[str]:
    """Matches a line that may stand right after an article and is not part of it."""
    return re.compile(rf"\W*(?:{alternatives(table('body')['closings'])})")


@cache
def boundary() -> re.Pattern[str]:
    """Matches a line that heads a list of other articles."""
    body = table("body")
    neighbours = alternatives(body["neighbours"])
    return re.compile(rf"[\W\d]*(?:{alternatives(body['boundaries'])})(?:\W.{{0,12}})?|\W*(?:{neighbours})[:：\s].*")


@cache
def own_heading() -> re.Pattern[str]:
    """Matches a heading of other articles that an article's own list of books or of facts can have as well."""
    return re.compile(rf"\W*(?:{alternatives(table('body')['own_headings'])})\W*")


@cache
def notice() -> re.Pattern[str]:
    """Finds a phrase with which a site speaks for itself."""
    return re.compile(alternatives(table("body")["notices"]))


@cache
def header_line() -> re.Pattern[str]:
    """Finds what stands in the lines between a title and its article, and not in the article."""
    words = alternatives(table("body")["header_lines"])
    return re.compile(
        rf"^\W*(?:{words}).{{0,40}}$|^.{{0,25}}(?:19|20)\d\d[-/.年]\s?\d{{1,2}}[-/.月]\s?\d{{1,2}}日?(?!\s?[讯訊电電]).{{0,50}}$"
        r"|^[^，。]{0,25}\d\d[-/.]\d\d[-/.](?:19|20)\d\d(?!\d)[^，。]{0,50}$"
        r"|^[^，。]{0,25}\d{1,2}[-/.月]\d{1,2}日?\s{0,3}\d{1,2}[:：]\d\d[^，。]{0,50}$"
        r"|^[^，。]{0,25}\d{1,2}\s?(?:分钟|小时|天|个月|年)前(?:发[布表]|更新|[\s·|]|$)[^，。]{0,30}$"
        r"|^[^，。]{0,25}\b[A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d\b[^，。]{0,30}$"
    )


@cache
def event_line() -> re.Pattern[str]:
    """Matches a line that gives the time of what an article tells of as often as its own."""
    return re.compile(rf"(?:{alternatives(table('labels')['dated'])})[:：]")
