"""The author whom a line names without a label or a role: beside its time, as the one who posted it, or alone."""

import re
from itertools import dropwhile, takewhile

from scraper.extraction import dates, labels, media, tables

_WORD_BREAK = re.compile(r"[\s|｜/／·•,，、;；(（)）\[\]【】]+")
_MOST_NAMES = 4
_LONGEST_BRACKETS = 24
_IN_BRACKETS = re.compile(
    r"(?:^|[。！？”]\s*)[（(\[]([\u4e00-\u9fff]{2,3}(?:[\s、][\u4e00-\u9fff]{2,3}){0,3}?)(?:\s?(?:供稿|撰稿|采写))?[)）\]]$"
)
_NAME = r"([A-Za-z\u4e00-\u9fff][\w·—+&-]{1,15}?)"
_POSTED = re.compile(
    rf"^(?:原创|记者|記者)?\s?{_NAME}(?:\s?(?:[发發][布佈表]|提交)[于於][:：]?|\s[发發][布佈表])\s?(?=\d{{1,4}}\s?[-/.年月])"
    rf"|^(?:由\s?)?{_NAME}\s?[于於]\s?{dates.YEAR}[-/.\d年月日\s]{{3,10}}\d[:：][\d:：]{{2,5}}\s?[发發][布佈表](?=\s|$)"
    rf"|^(?:本文)?由\s?{_NAME}\s?(?:[于於]\s?(?:19|20)[-/.:：\d年月日\s]{{6,18}})?(?:[发發][布佈表]|提交|投稿|原创|授权)(?!的)"
    rf"|[发發][布佈表]于\s?(?:19|20)\d\d.{{4,16}}\s由\s{_NAME}(?:\s|$)"
    rf"|posted @ (?:19|20)\d\d-\d\d-\d\d \d\d:\d\d\s+{_NAME}\s"
)
"""``三朵 发布于 2019-09-07``, ``三朵 于 2019-09-07 13:43 发布``, ``由 三朵 发布``: a person or an account."""
_MAY_POST = re.compile("[发發提由@]")
"""It is in whatever ``_POSTED`` matches, and in few other lines."""
_SENTENCE = re.compile("[，。；！？]")
_BY = re.compile(r"(?:By|Author|作者|文字?|撰文)\s?,?\s{1,2}([\u4e00-\u9fff·]{2,8})(?=\s|$)")
"""The author behind a word without a colon."""
_NOBODY = re.compile(r"(?:本|最[后後新近]|首次|正式|文章|[编編][辑輯]|作者|管理员|系统|用户).*|.*(?:时间|時間|日期)")
_OFFICE = re.compile(r"(?:[特本]\w)?(?:评论员|評論員|撰稿人?|撰文|作者)|[Bb]y")
"""A word before the name of who wrote an article."""
_OTHER_OFFICES = re.compile("[摄攝](?:影.*)?|供?[图圖]|翻?[译譯]|口述")
"""What who is named did for an article, and did not write it."""
_LONGEST_CREDIT, _NEAR = 30, 16
_WROTE = re.compile(r"记者|記者|作者|[采採][写寫访訪]|撰[文稿写寫]|供稿|[编編][译譯]|文\s?[/／]|报道|報導|[发發]自")
"""What stands near the name of an author in the text."""


def posted(text: str) -> str | None:
    """The person or the account that a line says has posted the article.

    >>> posted("三朵 发布于 2019-09-07 13:43 阅读(430)"), posted("三朵 于 2019-09-07 13:43:53 发布")
    ('三朵', '三朵')
    >>> posted("本文由 三朵 授权某某网发表"), posted("发布于 2019年9月7日 由 三朵 3条评论"), posted("Author, 楊珊")
    ('三朵', '三朵', '楊珊')
    >>> posted("最后发布于 2019-09-07"), posted("文章发表于 2019-09-07"), posted("2019-09-07 发布于河北")
    (None, None, None)
    >>> posted("新规于2019年9月7日正式发布施行"), posted("三朵发布于2019年9月7日，共十章。"), posted("文字 整理")
    (None, None, None)
    """
    by, may_post = _BY.match(text), _MAY_POST.search(text)
    if not (by or may_post) or (_SENTENCE.search(text) and not text.startswith("本文由")):
        return None
    if by and ("·" in by[1] or media.is_surely_person(by[1])):
        return by[1]
    match = _POSTED.search(text) if may_post else None
    name = next(filter(None, match.groups()), None) if match else None
    if name is None or _NOBODY.fullmatch(name) or not media.is_name(name):
        return None
    return None if media.is_medium(name) or name in tables.menu() or name in labels.kinds() else name


