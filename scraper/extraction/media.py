"""The names of media, which stand beside the time of an article without a label as often as with one."""

import re
from functools import cache

from scraper import language_model
from scraper.extraction import dates, labels, tables

SURROUNDINGS = " \t　:：,，;；|｜丨/／╱、·●•-—–_()（）[]【】［］<>《》〈〉“”\"'。.*#&"
"""What stands around a name and is no part of it."""

_NO_PERSON = re.compile(
    r"[高金文方安时華华江常万農农林石牛丰温平全房明車车包马成宁公項项單单經经連连解應应黨党简簡游查花融支史左路].|.{1,2}[市縣县區区省镇鎮号數数率量版局部院所者员員节節]|马拉松|黄金周"
)
"""Words and places that begin as names do: with some surnames such words are as frequent."""
_WORD = 42
"""So many tenths of a nat the second character of a frequent word costs at the most, and that of few names."""
_LONGEST_ALONE = 24
_SLASH = re.compile("[／╱∕]")
_ADDRESSED = re.compile(r"(\S+)\s+(?:https?://|www\.)\S+\s*[（(]?\s*$")
"""A medium with the address of its site behind it."""
_PAPER_BEFORE = re.compile(r"》\s?[(（]$")
_REPORTING = ("记者", "記者", "编译", "編譯")
_MEDIUM = re.compile(r"《?[\w—·&+.-]{2,16}》?")
_NO_MEDIUM = re.compile(
    rf"^[A-Z]{{2,4}}$|更新|时间|時間|日期|人[气氣]|字[数數]|楼主|樓主|^本[版站]|^{dates.WEEKDAY}$|(?:记者|記者|编辑|編輯)$|创作者|官方[账帐帳賬][号號]|\d日[电電讯訊]$|[发發][布佈表][于於]|\d[万千]?\+?[人次条條个個]|[.](?:com|cn|net|org|COM|CN|NET|ORG)$"
)
_SAYS_WHEN = re.compile(
    "报道|报导|報導|(?:本文|文章|作者|最后|最後|首次)?(?:发[布表佈]|發[布佈表]|刊[发發登]|上[传傳线線]|[创創]建|[编編][辑輯]|回[复復]|提交)?[于於自在]?"
)
_COUNT = re.compile(
    r"\d[\d.,]*(?:[wWkK]\b|[万千]?\+?\s?(?:[人次条條个個/]|评论|評論|阅读|閱讀|浏览|瀏覽|点击|跟[贴帖]|回[复帖]|回應))"
    r"|[\[【（(]|(?<=[\u4e00-\u9fff])[AT](?:[-+]|$)"
)
_FROM = re.compile(
    "[·•]?(?:来自|[发發][布佈][于於自]|IP属地|编辑于|[+＋]?\\s?关注|粉丝)|.{0,12}(?:创作者|官方[账帐][号戶户])$|.*(?:看过|围观|播放)$"
)
_HOW_IT_CAME = ("原创", "转载", "轉載")
"""How an article came to a site: beside a time no source, but in 本站原创 a part of one."""
_ACCOUNT_FOLLOWS = re.compile(r"·\S")
_NO_SOURCE_FOLLOWS = tuple("·|/（(【[")


