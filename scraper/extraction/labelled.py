"""Facts that a line names with a label: ``来源：…``, ``责任编辑：…``, ``作者：…``."""

import re
from collections.abc import Iterator
from functools import cache

from scraper.extraction import tables

TIMES = ("published", "dated", "updated")
_SURROUNDINGS = " \t　:：,，;；|/、·-—–_()（）[]【】<>《》〈〉“”\"'。.*#&"
_AROUND_VALUE = _SURROUNDINGS.translate(str.maketrans("", "", "()（）《》[]【】"))
_BRACKETED = re.compile(r"[（(].*?(?:[）)]|$)")
_SPREAD = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_NAME_BREAK = re.compile(r"[、,，;；/|&]+|(?<![A-Za-z])\s+|\s+(?![A-Za-z])|(?<=[\u4e00-\u9fff])和(?=[\u4e00-\u9fff])")
_NAME = re.compile(r"[\u3400-\u9fff·•○〇*]{2,8}|[A-Za-z][\w .·-]{1,24}|[A-Z]{1,3}\d{2,6}")
_MEDIUM = re.compile(r"《?[\w—·&+.-]{2,16}》?")
_VALUE_END = re.compile(r"(?:19|20)\d\d\s?[-/年.]|\s{2,}|[|｜]|(?<=[^\s（(])[)）\]】](?!\S)")
_TIME_FOLLOWS = r"(?<=[布佈表稿][时時日][间間期])\s{0,3}(?=(?:19|20)\d\d\s?[-/.年])"
"""After 发布时间 a time needs no colon."""
_SPACED = re.compile(r"(?<![\u4e00-\u9fff])([来來稿编編作责責校审審记記])\s{1,2}([源辑輯者编編对對核])(?=\s?[:：])")
"""A label of two characters that is spread to the width of longer ones."""
_BAR = r"\s?[|｜]\s?(?=[\u4e00-\u9fff·]{2,16}(?:$|[\s、,，|｜）)】\]]))"
_BEGINS = re.compile(r"\s?[:：(（\d]")
_CODE = re.compile(r"[A-Z]{1,3}\d{2,6}")
_DATELINE = re.compile(r"[（(〔【][^（()）]{0,12}?(?:记者|記者)[:：\s]?([^（()）〕】，。/／]{2,24})[)）〕】/／]")
_SIGNED = re.compile(r"[（(][^（()）]{0,12}?(?:记者|記者)[:：\s]?([^（()），。]{2,24})[)）]\W*$")
_NO_MEDIUM = re.compile(r"更新|时间|時間|日期|[.](?:com|cn|net|org)$", re.IGNORECASE)
_SAYS_WHEN = re.compile(
    "(?:本文|文章|作者|最后|最後|首次)?(?:发[布表佈]|發[布佈表]|刊[发發登]|上[传傳线線]|[创創]建|[编編][辑輯]|回[复復]|提交)?[于於自在]?"
)
_LONGEST_LINE = 220
_LONGEST_VALUE = 40


@cache
def _pattern() -> re.Pattern[str]:
    """One pattern for all labels: the group that matched tells the kind."""
    labels = tables.table("labels")
    kinds = [f"(?P<{kind}>{tables.alternatives(labels[kind])})" for kind in ("source", "editors", "authors", *TIMES)]
    people = rf"(?<=[编輯辑对文写者稿审源])(?:\s?[/／︱丨]\s?|{_BAR})(?=[\u4e00-\u9fff])"
    others = tables.alternatives(labels["others"])
    return re.compile(rf"(?:{'|'.join(kinds)})(?:\s?[:：︰∶]\s?|{people}|{_TIME_FOLLOWS})|(?P<other>{others})")


@cache
def _ending() -> re.Pattern[str]:
    """What every label that has a value ends in: far faster to look for than the labels, and most lines have none."""
    labels = tables.table("labels")
    last = {label[-1] for kind in ("source", "editors", "authors", *TIMES) for label in labels[kind]}
    return re.compile(rf"[{re.escape(''.join(sorted(last)))}](?:\s?[:：︰∶/／︱丨|｜]|{_TIME_FOLLOWS})")


@cache
def _bare() -> re.Pattern[str]:
    """A part of a line that is a label and a medium with nothing between: ``来源某某网``."""
    endings = tables.alternatives(tables.table("labels")["media_endings"])
    return re.compile(rf"(?:来源|稿源|來源)(?!丨)([\w·-]{{1,10}}(?:{endings})|[A-Z][A-Za-z]{{2,12}})")


