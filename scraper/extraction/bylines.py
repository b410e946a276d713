"""The people that a value or a paragraph names."""

import re
from collections.abc import Iterator
from functools import cache

from scraper.extraction import dates, labels, media, tables

_BRACKETED = re.compile(r"[（(].*?(?:[）)]|$)")
SPREAD = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_NAME_BREAK = re.compile(r"[、,，;；/|&]+|(?<![A-Za-z.])\s+|\s+(?![A-Za-z])|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff])")
_NAME = re.compile(r"[\u3400-\u9fff·•○〇*]{2,8}|[A-Za-z][\w .·-]{1,24}|[A-Z]{1,3}\d{2,6}")
_FOLLOWED = re.compile(r"([\u3400-\u9fff]{2,4}?)(?:[A-Za-z\d].*|(?:版权|未经|本文).*|翻?[摄攝])")
"""A name with the number of readers, or the notice of the next element, glued to it."""
_CODE = re.compile(r"[A-Z]{1,3}\d{2,6}")
_HEAD_BRACKETS = re.compile(r"[^（(。，]{0,24}[（(]([^（()）]{4,40})[）)]")
_MARKED = re.compile(
    r"[■□◎●◆▲]\s?([\u4e00-\u9fff]{2,3}(?:[\s、][\u4e00-\u9fff]{2,3}){0,2})(?:\s?[（(][^（()）]{2,20}[)）])?"
)
_CALLED = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_OFFICE = re.compile(r"[\w·+]{0,10}?(记者|記者|通讯员|编辑|編輯)")
_IN_BRACKETS = re.compile(r"[（(\[【]([^（()）\[\]【】]{4,60})[)）\]】]\W*$")
_GLUED = re.compile(r"\W*(责任编辑|責任編輯|责编|責編)\s?([\u4e00-\u9fff]{2,4})\W*")
_NAME_BEFORE = re.compile(r"([\u4e00-\u9fff]{2,4})\s?[/／]\s?(?:责任编辑|責任編輯|编辑|編輯|责编|責編)")
_ROLE_GLUED = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?=(?:校对|审核|责编|校對|責編)\s)")
_ROLE_AND_NAME = re.compile(
    r"[者员員](?<=[记記]者|[讯訊][员員])([\u4e00-\u9fff]{2,4})(?=$|[\s|｜/／、·,，;；(（)）\[\]【】])"
)
_MAY_CREDIT = re.compile("[编編记記责責校审審]|作者|撰文")
"""One of them is in the name of every office."""
_DAY = re.compile(dates.YEAR)
_BARS = re.compile(r"[|｜]")
_LABELLED = re.compile(r"\w{2,4}[:：]\S")
_LONGEST_CREDITS, _LONGEST_WORD = 80, 8


def names(value: str) -> Iterator[str]:
    """The people in a value; a code of letters and digits only where it is all that there is.

    >>> list(names("张三、李四 王 五_NT1")), list(names("本报记者 张三（实习）")), list(names("HN666"))
    (['张三', '李四', '王五'], ['张三'], ['HN666'])
    >>> list(names("张三查看原图")), list(names("李四555")), list(names("下一页"))
    (['张三'], ['李四'], [])
    """
    value = _roles().sub("、", _BRACKETED.sub(" ", value))
    value = SPREAD.sub(r"\1\2", value)
    people = []
    for part in _NAME_BREAK.split(value):
        word = part.split("_")[0].strip(media.SURROUNDINGS)
        name = _alone(word)
        if _NAME.fullmatch(name) and name not in _no_names():
            people.append(name)
        if name != word or (len(word) > _LONGEST_WORD and not people):  # this is no list of names
            break
    yield from [one for one in people if not _CODE.fullmatch(one)] or people


def roles_apart(text: str) -> str:
    """A line with a space between a reporter's office and the name behind it.

    >>> roles_apart("2019-09-07 城北日报记者张三丰 通讯员李四"), roles_apart("记者手记 记者张三说了什么")
    ('2019-09-07 城北日报记者 张三丰 通讯员 李四', '记者手记 记者张三说了什么')
    """
    return _ROLE_AND_NAME.sub(
        lambda found: f"{found[0][0]} {found[1]}" if media.is_surely_person(found[1]) else found[0], text
    )


def _alone(name: str) -> str:
    """A name without what is glued to it."""
    followed = _FOLLOWED.match(name)
    return followed[1] if followed else media.without_tools(name)


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

    >>> marked("□ 张三（某某中学）")
    ['张三']
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
    >>> list(credits("张三／编辑")), list(credits("视频/编辑部")), list(credits("图片/编辑"))
    ([('editors', '张三')], [], [])
    >>> list(credits("记者 走进 现场")), list(credits("编辑 部")), list(credits("责任编辑 张三 报道了新桥的通车"))
    ([], [], [])
    >>> list(credits("作者 简介")), list(credits("编辑 管理"))
    ([], [])
    """
    if len(text) > _LONGEST_CREDITS or not _MAY_CREDIT.search(text):
        return
    if glued := _GLUED.fullmatch(text):
        yield "editors", glued[2]
        return
    if (before := _NAME_BEFORE.fullmatch(text)) and media.is_surely_person(before[1]):
        yield "editors", before[1]
        return
    bracketed = _IN_BRACKETS.search(text)
    text = SPREAD.sub(r"\1\2", _ROLE_GLUED.sub(" ", _DAY.split(text, maxsplit=1)[0] or text))
    for part in _BARS.split(bracketed[1] if bracketed else text.strip("（()）[]【】")):
        yield from _credits(part.replace("、", " ").split())


def _credits(words: list[str]) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    role = kind = ""
    while len(words) > 2 and (media.is_medium(words[0]) or _LABELLED.match(words[0])):
        words = words[1:]
    for word in words:
        if word in _other_roles():
            role, kind = word, "others"
        elif said := _kind_of_role(word):
            role, kind = word, said
        elif kind and _CALLED.fullmatch(word) and (len(role) > 2 or kind == "others" or _may_be_name(word)):
            found.append((kind, word))
        else:
            return
    yield from (one for one in found if one[0] != "others")


def _may_be_name(word: str) -> bool:
    return media.has_surname(word) and not media.is_word(word)


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