def beside(before: str, after: str, clock: bool) -> str | None:
    """The medium that a line names without a label: right after its time, right before it, or alone with it.

    >>> beside("", " 某某晚报 我要评论(0)", True), beside("本站 某某周刊", "", True), beside("原创 城北观察 ", "", True)
    ('某某晚报', '某某周刊', '城北观察')
    >>> beside("张三", "", True), beside("", "更新", True), beside("首页 正文", "", True), beside("发布于 ", "", True)
    (None, None, None, None)
    >>> beside("", "某某网66评论字号：大小", True), beside("", "某某网责任编辑：张三", True)
    ('某某网', '某某网')
    >>> beside("", " / 某某晚报 / 张三", True), beside("某某网 张三 ", "", True)
    ('某某晚报', '某某网')
    >>> beside("", "某某周刊/张三", True), beside("", " 张三 某某晚报", True), beside("", " 张三 新闻", True)
    ('某某周刊', '某某晚报', None)
    >>> beside("", "城北亮 来自某某市", True)
    '城北亮'
    >>> beside("某某网 ", " 共152人参与", True), beside("", " 互联网", False)
    ('某某网', None)
    >>> beside("作者：张三 某某网 ", "", True), beside("来源：某某网 张三 ", "", True)
    ('某某网', None)
    >>> beside("《某某早报》 (", ")", False), beside("某某新浪网 (", ")", True)
    ('某某早报', None)
    >>> beside("某某网 http://a.cn (", ")", True)
    '某某网'
    """
    tokens = [token for part in after.split() if (token := part.strip(SURROUNDINGS)) and not _is_tool(token)]
    if tokens and (name := _without_following(tokens[0])):
        apart = not clock or (after.lstrip().startswith(_NO_SOURCE_FOLLOWS) and not _ACCOUNT_FOLLOWS.match(after))
        if is_surely_medium(name) if apart else is_medium(name):
            return name
        if (whole := _joined(tokens[0])) and not apart:
            return whole
        if len(tokens) > 1 and not apart and not can_be_medium(name) and is_surely_medium(tokens[1]):  # a reporter
            return tokens[1]
        sure = len(tokens) == 1 or _ends_name(tokens[1])
        if not apart and sure and not name[-1].isdigit() and can_be_medium(name) and not _is_no_name(name):
            return name
    said = labels.marks(before)
    if said and labels.can_be_in(before):
        last = before.split()[-1].strip(SURROUNDINGS)
        if is_surely_medium(last):  # behind the value of a label
            return last
        before = before[: said[0].start()]
    if (addressed := _ADDRESSED.search(before)) and can_be_medium(addressed[1]):
        return addressed[1]
    earlier = [token for token in before.replace("原创", " ").split() if token.strip(SURROUNDINGS)]
    if not earlier or (before.rstrip()[-1:] in tuple("(（[【:：") and not _PAPER_BEFORE.search(before)):
        return None
    name = earlier[-1].strip(SURROUNDINGS)
    if not can_be_medium(name):  # a reporter stands between
        name = next((word for one in earlier if is_surely_medium(word := one.strip(SURROUNDINGS))), name)
    alone = clock and len(earlier) == 1 and before[-1:].isspace() and not tokens
    if is_medium(name) or (alone and can_be_medium(name) and not _is_no_name(name)):
        return name
    return None


def _is_no_name(word: str) -> bool:
    """Whether a word alone is one of a menu or a place's."""
    return word in tables.menu() or word in tables.places() or word in tables.table("labels")["regions"]


def is_medium(name: str) -> bool:
    """Whether a name without a label is that of a medium, by its ending.

    >>> is_medium("某某日报"), is_medium("鲁网"), is_medium("新闻"), is_medium("记者走进报社")
    (True, True, False, True)
    """
    endings = _endings("media_endings")
    return name.endswith(endings) and name not in endings and can_be_medium(name)


def can_be_medium(name: str) -> bool:
    """Whether a name without a label may be that of a medium: it is no person's, no label, and does not say when."""
    if not _MEDIUM.fullmatch(name) or name.isdigit() or name in labels.kinds() or labels.marks(name):
        return False
    table = tables.table("labels")
    if name in table["generic_sources"] or name in table["no_media"] or not is_name(name):
        return False
    if _NO_MEDIUM.search(name) or _SAYS_WHEN.fullmatch(name):
        return False
    return not is_person(name) or name.endswith(_endings("sure_endings"))


def is_person(name: str) -> bool:
    """Whether a word alone is a person's name, by its length and its surname.

    >>> is_person("张三"), is_person("张三丰"), is_person("欧阳小明"), is_person("城北日报"), is_person("新闻")
    (True, True, True, False, False)
    """
    return _person().fullmatch(name) is not None


def is_surely_person(name: str) -> bool:
    """The same where nothing else tells that it is: no place, no section and no word that begins with a surname.

    >>> is_surely_person("张三"), is_surely_person("高层"), is_surely_person("张家口"), is_surely_person("索取号")
    (True, False, False, False)
    >>> is_surely_person("鲁网"), is_surely_person("周刊"), is_surely_person("红包")
    (False, False, False)
    >>> is_surely_person("关于"), is_surely_person("管理"), is_surely_person("關於"), is_surely_person("管彤")
    (False, False, False, True)
    """
    if not is_person(name) or is_word(name) or _NO_PERSON.fullmatch(name) or name.endswith(_endings("sure_endings")):
        return False
    table = tables.table("labels")
    known = (tables.menu(), tables.places(), table["regions"], table["no_persons"])
    return not any(name in words for words in known)


