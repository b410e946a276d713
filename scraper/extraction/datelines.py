"""The reporters whom a paragraph or a line names without a label: in a dateline, in brackets, before their report."""

import re
from collections.abc import Iterator

from scraper.extraction import media
from scraper.extraction.bylines import SPREAD, names, roles_apart

_ROLE = "(?:记者|記者|通讯员|通訊員|编译|編譯)"
_REPORT = "(?:报道|报导|報導|報道)"
_WHENCE = r"[\u4e00-\u9fff]{2,6}"
_NAMES = r"[\u4e00-\u9fff]{2,3}(?:[、\s][\u4e00-\u9fff]{2,3}){0,3}"
_LONGEST_NAME = 3
_MAY_NAME = re.compile(
    r"[记記编編讯訊报報电電／/](?:(?<=[记記编編])[者译譯]|(?<=[讯訊])[员員]|(?<=[报報])[导導道]|(?<=[电電讯訊])\s?[（(]"
    r"|(?<=[／/])(?:整理|撰文|采))"
)
"""One of them is in whatever the patterns below match, and most paragraphs have none: ``re`` skips to the first set."""
_DATELINE = re.compile(
    rf"[（(〔【\[][^（()）]{{0,12}}?{_ROLE}[:：\s]?([^（()）〕】\]，。/／╱∕]{{2,24}})[)）〕】\]/／╱∕]"
)
_FROM_A_PLACE = re.compile(
    rf"[（(〔【\[]\w{{2,6}}?{_ROLE}([\u4e00-\u9fff]{{2,3}})[\u4e00-\u9fff]{{2,4}}[\d一二三四五六七八九十]{{1,3}}日\w{{0,4}}[电電]"
)
"""The same where the place stands right behind the name, which has three characters if it can."""
_SIGNED = re.compile(rf"[（(][^（()）]{{0,12}}?{_ROLE}[:：\s]?([^（()），。]{{2,24}})[)）]\W*$")
_CALLED_TOGETHER = r"([\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,3}){0,3}(?:\s[\u4e00-\u9fff]{2,3}){0,3}?)"
_REPORTS = re.compile(
    rf"{_ROLE}\s?{_CALLED_TOGETHER}\s?(?:[／/╱∕]|\s?(?:[\u4e00-\u9fff]{{2,6}}?\s?)?{_REPORT}(?=[:：\s]|$))"
    rf"|(?:^\w{{0,10}})?{_ROLE}\s{_CALLED_TOGETHER}\s?$|^\w{{0,10}}{_ROLE}\s{_CALLED_TOGETHER}\s"
    rf"|(?:^|[|｜]\s?){_CALLED_TOGETHER}\s(?:综合|綜合|编译|編譯)?{_REPORT}(?=$|\s)"
    rf"|^{_CALLED_TOGETHER}[／/](?:整理|撰文|采写|采访整理|编译|編譯)$"
)
"""``记者张三报道：`` and ``記者張三／台北報導``."""
_REPORTED = re.compile(
    rf"[（(〔【\[]\w{{2,10}}?(?:记者|記者|新闻|新聞|[报報网網社台])\s?({_NAMES})\s?[／/╱∕]?\s?(?:{_WHENCE})?{_REPORT}"
    rf"|[（(〔【\[]({_NAMES})\s?[／/╱∕]\s?(?:{_WHENCE})?{_REPORT}"
    rf"|[电電讯訊]\s?[（(]({_NAMES})[）)]"
    rf"|^\w{{2,6}}[心組组部]\s?[／/╱∕]\s?({_NAMES}){_REPORT}"
    rf"|^({_NAMES})\s?[／/╱∕]\s?{_WHENCE}{_REPORT}"
    rf"|^[^，。]{{0,30}}?[\s|｜·\d]({_NAMES})[\s／/╱∕]{_WHENCE}{_REPORT}(?=$|\s)"
)
"""The same with a place, or how it was come by, before the report: ``（城北新聞張三、李四光台北報導）``;
and the names alone in brackets after the place and the day.
"""
_SIGNED_LINE = re.compile(
    rf"[□■◎]?\s?[\w·+]{{0,14}}(?:{_ROLE}|特[约約]撰稿人)\s?{_CALLED_TOGETHER}"
    r"(?:\s+(?:(?:来源|时间|日期)[:：]|[发發]自).*)?"
)


