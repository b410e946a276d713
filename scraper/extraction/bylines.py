"""The people that a value or a paragraph names."""

import re
from collections.abc import Iterator
from functools import cache

from scraper.extraction import dates, labels, media, tables

_BRACKETED = re.compile(r"[（(].*?(?:[）)]|$)")
_SPREAD = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_NAME_BREAK = re.compile(r"[、,，;；/|&]+|(?<![A-Za-z])\s+|\s+(?![A-Za-z])|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff])")
_NAME = re.compile(r"[\u3400-\u9fff·•○〇*]{2,8}|[A-Za-z][\w .·-]{1,24}|[A-Z]{1,3}\d{2,6}")
_FOLLOWED = re.compile(r"([\u3400-\u9fff]{2,4}?)(?:[A-Za-z\d].*|(?:版权|未经|本文).*|翻?[摄攝])")
"""A name with the number of readers, or the notice of the next element, glued to it."""
_CODE = re.compile(r"[A-Z]{1,3}\d{2,6}")
_ROLE = "(?:记者|記者|编译|編譯)"
_MAY_NAME = re.compile(r"[记記编編][者译譯]|[报報][导導道]$|[电電讯訊]\s?[（(]")
"""One of them is in whatever the patterns below match, and most paragraphs have none."""
_DATELINE = re.compile(
    rf"[（(〔【\[][^（()）]{{0,12}}?{_ROLE}[:：\s]?([^（()）〕】\]，。/／╱]{{2,24}})[)）〕】\]/／╱∕]"
)
_FROM_A_PLACE = re.compile(
    rf"[（(]\w{{2,6}}?{_ROLE}([\u4e00-\u9fff]{{2,3}})[\u4e00-\u9fff]{{2,4}}[\d一二三四五六七八九十]{{1,3}}日\w{{0,4}}[电電]"
)
"""The same where the place stands right behind the name, which has three characters if it can."""
_SIGNED = re.compile(rf"[（(][^（()）]{{0,12}}?{_ROLE}[:：\s]?([^（()），。]{{2,24}})[)）]\W*$")
_SIGNED_ALONE = re.compile(r"[。！？”]\s*[（(]([\u4e00-\u9fff]{2,3}(?:[\s、][\u4e00-\u9fff]{2,3}){0,3})[)）]$")
"""The same without a role, where every name has the length and the surname of one."""
_SIGNED_WITH_PLACE = re.compile(r"[（(]([\u4e00-\u9fff]{2,3})[／/╱∕][\u4e00-\u9fff]{2,6}(?:报道|報道|報導)[）)]$")
_CALLED_TOGETHER = r"([\u4e00-\u9fff]{2,4}(?:、[\u4e00-\u9fff]{2,3}){0,3}(?:\s[\u4e00-\u9fff]{2,3}){0,3}?)"
_REPORTS = re.compile(
    rf"{_ROLE}\s?{_CALLED_TOGETHER}\s?(?:[／/╱∕]|\s?(?:[\u4e00-\u9fff]{{2,6}}?\s?)?(?:报道|報道|報導)(?=[:：\s]|$))"
    rf"|[电電讯訊]\s?[（(]{_CALLED_TOGETHER}[）)]"
    rf"|(?:^\w{{0,10}})?{_ROLE}\s{_CALLED_TOGETHER}\s?$|^\w{{0,10}}{_ROLE}\s{_CALLED_TOGETHER}\s"
    rf"|^{_CALLED_TOGETHER}\s?[／/╱∕][\u4e00-\u9fff]{{2,6}}(?:报道|報道|報導)$"
    rf"|(?:^|[|｜]\s?){_CALLED_TOGETHER}\s(?:综合|綜合|编译|編譯)(?:报道|報道|報導)$"
)
"""``记者张三报道：`` and ``記者張三／台北報導``, or the names alone in brackets after the place and the day."""
_SIGNED_LINE = re.compile(rf"[□■◎]?\s?[\w·]{{0,14}}{_ROLE}\s?{_CALLED_TOGETHER}(?:\s+来源[:：].*)?")
_HEAD_BRACKETS = re.compile(r"[^（(。，]{0,24}[（(]([^（()）]{4,40})[）)]")
_MARKED = re.compile(r"[■□◎●◆▲]\s?([\u4e00-\u9fff]{2,3}(?:[\s、][\u4e00-\u9fff]{2,3}){0,2})")
_CALLED = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_OFFICE = re.compile(r"[\u4e00-\u9fff]{0,8}(记者|記者|编辑|編輯)")
_IN_BRACKETS = re.compile(r"[（(\[【]([^（()）\[\]【】]{4,60})[)）\]】]\W*$")
_GLUED = re.compile(r"\W*(责任编辑|責任編輯|责编|責編)\s?([\u4e00-\u9fff]{2,4})\W*")
_ROLE_GLUED = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?=(?:校对|审核|责编|校對|責編)\s)")
_MAY_CREDIT = re.compile("[编編记記责責校审審]|作者|撰文")
"""One of them is in the name of every office."""
_DAY = re.compile(dates.YEAR)
_BARS = re.compile(r"[|｜]")
_LONGEST_CREDITS, _LONGEST_WORD = 80, 8


