"""Facts that a line names with a label: ``来源：…``, ``责任编辑：…``, ``作者：…``."""

import re
from collections.abc import Iterator
from functools import cache

from scraper.extraction import dates, labels, media, tables

_AROUND_VALUE = media.SURROUNDINGS.translate(str.maketrans("", "", "()（）《》[]【】“”"))
_VALUE_END = re.compile(
    rf"{dates.YEAR}|\s{{2,}}|[|｜]|(?<=[^\s（(])[)）\]】](?=[(（\[【\s]|$)|\s(?=[图圖摄攝视視]\w{{0,2}}\s?[/／])"
)
_ACCOUNT = re.compile(r"(?:微信)?公众号|微信号")
"""What stands before the name of an account, and is no name itself."""
_REPRINTED = re.compile(
    r"本文(?:首发于|来自|来源于|转载自|转自|经授权转载自|授权转载自)(?:微信)?(?:公众号)?\s?[:：]?\s?[“「《]([^”」》]{2,16})[”」》]"
    r"|本文(?:来自(?:微信)?公众号[:：]\s?|来源于)([\w·]{2,16})(?=\W|$)"
)
"""The sentence with which a site says where it has an article from."""
_TAKEN_FROM = re.compile(
    r"[（(【\[]?(?:(?:摘|摘编|转|转载|轉載|原载|原載|刊|刊载)自|(?:原载|原載)[于於]?|(?:刊载|刊登)[于於]).{0,14}《([^》]{2,16})》[^的]{0,22}"
)
_ORIGINS = frozenset("自载載登")
"""One of them is in whatever ``_TAKEN_FROM`` matches."""
_SUPPLIED = re.compile(
    r"(?:^|[\s\[［【（(])(?![本由各请請欢歡])([\u4e00-\u9fff]{2,12}[部处科局室系委会院所馆心团司])\s?供稿(?=\W|$)"
)
"""A department that has supplied an article: ``[ 某某部 供稿 ]``."""
_OF_PAPER = re.compile(r"[【〔\[（(](\w{2,8})\s?[╱／/∕]\s?(?:记者|記者)")
"""The byline of a paper: ``【城北日報╱記者張三╱台北報導】``."""
_PRINTED = re.compile(
    r"^\W*(\w{2,10}[报刊報])\s*[（(]\s*(?:19|20)\d\d\s?年.{4,24}版\s?[）)]$"
    r"|^\W*(\w{2,10}[报刊報])\s+(?:19|20)\d\d[-/年]\d{1,2}[-/月]\d{1,2}日?\s*第?\s?\w{1,3}\s?版"
    r"|《([^》]{2,14})》\s?[（(]\s?(?:19|20)\d\d\s?年[^）)]{4,24}版"
    r"|[（(]\s?(\w{2,12}[报刊報])\s+(?:19|20)\d\d\s?年\s?第\s?\d{1,3}\s?期"
    r"|【(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}[/／\s](\w{2,8}[报報])\b"
)
"""Where an article was printed: ``《城北日报》（2019年09月07日 第 3 版）``, ``城北日报 （2019年09月07日 星期六 3版）``,
``（城北周刊 2019年 第27期 C12）``,
``【2019-09-07/城北日報/A3版】``."""
_SIGNED = re.compile(
    r"《([^》]{2,12}[报報刊])》|[（(]([\u4e00-\u9fff]{2,8}[报報])[）)]|《([^》]{2,12})》\s?[（(]\s?第?\s?\w{1,4}\s?版\s?[）)]"
)
"""A line that is nothing but the name of a paper, perhaps with the page, as those at the end of an article."""
_SAID = re.compile("[您吗嗎呢吧？！?!]|你好|谢谢|謝謝")
"""It is in no name: where 记者： stands before it, a reporter speaks."""
_REPRINTING = re.compile(r"(?<!凡)(?:转载|轉載)(?:时)?[请請务務須须].{0,6}注明.*")
"""What follows the facts of a line: how the article may be reprinted."""
LONGEST_LINE = 220
"""What is longer says nothing with labels."""
_LONGEST_VALUE = 40