def find(text: str) -> Iterator[tuple[str, str]]:
    """The (kind, value) pairs of one line, where a label and a colon stand before the value.

    >>> list(find("2018-10-05 16:09 来源：某某日报 责任编辑：张三 字号：大 中 小"))
    [('source', '某某日报'), ('editors', '张三')]
    >>> list(find("来源于生活的故事")), list(find("来源：城北发布 评论(3)"))
    ([], [('source', '城北发布')])
    >>> list(find("来源：城北日报评论：3")), list(find("来源：城北周刊(北京)"))
    ([('source', '城北日报')], [('source', '城北周刊')])
    >>> list(find("城北社区 发布时间 2019/09/07 by 某某")), list(find("发布时间待定"))
    ([('published', '2019/09/07 by 某某')], [])
    >>> list(find("来 源：城北日报 编 辑：张三")), list(find("来源丨城北日报 编辑 | 张三"))
    ([('source', '城北日报'), ('editors', '张三')], [('source', '城北日报'), ('editors', '张三')])
    >>> list(find("来源 | 作者 | 时间")), list(find("2018-10-05 16:09 来源: 城北日报举报"))
    ([], [('source', '城北日报')])
    """
    if len(text) > _LONGEST_LINE:
        return
    text = _SPACED.sub(r"\1\2", text)
    for part in re.split(r"[|｜\s]+", text) if "源" in text else ():
        if bare := _bare().fullmatch(part):
            yield "source", bare[1]
    if not _ending().search(text):
        return
    marks = _marks(text)
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        kind = mark.lastgroup or "other"
        said = text[mark.end() : following.start() if following else len(text)]
        value = said if kind in TIMES else _value(kind, said)
        if value and kind != "other" and not _pattern().fullmatch(f"{value}:"):
            yield kind, value


def names_origin(text: str) -> bool:
    """Whether a line names its source or its time with a label."""
    return any(kind in ("source", "published") for kind, _ in find(text))


def can_speak(text: str) -> bool:
    """Whether ``find`` may find something in a line; False is sure, and for most lines soon known."""
    return "源" in text or _ending().search(text) is not None


def _marks(text: str) -> list[re.Match[str]]:
    """The labels of a line, and the words that end a value.

    What is only the end of a longer word is neither (城北发布 is a medium), unless a label ends the value of another,
    or a colon or a number shows that the word begins something.
    """
    marks: list[re.Match[str]] = []
    for mark in _pattern().finditer(text):
        in_word = "\u4e00" <= text[mark.start() - 1 : mark.start()] <= "\u9fff"
        if mark.lastgroup == "other":
            if in_word and not _BEGINS.match(text, mark.end()):
                continue
        elif in_word and not any(one.lastgroup != "other" for one in marks):
            continue
        marks.append(mark)
    return marks


def beside(before: str, after: str, clock: bool) -> str | None:
    """The medium that a line names without a label: right after its time, right before it, or alone with it.

    >>> beside("", " 某某晚报 我要评论(0)", True), beside("本站 某某周刊", "", True), beside("原创 城北观察 ", "", True)
    ('某某晚报', '某某周刊', '城北观察')
    >>> beside("张三", "", True), beside("", "更新", True), beside("首页 正文", "", True), beside("发布于 ", "", True)
    (None, None, None, None)
    """
    tokens = [token for part in after.split() if (token := part.strip(_SURROUNDINGS))]
    if clock and tokens and after.lstrip()[:1] not in "·|/(（[【":
        name = _without_tools(re.split(r"[\[【（(]", tokens[0])[0])
        if is_medium(name) or (_can_be_medium(name) and (len(tokens) == 1 or _ends_name(tokens[1]))):
            return name
    earlier = [token for token in before.replace("原创", " ").split() if token.strip(_SURROUNDINGS)]
    if not earlier or before.rstrip()[-1:] in tuple("(（[【:："):
        return None
    name = earlier[-1].strip(_SURROUNDINGS)
    alone = clock and len(earlier) == 1 and before[-1:].isspace() and not after.strip(_SURROUNDINGS)
    if is_medium(name) or (alone and _can_be_medium(name)):
        return name
    return None


def is_medium(name: str) -> bool:
    """Whether a name without a label is that of a medium, by its ending.

    >>> is_medium("某某日报"), is_medium("新闻"), is_medium("记者走进报社")
    (True, False, True)
    """
    endings = _media_endings()
    return name.endswith(endings) and name not in endings and _can_be_medium(name)


