"""Times that are those of what an article tells of, and not of the article."""

import re

_LABEL = re.compile(r"(\w*)(?:[时時][间間限]|日期|期限?|[届屆]满日?)\s*[:：]\s*[（(]?\s*$")
_LONGEST_LABEL = 20
_OF_ARTICLES = re.compile(
    "[发發布佈表稿登刊录錄传傳]|上[网線线]|更新|修改|[编編][辑輯写]|添加|加入|公[开開]|成文|信息|新[闻聞]|文章|[创創]建|生成|推送|入[库庫]|提交|采集|[审審]核|出版|[签簽印]"
)
"""One of them is in the label of an article's own time: 发布时间, 录入日期, 成文日期."""
_FROM_OR_TO = re.compile(r"(?:[至到从從起前]|(?<![摘转轉载載来來发發])自|截止|[为為])\s*$")
_GOES_ON = re.compile(r"\s*(?:[至到起止前]|以[前后後]|之[前后後]|[—–~～]|-{1,2}\s?\d)")


def is_named(before: str) -> bool:
    """Whether a label before a time names the time of an event.

    >>> is_named("活动时间："), is_named("报名日期：（"), is_named("上网日期："), is_named("时间：")
    (True, True, False, False)
    """
    label = _LABEL.search(before[-_LONGEST_LABEL:])
    return label is not None and label[1] != "" and not _OF_ARTICLES.search(label[1])


def is_of_term(before: str, after: str) -> bool:
    """Whether what stands before a time in its line, or behind it, says that something begins or ends then.

    >>> is_of_term("有效期至", ""), is_of_term("报名：", "起")
    (True, True)
    >>> is_of_term("摘自", "《城北日报》"), is_of_term("", " 讯")
    (False, False)
    """
    return _FROM_OR_TO.search(before) is not None or _GOES_ON.match(after) is not None