@cache
def _bare() -> re.Pattern[str]:
    """A part of a line that is a label and a medium with nothing between: ``来源某某网``, ``本文来源于某某报``."""
    endings = tables.alternatives(tables.table("labels")["media_endings"])
    return re.compile(
        rf"(?:本文|文章)?(?:来源|稿源|來源)[于於]?(?!丨)([\w·-]{{1,10}}(?:{endings})|[A-Z][A-Za-z]{{2,12}})"
    )


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
    >>> list(find("文章来源 城北日报 | 收藏")), list(find("关键词：大桥,通车责任编辑：张三"))
    ([('source', '城北日报')], [('editors', '张三')])
    >>> list(find("来源：微信公众号 城北观察")), list(find("来源：微信公众号“城北观察”"))
    ([('source', '微信公众号 城北观察')], [('source', '微信公众号“城北观察”')])
    >>> list(find("（摘自2019年9月7日《城北日报》）")), list(find("成果刊载于《城北科学》。"))
    ([('source', '城北日报')], [])
    >>> list(find("[2019-09-07] [ 某某部 供稿 ] [ 浏览 512 次 ]")), list(find("（张三 供稿）"))
    ([('publisher', '某某部')], [])
    >>> list(find("记者：张三先生，您好。")), list(find("（宣传部供稿）")), list(find("欢迎各部供稿"))
    ([], [('publisher', '宣传部')], [])
    >>> list(find("新桥通车。（原载《城北日报》）")), list(find("新桥通车（见《城北日报》）"))
    ([('source', '城北日报')], [])
    >>> list(find("（原载于《城北日报》 2019-09-07 04版）")), list(find("刊登于《城北科学》的一项新研究"))
    ([('source', '城北日报')], [])
    >>> list(find("【城北日報╱記者張三╱台北報導】")), list(find("〔記者張三／台北報導〕"))
    ([('source', '城北日報')], [])
    >>> list(find("责任编辑：张三 来源：城北晚报 转载请注明作者、出处")), list(find("凡本网注明来源：城北晚报的作品"))
    ([('editors', '张三'), ('source', '城北晚报')], [])
    >>> list(find("编者按：本文来自微信公众号“城北观察”（ID：cbgc），作者：张三，经授权发布。"))
    [('source', '城北观察'), ('authors', '张三')]
    """
    if len(text) > LONGEST_LINE:
        return
    text = labels.joined(text)
    if "注明" in text:
        text = _REPRINTING.sub("", text)
    if "注明" in text:  # a site says under which name its own articles may be reprinted
        return
    if "本文" in text and (reprinted := _REPRINTED.search(text)):
        yield "source", reprinted[1] or reprinted[2]
    if "《" in text and (taken := _TAKEN_FROM.fullmatch(text) or _TAKEN_FROM.fullmatch(_in_brackets_at_end(text))):
        yield "source", taken[1]
    if "供稿" in text and (supplied := _SUPPLIED.search(text)):
        yield "publisher", supplied[1]
    if (paper := _OF_PAPER.match(text)) and media.is_medium(paper[1]):
        yield "source", paper[1]
    if "源" in text:
        yield from _without_colon(re.split(r"[|｜\s]+", text))
    if not labels.can_be_in(text):
        return
    marks = labels.marks(text)
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        kind = mark.lastgroup or "other"
        said = text[mark.end() : following.start() if following else len(text)]
        value = said if kind in labels.TIMES else _value(kind, said)
        if value and kind != "other" and not labels.pattern().fullmatch(f"{value}:"):
            yield kind, value


def _in_brackets_at_end(text: str) -> str:
    """The brackets in which a text ends, with what they hold; empty for none."""
    opened = max(text.rfind("（"), text.rfind("(")) if text.endswith(("）", ")")) else -1
    return text[opened:] if opened >= 0 else ""


def _without_colon(parts: list[str]) -> Iterator[tuple[str, str]]:
    """The medium that stands right after a label without a colon."""
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if bare := _bare().fullmatch(part):
            yield "source", bare[1]
        elif labels.kinds().get(part) == "source" and media.is_medium(following):
            yield "source", following


def printed(text: str) -> str | None:
    """The paper in which an article was printed, with the day and the page, or alone in a line.

    >>> printed("本报记者 张三 《城北日报》（ 2019年09月07日 第 3 版）"), printed("（城北周刊 2019年 第27期 C12）")
    ('城北日报', '城北周刊')
    >>> printed("【2019-09-07/城北日報/A3版/焦點】"), printed("《城北日报》"), printed("（城北日報）")
    ('城北日報', '城北日报', '城北日報')
    >>> printed("城北日报 （2019年09月07日 星期六 14版）"), printed("《城北文艺》（第6版）")
    ('城北日报', '城北文艺')
    >>> printed("城北学报 2019-09-07 第3版")
    '城北学报'
    >>> printed("《城北日报》（2019年第3期）")
    """
    match = _SIGNED.fullmatch(text) or _PRINTED.search(text)
    return next(filter(None, match.groups()), None) if match else None


def is_signed(text: str) -> bool:
    """Whether a line is nothing but the name of a paper, which ``printed`` gives."""
    return text[-1:] in ("》", "）", ")") and _SIGNED.fullmatch(text) is not None


def names_origin(text: str) -> bool:
    """Whether a line names its source or its time with a label."""
    return can_speak(text) and any(kind in ("source", "published") for kind, _ in find(text))


def can_speak(text: str) -> bool:
    """Whether ``find`` may find something in a line; False is sure, and for most lines soon known."""
    reprinted = "本文" in text or ("》" in text and not _ORIGINS.isdisjoint(text))
    return "源" in text or "供稿" in text or reprinted or labels.can_be_in(text) or _OF_PAPER.match(text) is not None


def _value(kind: str, value: str) -> str | None:
    """A value without what follows it in the line: a date, a gap, a bar, the end of a bracket opened before it."""
    value = _VALUE_END.split(value.strip(), maxsplit=1)[0]
    if kind == "source":
        value = _first_name(value.split())
    value = value.strip(_AROUND_VALUE)
    for opening, closing in ("()", "（）", "《》", "[]", "【】", "“”"):
        if value[:1] == opening and value[-1:] == closing:
            value = value[1:-1]
        if (opening in value) is not (closing in value):
            value = value.partition(opening)[0].partition(closing)[0]
    if "。" in value:
        value = _before_sentence(value)
    if kind != "source" and _SAID.search(value):
        return None
    shortest = 2 if kind == "source" else 1
    return value if shortest <= len(value) <= _LONGEST_VALUE else None


def _before_sentence(value: str) -> str:
    """The words before the one in which a sentence ends.

    >>> _before_sentence("张三 城北新闻，未经授权不得转载。"), _before_sentence("他说了什么。")
    ('张三', '')
    """
    return value[: value.index("。")].rpartition(" ")[0].rstrip()


def _first_name(words: list[str]) -> str:
    """The first word that is a name, with that of the account that it announces."""
    words = [word for word in words if any(map(str.isalnum, word))]
    if len(words) > 1 and _ACCOUNT.fullmatch(words[0]):
        return f"{words[0]} {media.without_tools(words[1])}"
    return media.without_tools(words[0]) if words else ""