def is_word(name: str) -> bool:
    """Whether two characters are a word that any text may have, though the first is a surname as well.

    >>> is_word("关于"), is_word("章程"), is_word("张三")
    (True, True, False)
    """
    return len(name) == 2 and int(language_model.load().bigram_costs(name)[1]) <= _WORD


def has_surname(name: str) -> bool:
    """Whether a word begins with a surname."""
    return name[0] in tables.table("labels")["surnames"]


def is_surely_medium(name: str) -> bool:
    """Whether a name can be no section's either, as those of media that end in 音乐 or 财经 can."""
    return len(name) >= 3 and name.endswith(_endings("sure_endings")) and is_medium(name)


def alone(text: str) -> tuple[str, str | None] | None:
    """The medium that is a line, and the reporter beside it: ``某某社``, ``张三/某某日报``, ``某某日报 张三``.

    >>> alone("张三/某某日报"), alone("某某日报 张三"), alone("某某社")
    (('某某日报', '张三'), ('某某日报', '张三'), ('某某社', None))
    >>> alone("某某日報 編譯張三／綜合外電"), alone("某某日报 报道了此事")
    (('某某日報', None), None)
    >>> alone("张三/李四"), alone("新闻 某某社"), alone("某某日报 通车")
    (None, None, None)
    """
    if len(text) > _LONGEST_ALONE:
        return None
    before, _, last = (part.strip(SURROUNDINGS) for part in text.rpartition("/"))
    if len(last) >= 3 and is_medium(last):
        return last, before if is_person(before) else None
    first, _, rest = text.partition(" ")
    if is_surely_medium(first) and rest.startswith(_REPORTING):
        return first, None
    return (first, rest) if len(first) >= 3 and is_medium(first) and is_person(rest) else None


def is_name(value: str) -> bool:
    """Whether a value can be the name of a medium: not a placeholder, a number, an address or a piece of a tag.

    >>> is_name("某某日报"), is_name("Default"), is_name("未知"), is_name("http://a.cn"), is_name("--")
    (True, False, False, False, False)
    """
    table = tables.table("labels")
    if value in table["nobody"] or value.lower() in table["placeholders"]:
        return False
    return sum(map(str.isalpha, value)) > 1 and not any(mark in value for mark in ("://", "=", '"', "{", "<", "www."))


def without_tools(name: str) -> str:
    """A name without the words of tools that are glued to it.

    >>> without_tools("城北日报我要评论"), without_tools("张三下一页")
    ('城北日报', '张三')
    """
    return _tools().sub("", name)


def _without_following(token: str) -> str:
    """A word without what is glued to its end: a count, a bracket, a label, the words of tools."""
    name = _COUNT.split(token, maxsplit=1)[0].removeprefix("原创")
    if said := labels.marks(name):
        name = name[: said[0].start()]
    return without_tools(name.strip(SURROUNDINGS))


def _is_tool(token: str) -> bool:
    """Whether a word behind the time is a tool, a count, a region, or says where or by whom it was published."""
    table = tables.table("labels")
    known = token in table["tools"] or token in _HOW_IT_CAME or token.rstrip("省市") in table["regions"]
    return known or _COUNT.match(token) is not None or _FROM.match(token) is not None


def _joined(token: str) -> str | None:
    """Two media with a slash between, as a paper and its site are, or the medium before a reporter."""
    first, _, second = _SLASH.sub("/", _without_following(token)).partition("/")
    if not second or not is_medium(first):
        return None
    if is_medium(second):
        return f"{first}/{second}"
    return None if can_be_medium(second) else first


def _ends_name(token: str) -> bool:
    return token[0].isdigit() or labels.pattern().search(token) is not None


@cache
def _person() -> re.Pattern[str]:
    table = tables.table("labels")
    han = "[\u4e00-\u9fff]"
    return re.compile(
        rf"(?=[{table['surnames']}]){han}{{2,3}}|(?:{tables.alternatives(table['long_surnames'])}){han}{{1,2}}"
    )


@cache
def _tools() -> re.Pattern[str]:
    return re.compile(rf"(?<=\w\w)(?:{tables.alternatives(tables.table('labels')['tools'])})+$")


@cache
def _endings(name: str) -> tuple[str, ...]:
    return tuple(tables.table("labels")[name])