def names(value: str) -> Iterator[str]:
    """The people in a value; a code of letters and digits only where it is all that there is.

    >>> list(names("张三、李四 王 五_NT1")), list(names("本报记者 张三（实习）")), list(names("HN666"))
    (['张三', '李四', '王五'], ['张三'], ['HN666'])
    >>> list(names("张三查看原图")), list(names("李四555")), list(names("下一页"))
    (['张三'], ['李四'], [])
    """
    value = _roles().sub("、", _BRACKETED.sub(" ", value))
    value = _SPREAD.sub(r"\1\2", value)
    people = []
    for part in _NAME_BREAK.split(value):
        word = part.split("_")[0].strip(media.SURROUNDINGS)
        name = _alone(word)
        if _NAME.fullmatch(name) and name not in _no_names():
            people.append(name)
        if name != word or (len(word) > _LONGEST_WORD and not people):  # this is no list of names
            break
    yield from [one for one in people if not _CODE.fullmatch(one)] or people


def _alone(name: str) -> str:
    """A name without what is glued to it."""
    followed = _FOLLOWED.match(name)
    return followed[1] if followed else media.without_tools(name)


def reporters(text: str, last: bool) -> Iterator[str]:
    """The reporters that an article's first paragraph names in its dateline, or its last in brackets.

    >>> list(reporters("新华社某地9月7日电（记者张三、李四）昨天上午，新桥通车。", last=False))
    ['张三', '李四']
    >>> list(reporters("新桥通车。（记者 张三）", last=True)), list(reporters("新桥通车。（张三 李四）", last=True))
    (['张三'], ['张三', '李四'])
    >>> list(reporters("某某报·某某网记者 张三 来源：某某报", last=True)), list(reporters("记者 走进现场", last=True))
    (['张三'], [])
    >>> list(reporters("新桥通车。（完）", last=True)), list(reporters("新桥通车（张三）", last=True))
    ([], [])
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
    >>> list(reporters("（记者走进现场看到）新桥通车。", last=False)), list(reporters("记者走进车间报道：", last=False))
    ([], [])
    """
    signed = _SIGNED_LINE.fullmatch(text) or (_SIGNED_ALONE.search(text[-24:]) if last else None)
    if signed and all(map(media.is_person, found := list(names(signed[1])))):
        yield from found
        return
    if last and (signed := _SIGNED_WITH_PLACE.search(text[-24:])) and media.is_person(signed[1]):
        yield signed[1]
        return
    text = text[-60:] if last else text[:80]
    if not _MAY_NAME.search(text):
        return
    text = _SPREAD.sub(r"\1\2", text)
    if last:
        match = _SIGNED.search(text)
        said = match[1] if match else ""
    elif match := _FROM_A_PLACE.match(text) or _DATELINE.search(text):
        said = match[1]
    else:
        match = _REPORTS.search(text[:60])
        said = next(filter(None, match.groups()), "") if match else ""
        said = said if match and media.has_surname(said) else ""
    found = list(names(said)) if said else []
    if all(len(name) <= 4 for name in found):
        yield from found