def after_slash(text: str) -> str | None:
    """The medium in a line that is a reporter and a medium: ``张三/某某日报``, or a medium alone.

    >>> after_slash("张三/某某日报"), after_slash("某某社"), after_slash("张三/李四")
    ('某某日报', '某某社', None)
    """
    name = text.rpartition("/")[2].strip(_SURROUNDINGS)
    return name if len(name) >= 3 and len(text) <= 24 and is_medium(name) else None


def _ends_name(token: str) -> bool:
    return token[0].isdigit() or _pattern().search(token) is not None


def _can_be_medium(name: str) -> bool:
    if not _MEDIUM.fullmatch(name) or _marks(name) or name.isdigit():
        return False
    if _NO_MEDIUM.search(name) or _SAYS_WHEN.fullmatch(name):
        return False
    return not (len(name) <= 3 and name[0] in tables.table("labels")["surnames"])


def is_name(value: str) -> bool:
    """Whether a value can be the name of a medium: not a placeholder, a number, an address or a piece of a tag.

    >>> is_name("某某日报"), is_name("default"), is_name("http://a.cn"), is_name("--")
    (True, False, False, False)
    """
    if value.lower() in ("default", "null", "none", "undefined", "unknown", "pc", "web", "admin"):
        return False
    return any(map(str.isalpha, value)) and not any(mark in value for mark in ("://", "=", '"', "{", "<", "www."))


def is_label(text: str) -> bool:
    """Whether a block is a label alone, whose value is the next block (the next cell of a table).

    >>> is_label("发布日期："), is_label("发布日期：2020-01-02")
    (True, False)
    """
    return len(text) <= 10 and text[-1:] in ":：" and _pattern().match(_SPACED.sub(r"\1\2", text)) is not None


def names(value: str) -> Iterator[str]:
    """The people in a value; a code of letters and digits only where it is all that there is.

    >>> list(names("张三、李四 王 五_NT1")), list(names("本报记者 张三（实习）")), list(names("HN666"))
    (['张三', '李四', '王五'], ['张三'], ['HN666'])
    """
    value = _roles().sub("、", _BRACKETED.sub(" ", value))
    value = _SPREAD.sub(r"\1\2", value)
    parts = [part.split("_")[0].strip(_SURROUNDINGS) for part in _NAME_BREAK.split(value)]
    people = [part for part in parts if _NAME.fullmatch(part)]
    yield from [one for one in people if not _CODE.fullmatch(one)] or people


def reporters(text: str, last: bool) -> Iterator[str]:
    """The reporters that an article's first paragraph names in its dateline, or its last in brackets.

    >>> list(reporters("新华社某地9月7日电（记者张三、李四）昨天上午，新桥通车。", last=False))
    ['张三', '李四']
    >>> list(reporters("新桥通车。（记者 张三）", last=True))
    ['张三']
    >>> list(reporters("（记者走进现场看到）新桥通车。", last=False))
    []
    """
    if "记者" not in text and "記者" not in text:
        return
    match = _SIGNED.search(text[-60:]) if last else _DATELINE.search(text[:80])
    if match:
        found = list(names(match[1]))
        if all(len(name) <= 4 for name in found):
            yield from found


def _without_tools(name: str) -> str:
    """A name without the words of tools that are glued to it."""
    return _tools().sub("", name)


@cache
def _tools() -> re.Pattern[str]:
    return re.compile(rf"(?<=\w\w)(?:{tables.alternatives(tables.table('labels')['tools'])})+$")


@cache
def _media_endings() -> tuple[str, ...]:
    return tuple(tables.table("labels")["media_endings"])


@cache
def _roles() -> re.Pattern[str]:
    return re.compile(tables.alternatives(tables.table("labels")["roles"]))


def _value(kind: str, value: str) -> str | None:
    """A value without what follows it in the line: a date, a gap, a bar, the end of a bracket opened before it."""
    value = _VALUE_END.split(value.strip(), maxsplit=1)[0]
    if kind == "source":
        value = _without_tools(next((part for part in value.split() if any(map(str.isalnum, part))), ""))
    value = value.strip(_AROUND_VALUE)
    for opening, closing in ("()", "（）", "《》", "[]", "【】"):
        if value[:1] == opening and value[-1:] == closing:
            value = value[1:-1]
        if (opening in value) is not (closing in value):
            value = value.partition(opening)[0].rstrip(closing)
    shortest = 2 if kind == "source" else 1
    return value if shortest <= len(value) <= _LONGEST_VALUE and "。" not in value else None
