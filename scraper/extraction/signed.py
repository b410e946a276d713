"""The author whom a line names without a label: beside its time, as the one who posted it, or as all that it says."""

import re
from itertools import dropwhile, takewhile

from scraper.extraction import labels, media, tables

_WORD_BREAK = re.compile(r"[\s|｜/／·•,，、;；(（)）\[\]【】]+")
_MOST_NAMES = 4
_NAME = r"([A-Za-z\u4e00-\u9fff][\w·—+&-]{1,15}?)"
_POSTED = re.compile(
    rf"^(?:原创|记者|記者)?\s?{_NAME}(?:\s?(?:[发發][布佈表]|提交)[于於][:：]?|\s[发發][布佈表])\s?(?=\d{{1,4}}\s?[-/.年月])"
    rf"|^{_NAME}\s?[于於]\s?(?:19|20)\d\d\s?[-/.年].{{4,20}}[发發][布佈表]"
    rf"|^(?:本文)?由\s?{_NAME}\s?(?:[发發][布佈表]|提交|投稿|原创|授权)"
    rf"|[发發][布佈表]于\s?(?:19|20)\d\d.{{4,16}}\s由\s{_NAME}(?:\s|$)"
    rf"|posted @ (?:19|20)\d\d-\d\d-\d\d \d\d:\d\d\s+{_NAME}\s"
    rf"|^(?:By|Author|作者|文字?|撰文)\s?[,，]?\s{{1,2}}([\u4e00-\u9fff·]{{2,8}})(?=\s|$)"
)
"""``三朵 发布于 2019-09-07``, ``三朵 于 2019-09-07 13:43 发布``, ``由 三朵 发布``: a person or an account."""
_MAY_POST = re.compile("[发發提由@]|^(?:By|Author|作者|文|撰文)")
"""It is in whatever ``_POSTED`` matches, and in few other lines."""
_NOBODY = re.compile(r"(?:本|最[后後新近]|首次|文章|[编編][辑輯]|作者|管理员|系统|用户).*|.*(?:时间|時間|日期)")


def posted(text: str) -> str | None:
    """The person or the account that a line says has posted the article.

    >>> posted("三朵 发布于 2019-09-07 13:43 阅读(430)"), posted("三朵 于 2019-09-07 13:43:53 发布")
    ('三朵', '三朵')
    >>> posted("本文由 三朵 授权某某网发表"), posted("发布于 2019年9月7日 由 三朵 3条评论"), posted("Author, 楊珊")
    ('三朵', '三朵', '楊珊')
    >>> posted("最后发布于 2019-09-07"), posted("文章发表于 2019-09-07"), posted("2019-09-07 发布于河北")
    (None, None, None)
    """
    match = _POSTED.search(text) if _MAY_POST.search(text) else None
    name = next(filter(None, match.groups()), None) if match else None
    if name is None or _NOBODY.fullmatch(name) or not media.is_name(name) or name in tables.menu():
        return None
    return None if media.is_medium(name) else name


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
    """
    following, earlier = ([word for word in _WORD_BREAK.split(part) if word] for part in (after, before))
    return _first_names(following) or _first_names(earlier[::-1])[::-1]


def alone(text: str) -> list[str]:
    """The persons who are all that a line names.

    >>> alone("张三丰"), alone("张三 李四光"), alone("[张三]"), alone("高层"), alone("首页 张三")
    (['张三丰'], ['张三', '李四光'], ['张三'], [], [])
    """
    words = [word for word in _WORD_BREAK.split(text.strip(media.SURROUNDINGS)) if word]
    return words if 0 < len(words) <= _MOST_NAMES and all(map(media.is_surely_person, words)) else []


def _first_names(words: list[str]) -> list[str]:
    """The names with which some words begin, behind one medium at the most; none where an office stands beside them."""
    if words and media.is_medium(words[0]):
        words = list(dropwhile(tables.menu().__contains__, words[1:]))
    found = list(takewhile(media.is_surely_person, words))
    following = words[len(found)] if len(found) < len(words) else ""
    return [] if len(found) > _MOST_NAMES or labels.kinds().get(following) == "editors" else found