def beside(before: str, after: str) -> list[str]:
    """The persons who stand right beside the time of a line, or behind the medium that stands there.

    >>> beside("文化 某某日报 张三 ", ""), beside("", " 某某网 张三 李四光 分享"), beside("", " / 某某晚报 / 张三")
    (['张三'], ['张三', '李四光'], ['张三'])
    >>> beside("", "张三丰【收藏】"), beside("", " [ 张三 ] 来源: [ 某某社 ]"), beside("张三丰 某某客户端 ", "")
    (['张三丰'], ['张三'], ['张三丰'])
    >>> beside("", " 某某时报 [微博] 张三丰 我要评论(0)")
    ['张三丰']
    >>> beside("编辑 张三 ", ""), beside("", " 张三 编辑"), beside("", " 高清 江苏"), beside("", " 张三去了城南")
    ([], [], [], [])
    >>> beside("图/张三 ", ""), beside("", " 张三 摄影"), beside("", " 张三 报道")
    ([], [], ['张三'])
    """
    following, earlier = ([word for word in _WORD_BREAK.split(part) if word] for part in (after, before))
    return _first_names(following) or _first_names(earlier[::-1])[::-1]


def behind(text: str, medium: str) -> list[str]:
    """The persons who stand behind their medium in a line.

    >>> behind("2019-09-07 13:43 城北日报 张三 王小明 评论(3)", "城北日报")
    ['张三', '王小明']
    >>> behind("城北网 安徽 张三", "城北网"), behind("城北网 张三去了城南", "城北网")
    ([], [])
    """
    _, found, rest = text.partition(medium)
    words = rest.split() if found and rest[:1].isspace() and media.is_medium(medium) else []
    return list(takewhile(media.is_surely_person, words))


def alone(text: str) -> list[str]:
    """The persons who are all that a line names.

    >>> alone("张三丰"), alone("张三 李四光"), alone("[张三]"), alone("高层"), alone("首页 张三")
    (['张三丰'], ['张三', '李四光'], ['张三'], [], [])
    """
    words = [word for word in _WORD_BREAK.split(text.strip(media.SURROUNDINGS)) if word]
    return words if 0 < len(words) <= _MOST_NAMES and all(map(media.is_surely_person, words)) else []


def in_brackets(text: str) -> list[str]:
    """The persons in the brackets that end an article.

    >>> in_brackets("新桥通车。（张三 李四）"), in_brackets("新桥通车（张三）"), in_brackets("新桥通车。（完）")
    (['张三', '李四'], [], [])
    >>> in_brackets("通车。（张三 供稿）"), in_brackets("通车。（张三 供图）"), in_brackets("通车。（江苏）")
    (['张三'], [], [])
    """
    match = _IN_BRACKETS.search(text[-_LONGEST_BRACKETS:])
    return alone(match[1]) if match else []


def tells_of(text: str, name: str) -> bool:
    """Whether a paragraph tells of a person, as none does of its author but to say who wrote it.

    >>> text = "现场可以看到，桥面双向六车道，两侧设有人行步道。"
    >>> tells_of(f"{text}张三丰说，过河方便多了。", "张三丰"), tells_of(f"（记者 李四 张三丰）{text}", "张三丰")
    (True, False)
    """
    if name not in text or len(text) <= _LONGEST_CREDIT:
        return False
    around = (text[max(0, at.start() - _NEAR) : at.end() + _NEAR] for at in re.finditer(re.escape(name), text))
    return not all(map(_WROTE.search, around))


def _first_names(words: list[str]) -> list[str]:
    """The names with which some words begin, behind one medium at the most; none where an office stands beside them."""
    if words and media.is_medium(words[0]):
        words = list(dropwhile(tables.menu().__contains__, words[1:]))
    if words and _OFFICE.fullmatch(words[0]):
        words = words[1:]
    found = list(takewhile(media.is_surely_person, words))
    following = words[len(found)] if len(found) < len(words) else ""
    other = labels.kinds().get(following) == "editors" or _OTHER_OFFICES.fullmatch(following)
    return [] if len(found) > _MOST_NAMES or other else found