def in_dateline(text: str) -> list[tuple[str, str]]:
    """The (kind, name) pairs of the brackets at the beginning of a paragraph, where they name an editor.

    >>> in_dateline("财经社9月7日讯（记者 张三 编辑 李四）新桥昨天通车。")
    [('authors', '张三'), ('editors', '李四')]
    >>> in_dateline("新桥（编辑部的说法）昨天通车。")
    []
    """
    match = _HEAD_BRACKETS.match(text[:80]) if "编辑" in text[:80] else None
    return list(credits(f"（{match[1]}）")) if match else []


def marked(text: str) -> list[str]:
    """The people whom a line names behind a mark, where it says nothing else.

    >>> marked("■ 张三"), marked("◎张三 李四光"), marked("● 新闻"), marked("张三")
    (['张三'], ['张三', '李四光'], [], [])
    """
    match = _MARKED.fullmatch(text)
    found = list(names(match[1])) if match else []
    return found if all(map(media.is_person, found)) else []


def credits(text: str) -> Iterator[tuple[str, str]]:
    """The (kind, name) pairs of a line, or of the brackets that end it, in which roles and names stand without a colon.

    What says more than that is none. A role that may begin a sentence needs a surname after it.

    >>> list(credits("某某报记者 张三 编辑 李四 校对 王五")), list(credits("[责任编辑 韦一]"))
    ([('authors', '张三'), ('editors', '李四'), ('editors', '王五')], [('editors', '韦一')])
    >>> list(credits("作者 张三 李四光")), list(credits("作者 走进 现场"))
    ([('authors', '张三'), ('authors', '李四光')], [])
    >>> list(credits("責任編輯石一")), list(credits("编辑 张三校对 李四")), list(credits("本报记者 张 三 李四光"))
    ([('editors', '石一')], [('editors', '张三'), ('editors', '李四')], [('authors', '张三'), ('authors', '李四光')])
    >>> list(credits("记者 走进 现场")), list(credits("编辑 部")), list(credits("责任编辑 张三 报道了新桥的通车"))
    ([], [], [])
    """
    if len(text) > _LONGEST_CREDITS or not _MAY_CREDIT.search(text):
        return
    if glued := _GLUED.fullmatch(text):
        yield "editors", glued[2]
        return
    bracketed = _IN_BRACKETS.search(text)
    text = _SPREAD.sub(r"\1\2", _ROLE_GLUED.sub(" ", _DAY.split(text, maxsplit=1)[0] or text))
    for part in _BARS.split(bracketed[1] if bracketed else text.strip("（()）[]【】")):
        yield from _credits(part.replace("、", " ").split())


def _credits(words: list[str]) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    role = kind = ""
    if len(words) > 2 and media.is_medium(words[0]):
        words = words[1:]
    for word in words:
        if word in _other_roles():
            role, kind = word, "others"
        elif said := _kind_of_role(word):
            role, kind = word, said
        elif kind and _CALLED.fullmatch(word) and (len(role) > 2 or kind == "others" or media.has_surname(word)):
            found.append((kind, word))
        else:
            return
    yield from (one for one in found if one[0] != "others")


def _kind_of_role(word: str) -> str | None:
    """``editors`` or ``authors`` where a word is the name of such an office."""
    kind = labels.kinds().get(word)
    if kind is None and (office := _OFFICE.fullmatch(word)):
        kind = labels.kinds()[office[1]]
    return kind if kind in ("editors", "authors") else None


@cache
def _other_roles() -> frozenset[str]:
    return frozenset(tables.table("labels")["other_roles"])


@cache
def _no_names() -> frozenset[str]:
    """The words of tools and of offices, which a list of people may hold, and those that name nobody."""
    table = tables.table("labels")
    return _other_roles().union(table["tools"], table["nobody"], labels.kinds())


@cache
def _roles() -> re.Pattern[str]:
    return re.compile(tables.alternatives(tables.table("labels")["roles"]))