def reporters(text: str, last: bool) -> Iterator[str]:
    """The reporters that an article's first paragraph names in its dateline, or its last in brackets.

    >>> list(reporters("新华社某地9月7日电（记者张三、李四）昨天上午，新桥通车。", last=False))
    ['张三', '李四']
    >>> list(reporters("新桥通车。（记者 张三）", last=True)), list(reporters("新桥通车。（完）", last=True))
    (['张三'], [])
    >>> list(reporters("某某报·某某网记者 张三 来源：某某报", last=True)), list(reporters("记者 走进现场", last=True))
    (['张三'], [])
    >>> list(reporters("某某社记者张三、李四", last=False)), list(reporters("记者张三说了什么", last=False))
    (['张三', '李四'], [])
    >>> list(reporters("新橋通車。（張三／綜合外電報導）", last=True))
    ['張三']
    >>> list(reporters("城北網 | 張三 綜合報導", last=False))
    ['張三']
    >>> list(reporters("記者張三／台北報導", last=False)), list(reporters("某某网某地9月7日电（张三）昨天", last=False))
    (['張三'], ['张三'])
    >>> list(reporters("（中央社記者張三豐台北9日電）新橋通車。", last=False)), list(reporters("□记者张三", last=True))
    (['張三豐'], ['张三'])
    >>> list(reporters("城北新闻记者 张三 昨天，新桥通车。", last=False)), list(reporters("记者 走进 现场", last=False))
    (['张三'], [])
    >>> list(reporters("新橋通車。（城北新聞張三、李四光台北報導）", last=True))
    ['張三', '李四光']
    >>> list(reporters("（城北网江苏报道组）", last=True)), list(reporters("（城北日报连续报道）", last=True))
    ([], [])
    >>> list(reporters("【張三╱綜合報導】新橋", last=False)), list(reporters("國際中心／張三報導", last=False))
    (['張三'], ['張三'])
    >>> list(reporters("（记者走进现场看到）新桥通车。", last=False)), list(reporters("记者走进车间报道：", last=False))
    ([], [])
    >>> list(reporters("（通讯员队伍建设）新桥通车。", last=False)), list(reporters("城北9月7日电（高清）", last=False))
    ([], [])
    """
    if (signed := _SIGNED_LINE.fullmatch(text)) and all(map(media.is_person, found := list(names(signed[1])))):
        yield from found
        return
    text = text[-60:] if last else text[:80]
    if not _MAY_NAME.search(text):
        return
    text = roles_apart(SPREAD.sub(r"\1\2", text))
    if bracketed := _SIGNED.search(text) if last else _FROM_A_PLACE.match(text) or _DATELINE.search(text):
        said = bracketed[1] if _names_people(bracketed) else ""
    else:
        match = None if last else _REPORTS.search(text[:60])
        said = _first(match) if match and media.has_surname(_first(match)) else ""
    found = [name for glued in names(said) for name in _apart(glued)] if said else []
    if found and all(len(name) <= 4 for name in found):
        yield from found
    elif reported := _REPORTED.search(text):
        found = list(names(_first(reported)))
        yield from found if all(map(media.is_surely_person, found)) else ()


def _names_people(bracketed: re.Match[str]) -> bool:
    """Whether a role in brackets is no part of a word: a colon or white space stands behind it, or a name does."""
    if bracketed.string[bracketed.start(1) - 1] in ":： \t\u3000":
        return True
    first = next(names(bracketed[1]), "")
    return first != "" and (media.has_surname(first) or (len(first) <= _LONGEST_NAME and not media.is_word(first)))


def _apart(names: str) -> list[str]:
    """Two names that stand together with nothing between.

    >>> _apart("王小明李大山"), _apart("王小明张三"), _apart("王小明去城南看了")
    (['王小明', '李大山'], ['王小明', '张三'], ['王小明去城南看了'])
    """
    splits = ([names[:at], names[at:]] for at in (3, 2)) if len(names) in (5, 6) else ()
    return next((both for both in splits if all(map(media.is_surely_person, both))), [names])


def _first(match: re.Match[str]) -> str:
    """What the group of a match that took part has caught."""
    return next(filter(None, match.groups()), "")
